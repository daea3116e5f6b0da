import { requireSelf } from "../../../access/permissions.ts";
import { route } from "../../../http/route.ts";

const AUDITS = `SELECT id, createat AS create_at, userid AS user_id, action, extrainfo AS extra_info, ipaddress AS ip_address,
  sessionid AS session_id FROM audits WHERE userid = $1 ORDER BY createat DESC, id LIMIT $2 OFFSET $3`;

export const audits = [
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/audits",
    auth: "session",
    access: (r) => requireSelf(r),
    handle: (r, userId) => r.ctx.sql.query(AUDITS, [userId, r.page.perPage, r.page.offset]),
  }),
];
