import type { Context } from "../../context.ts";
import type { Bot } from "../../model/bot.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../model/user.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { ENDED, type EndedRow, endedEffects, endSessions } from "../sessions/revoke.ts";
import { announceUser } from "../users/account/announce.ts";
import { doUpdateUser, type Patch } from "../users/account/update.ts";
import { checkNewPassword } from "../users/account/validate.ts";
import { SET_PASSWORD } from "../users/credentials/password.ts";

/** Makes an account a bot that belongs to itself, and ends its sessions: a bot has none. */
export async function doConvertToBot(ctx: Context, user: User): Promise<Bot> {
  const at = Date.now();
  const results = await ctx.sql.batch([
    {
      text: `INSERT INTO bots (userid, description, ownerid, createat, updateat, deleteat, lasticonupdate)
        VALUES ($1, '', $1, $2::bigint, $2, $3::bigint, 0) ON CONFLICT (userid) DO NOTHING`,
      params: [user.id, at, user.delete_at],
    },
    {
      text: "UPDATE users SET updateat = greatest($2::bigint, updateat + 1) WHERE id = $1",
      params: [user.id, at],
    },
    { text: `WITH ${endSessions("userid = $1")} SELECT ${ENDED}`, params: [user.id] },
    { text: `SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.id = $1`, params: [user.id] },
  ]);
  const effects = endedEffects(results[2]![0] as EndedRow);
  await announceUser(ctx, results[3]![0] as unknown as User, {
    effects: [{ kind: "sessions", user: user.id }, ...effects],
  });
  const { username, first_name: display_name, delete_at } = user;
  const times = { create_at: at, update_at: at, delete_at, last_icon_update: 0 };
  return { user_id: user.id, username, display_name, description: "", owner_id: user.id, ...times };
}

interface NewUser extends Patch {
  password: string;
}

/**
 * Makes a bot a user who logs in by `password`, with what `profile` says of him; as a system administrator where asked. Whatever acts by
 * the bot's tokens starts afresh. Throws 400. Three round trips and one password hash.
 */
export async function doConvertToUser(
  ctx: Context,
  bot: User,
  { password, ...profile }: NewUser,
  { admin, audit }: { admin: boolean; audit: Statement },
): Promise<void> {
  checkNewPassword(password, ctx.config);
  const hash = await ctx.compute.hashPassword(password);
  const { roles } = await doUpdateUser(ctx, bot, profile, { own: false, audit });
  const names = new Set(roles.split(" ").filter(Boolean));
  if (admin) names.add("system_admin");
  const results = await ctx.sql.batch([
    { text: "DELETE FROM bots WHERE userid = $1", params: [bot.id] },
    {
      text: `UPDATE users SET ${SET_PASSWORD}, roles = $4 WHERE id = $1`,
      params: [bot.id, hash, Date.now(), [...names].join(" ")],
    },
    { text: `WITH ${endSessions("userid = $1")} SELECT ${ENDED}`, params: [bot.id] },
    { text: `SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.id = $1`, params: [bot.id] },
  ]);
  await announceUser(ctx, results[3]![0] as unknown as User, {
    keywords: true,
    effects: [{ kind: "sessions", user: bot.id }, ...endedEffects(results[2]![0] as EndedRow)],
  });
}
