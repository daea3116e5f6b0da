import type { Route } from "../../workers/http/route.ts";
import { endpoints } from "../harness/contract/api-description.ts";
import { OWN_OPEN } from "./own-routes.ts";

function permissionOf(route: Route): string {
  if (OWN_OPEN.has(`${route.method} ${route.path}`)) return "none";
  return (
    endpoints.find(({ method, path }) => method === route.method && path === route.path)?.permission ?? ""
  );
}

/** Open to anyone, though endpoints.tsv names no permission. */
const PUBLIC = new Set(["GET /.well-known/oauth-authorization-server"]);

/** Whether endpoints.tsv lets a caller without a session in. */
export function servesAnyone(route: Route): boolean {
  return PUBLIC.has(`${route.method} ${route.path}`) || /^none\b/.test(permissionOf(route));
}

/** Whether endpoints.tsv asks for no more than a session: what is answered is then limited to what the caller may see. */
export function servesAnySession(route: Route): boolean {
  return /^(none|session)\b/.test(permissionOf(route));
}

/** Routes that may show an outsider, or a teammate, something of a team or channel, and why. */
export const OPEN: Record<string, string> = {
  "GET /api/v4/teams/invite/{invite_id}": "the invite id is the secret (endpoints.tsv: none)",
};
