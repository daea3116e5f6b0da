import { z } from "zod";
import { requireSelf, rightsOf } from "../../../access/permissions.ts";
import { checkFlaggedPosts, checkKey, checkPreferences } from "../../../actions/preferences/check.ts";
import { doDeletePreferences, doSavePreferences } from "../../../actions/preferences/save.ts";
import { fail } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";

const MAX_PREFERENCES = 100;

const list = z
  .array(
    z.object({ user_id: z.string(), category: z.string(), name: z.string(), value: z.string().default("") }),
  )
  .min(1)
  .max(MAX_PREFERENCES);

export const writePreferences = [
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/preferences",
    auth: "session",
    body: list,
    async access(r) {
      const userId = await requireSelf(r);
      if (r.body.some((preference) => preference.user_id !== userId))
        throw fail("api.preference.update_preferences.set.app_error");
      await checkFlaggedPosts(r.ctx, await rightsOf(r), r.body);
      return userId;
    },
    async handle(r, userId) {
      await doSavePreferences(r.ctx, userId, checkPreferences(r.body));
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/preferences/delete",
    auth: "session",
    body: list,
    async access(r) {
      const userId = await requireSelf(r);
      if (r.body.some((preference) => preference.user_id !== userId))
        throw fail("api.preference.delete_preferences.delete.app_error");
      return userId;
    },
    async handle(r, userId) {
      for (const preference of r.body) checkKey(preference);
      await doDeletePreferences(r.ctx, userId, r.body);
      return OK;
    },
  }),
];
