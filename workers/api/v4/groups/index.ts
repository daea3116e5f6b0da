import { z } from "zod";
import { requireSelf } from "../../../access/permissions.ts";
import { anyone, type Route, route } from "../../../http/route.ts";

/**
 * There are no groups of users. Clients that are told of a licence ask for them all the same (client-flows 19.1), so
 * these lists are empty; all else of groups is refused (workers/api/refused).
 */
export const groups: Route[] = [
  route({ method: "GET", path: "/api/v4/groups", auth: "session", access: anyone, handle: () => [] }),
  route({
    method: "POST",
    path: "/api/v4/groups/names",
    auth: "session",
    body: z.array(z.string()),
    access: anyone,
    handle: () => [],
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/groups",
    auth: "session",
    access: (r) => requireSelf(r),
    handle: () => [],
  }),
];
