import type { Route } from "../../workers/http/route.ts";
import { endpoints } from "../harness/api-description.ts";

function permissionOf(route: Route): string {
  return (
    endpoints.find(({ method, path }) => method === route.method && path === route.path)?.permission ?? ""
  );
}

/** Whether endpoints.tsv lets a caller without a session in. */
export function servesAnyone(route: Route): boolean {
  return /^none\b/.test(permissionOf(route));
}

/** Whether endpoints.tsv asks for no more than a session: what is answered is then limited to what the caller may see. */
export function servesAnySession(route: Route): boolean {
  return /^(none|session)\b/.test(permissionOf(route));
}

/** Routes that may show an outsider, or a teammate, something of a team or channel, and why. */
export const OPEN: Record<string, string> = {
  "GET /api/v4/teams/invite/{invite_id}": "the invite id is the secret (endpoints.tsv: none)",
};
