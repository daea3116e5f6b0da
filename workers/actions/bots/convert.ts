import type { Context } from "../../context.ts";
import type { Bot } from "../../model/bot.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../model/user.ts";
import { ENDED, type EndedRow, endedEffects, endSessions } from "../sessions/revoke.ts";
import { announceUser } from "../users/announce.ts";

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
