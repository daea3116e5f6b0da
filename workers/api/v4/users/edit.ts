import { z } from "zod";
import { requireAccount } from "../../../access/accounts.ts";
import { rightsOf } from "../../../access/permissions.ts";
import { auditStatement } from "../../../actions/sessions/audit.ts";
import { doUpdateUser, type Patch } from "../../../actions/users/account/update.ts";
import { badBody } from "../../../errors/app-error.ts";
import { rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { User } from "../../../model/user.ts";
import { userText, viewOf } from "../../../model/user-view.ts";
import { profileFields } from "./schema.ts";

const patch = z.object({
  ...profileFields,
  password: z
    .string()
    .nullish()
    .transform((value) => value ?? undefined),
});

const update = z.object({ ...patch.shape, id: z.string() });

async function save(r: Req<z.infer<typeof patch>>, user: User, change: Patch) {
  const own = user.id === r.userId;
  const audit = auditStatement(r, `user_id=${user.id}`);
  const changed = await doUpdateUser(r.ctx, user, change, { own, audit });
  const admin = !own && (await rightsOf(r)).system("manage_system");
  return rawJson(userText(changed, viewOf(user.id, r.userId, admin), r.ctx.config));
}

/** What is given; undefined would not do for exact optional types. */
export function given<T extends object>(body: T): Patch {
  return Object.fromEntries(
    Object.entries(body).filter(([name, value]) => value !== undefined && name !== "id"),
  ) as Patch;
}

export const edit = [
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}/patch",
    auth: "session",
    body: patch,
    access: requireAccount,
    handle: (r, user) => save(r, user, given(r.body)),
  }),
  route({
    method: "PUT",
    path: "/api/v4/users/{user_id}",
    auth: "session",
    body: update,
    access: requireAccount,
    handle(r, user) {
      if (r.body.id !== user.id) throw badBody("user_id");
      // The whole profile: what is missing becomes empty, but no account is without name, address and settings.
      const { nickname = "", first_name = "", last_name = "", position = "", props = user.props } = r.body;
      return save(r, user, { ...given(r.body), nickname, first_name, last_name, position, props });
    },
  }),
];
