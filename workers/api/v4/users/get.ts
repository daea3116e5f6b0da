import { requireVisible } from "../../../access/accounts.ts";
import { rightsOf } from "../../../access/permissions.ts";
import { touchSession } from "../../../actions/sessions/extend.ts";
import { badUrl, fail } from "../../../errors/app-error.ts";
import { notModified, type Reply, rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, route } from "../../../http/route.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../../model/user.ts";
import { userEtag, userText, viewOf } from "../../../model/user-view.ts";
import { isValidEmail } from "../../../text/names.ts";

async function answer(r: Req, user: User): Promise<Reply> {
  const own = user.id === r.userId;
  touchSession(r.ctx, r.me.session);
  const admin = !own && (await rightsOf(r)).system("manage_system");
  const view = viewOf(user.id, r.userId, admin);
  const etag = userEtag(user, view, r.ctx.config);
  if (r.header("if-none-match") === etag) return notModified(etag);
  return rawJson(userText(user, view, r.ctx.config), { headers: { ETag: etag } });
}

async function find(r: Req, column: "username" | "email", value: string): Promise<User> {
  const [row] = await r.ctx.sql.query<User>(
    `SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.${column} = $1`,
    [value],
  );
  if (!row) throw fail("app.user.missing_account.const");
  await requireVisible(r, row.id);
  return row;
}

export const get = [
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}",
    auth: "session",
    access: (r) => requireVisible(r, r.param("user_id")),
    handle: answer,
  }),
  route({
    method: "GET",
    path: "/api/v4/users/username/{username}",
    auth: "session",
    access: (r) => find(r, "username", (r.path.username ?? "").toLowerCase()),
    handle: answer,
  }),
  route({
    method: "GET",
    path: "/api/v4/users/email/{email}",
    auth: "session",
    async access(r) {
      const email = (r.path.email ?? "").toLowerCase();
      if (!isValidEmail(email)) throw badUrl("email");
      const shown =
        r.ctx.config.PrivacySettings.ShowEmailAddress || (await rightsOf(r)).system("manage_system");
      if (!shown) throw fail("api.user.get_user_by_email.permissions.app_error");
      return find(r, "email", email);
    },
    handle: answer,
  }),
  route({
    method: "GET",
    path: "/api/v4/users/known",
    auth: "session",
    access: anyone,
    async handle(r) {
      const rows = await r.ctx.sql.query<{ id: string }>(
        `SELECT DISTINCT o.userid AS id FROM channelmembers m JOIN channelmembers o ON o.channelid = m.channelid
         WHERE m.userid = $1 AND o.userid <> $1`,
        [r.userId],
      );
      return rows.map(({ id }) => id);
    },
  }),
];
