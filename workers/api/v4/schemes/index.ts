import { requireSystem } from "../../../access/permissions.ts";
import { fail } from "../../../errors/app-error.ts";
import { type Route, route } from "../../../http/route.ts";

const SCHEMES = "/api/v4/schemes";

/** What a System Console reads of schemes; those take a licence, so there are none. */
const empty = (path: string, permission: string): Route =>
  route({
    method: "GET",
    path,
    auth: "session",
    access: (r) => requireSystem(r, permission),
    handle(r) {
      if (path.includes("{scheme_id}")) r.param("scheme_id");
      return [];
    },
  });

export const schemes: Route[] = [
  empty(SCHEMES, "sysconsole_read_user_management_permissions"),
  route({
    method: "GET",
    path: `${SCHEMES}/{scheme_id}`,
    auth: "session",
    access: (r) => requireSystem(r, "sysconsole_read_user_management_permissions"),
    handle(r) {
      r.param("scheme_id");
      throw fail("app.scheme.get.app_error");
    },
  }),
  empty(`${SCHEMES}/{scheme_id}/channels`, "sysconsole_read_user_management_channels"),
  empty(`${SCHEMES}/{scheme_id}/teams`, "sysconsole_read_user_management_teams"),
];
