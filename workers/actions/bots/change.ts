import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import type { Bot } from "../../model/bot.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../model/user.ts";
import { SqlError, type Statement } from "../../ports/sql/sql.ts";
import { removeControlCharacters, runeCount } from "../../text/clean.ts";
import { isValidUsername } from "../../text/names.ts";
import { announceUser } from "../users/account/announce.ts";
import { doSetActive } from "../users/active.ts";
import { insertBot } from "./insert.ts";
import { botById } from "./read.ts";
import { doTellUser } from "./system-bot.ts";

export interface BotTexts {
  username?: string | undefined;
  display_name?: string | undefined;
  description?: string | undefined;
}

const WELCOME =
  "Please add me to teams and channels you want me to interact in. To do this, use the browser or the desktop app.";

/** As they are stored. Throws 400 (semantics 12.3, 14.1, 22.7). */
export function checkBot<T extends BotTexts>(texts: T): T {
  const checked = { ...texts };
  for (const name of ["username", "display_name"] as const) {
    if (checked[name] !== undefined) checked[name] = removeControlCharacters(checked[name]);
  }
  if (checked.username !== undefined) {
    checked.username = checked.username.trim().toLowerCase();
    if (!isValidUsername(checked.username)) throw fail("model.user.is_valid.username.app_error");
  }
  if (runeCount(checked.display_name ?? "") > 64) throw fail("model.user.is_valid.first_name.app_error");
  if (runeCount(checked.description ?? "") > 1_024) throw fail("model.bot.is_valid.description.app_error");
  return checked;
}

/** Makes a bot, which asks its owner for things to do (semantics 22.7). `texts` have been checked. */
export async function doCreateBot(
  ctx: Context,
  ownerId: string,
  texts: { username: string; display_name: string; description: string },
): Promise<Bot> {
  const { username, display_name, description } = texts;
  const at = Date.now();
  const locale = ctx.config.LocalizationSettings.DefaultClientLocale;
  const { text, params } = insertBot({
    username,
    displayName: display_name,
    description,
    ownerId,
    locale,
    at,
  });
  const [user] = await ctx.sql.query<User>(text, params);
  if (!user) throw fail("app.user.save.username_exists.app_error");
  await announceUser(ctx, user, { keywords: true });
  ctx.background(doTellUser(ctx, user, ownerId, { message: WELCOME, type: "add_bot_teams_channels" }));
  const times = { create_at: at, update_at: at, delete_at: 0, last_icon_update: 0 };
  return { user_id: user.id, username, display_name, description, owner_id: ownerId, ...times };
}

/** `texts` have been checked. */
export async function doPatchBot(ctx: Context, bot: Bot, texts: BotTexts): Promise<Bot> {
  const { username = null, display_name = null, description = null } = texts;
  return change(
    ctx,
    bot,
    {
      text: `UPDATE users SET username = coalesce($2, username), email = CASE WHEN $2::text IS NULL THEN email ELSE $2 || '@localhost' END,
        firstname = coalesce($3, firstname), updateat = greatest($4::bigint, updateat + 1) WHERE id = $1`,
      params: [bot.user_id, username, display_name, Date.now()],
    },
    {
      text: "UPDATE bots SET description = coalesce($2, description), updateat = $3::bigint WHERE userid = $1",
      params: [bot.user_id, description, Date.now()],
    },
  );
}

export function doAssignBot(ctx: Context, bot: Bot, ownerId: string): Promise<Bot> {
  const text = "UPDATE bots SET ownerid = $2, updateat = $3::bigint WHERE userid = $1";
  return change(ctx, bot, { text, params: [bot.user_id, ownerId, Date.now()] });
}

async function change(ctx: Context, { user_id }: Bot, ...statements: Statement[]): Promise<Bot> {
  const select = { text: `SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.id = $1`, params: [user_id] };
  const results = await ctx.sql.batch([...statements, select]).catch((error) => {
    throw error instanceof SqlError && error.isDuplicate()
      ? fail("app.user.save.username_exists.app_error")
      : error;
  });
  await announceUser(ctx, results.at(-1)![0] as unknown as User, { keywords: true });
  return again(ctx, user_id);
}

/** Enables or disables a bot and its account (semantics 22.8): disabled, none of its tokens works. */
export async function doSetBotActive(ctx: Context, user: User, active: boolean): Promise<Bot> {
  await ctx.sql.query("UPDATE bots SET deleteat = $2::bigint, updateat = $3::bigint WHERE userid = $1", [
    user.id,
    active ? 0 : Date.now(),
    Date.now(),
  ]);
  await doSetActive(ctx, user, active);
  return again(ctx, user.id);
}

async function again(ctx: Context, id: string): Promise<Bot> {
  const bot = await botById(ctx, id);
  if (!bot) throw fail("store.sql_bot.get.missing.app_error");
  return bot;
}
