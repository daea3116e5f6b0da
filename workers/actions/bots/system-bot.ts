import { subjectOf } from "../../access/identity.ts";
import { Rights, rolePermissions } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import type { Post } from "../../model/post.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../model/user.ts";
import { doOpenDirect } from "../channels/direct.ts";
import { doCreatePost } from "../posts/create.ts";
import { announceUser } from "../users/account/announce.ts";
import { insertBot } from "./insert.ts";

const USERNAME = "system-bot";
const FIND = `SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.username = '${USERNAME}' AND b.userid IS NOT NULL`;

/** The bot that speaks for the server, made when first needed (semantics 22.8). One query once it is there. */
export async function systemBot(ctx: Context): Promise<User> {
  const [found] = await ctx.sql.query<User>(FIND);
  if (found) return found;
  const locale = ctx.config.LocalizationSettings.DefaultClientLocale;
  const bot = { username: USERNAME, displayName: "System", description: "", locale, at: Date.now() };
  const { text, params } = insertBot(bot);
  const [made] = await ctx.sql.query<User>(text, params);
  if (made) {
    await announceUser(ctx, made, { keywords: true });
    return made;
  }
  // Made meanwhile by somebody else, or the name is a person's.
  const [other] = await ctx.sql.query<User>(FIND);
  if (!other) throw fail("app.internal.app_error");
  return other;
}

export interface BotMessage {
  message: string;
  type?: string;
  props?: Record<string, unknown>;
}

/** Posts as the system bot into its direct channel with `userId`. */
export async function doTellUser(
  ctx: Context,
  bot: User,
  userId: string,
  { message, type = "", props = {} }: BotMessage,
): Promise<Post> {
  const channel = await doOpenDirect(ctx, bot.id, [bot.id, userId], { team: false, visible: false });
  const subject = await subjectOf(ctx, bot.id);
  if (!subject) throw fail("app.user.missing_account.const");
  const draft = {
    channel,
    author: bot,
    rootId: "",
    message,
    type,
    props: { ...props, from_bot: "true" },
    fileIds: [],
    priority: "",
    pendingPostId: "",
    createAt: 0,
  };
  const rights = new Rights(await rolePermissions(ctx), subject);
  return doCreatePost(ctx, draft, { rights, setOnline: false, markViewed: false });
}
