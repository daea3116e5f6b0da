import { requireSelf } from "../../../access/permissions.ts";
import { checkKey } from "../../../actions/preferences/check.ts";
import { fail } from "../../../errors/app-error.ts";
import { route } from "../../../http/route.ts";
import { PREFERENCE_COLUMNS, type Preference } from "../../../model/preference.ts";

const SELECT = `SELECT ${PREFERENCE_COLUMNS} FROM preferences p WHERE p.userid = $1`;
const PREFERENCES = "/api/v4/users/{user_id}/preferences";

export const readPreferences = [
  route({
    method: "GET",
    path: PREFERENCES,
    auth: "session",
    access: (r) => requireSelf(r),
    handle: (r, userId) => r.ctx.sql.query<Preference>(SELECT, [userId]),
  }),
  route({
    method: "GET",
    path: `${PREFERENCES}/{category}`,
    auth: "session",
    access: (r) => requireSelf(r),
    async handle(r, userId) {
      const category = r.path.category ?? "";
      checkKey({ category, name: "" });
      const found = await r.ctx.sql.query<Preference>(`${SELECT} AND p.category = $2`, [userId, category]);
      if (found.length === 0) throw fail("api.preference.preferences_category.get.app_error");
      return found;
    },
  }),
  route({
    method: "GET",
    path: `${PREFERENCES}/{category}/name/{preference_name}`,
    auth: "session",
    access: (r) => requireSelf(r),
    async handle(r, userId) {
      const category = r.path.category ?? "";
      const name = r.path.preference_name ?? "";
      checkKey({ category, name });
      const [found] = await r.ctx.sql.query<Preference>(`${SELECT} AND p.category = $2 AND p.name = $3`, [
        userId,
        category,
        name,
      ]);
      if (!found) throw fail("app.preference.get.app_error");
      return found;
    },
  }),
];
