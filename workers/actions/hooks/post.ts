import { channelById } from "../../access/channels.ts";
import { type Identity, subjectOf } from "../../access/identity.ts";
import { Rights, rolePermissions } from "../../access/permissions.ts";
import { usersByIds } from "../../access/users.ts";
import type { Context } from "../../context.ts";
import { badBody, fail } from "../../errors/app-error.ts";
import type { Req } from "../../http/request.ts";
import { CHANNEL_COLUMNS, type Channel } from "../../model/channel.ts";
import type { IncomingWebhook } from "../../model/incoming-webhook.ts";
import { runeCount, truncateRunes } from "../../text/clean.ts";
import { slackAttachments, slackToMarkdown, slackUserIds } from "../../text/slack.ts";
import { doOpenDirect } from "../channels/direct.ts";
import { doCreatePost } from "../posts/create.ts";
import { channelMentions, MAX_MESSAGE, withActionIds, withoutServerProps } from "../posts/draft.ts";
import type { Payload } from "./payload.ts";

const MAX_PROPS = 760_000;
const MAX_TYPE = 26;
const PRIORITIES = new Set(["", "important", "urgent"]);
/** What only the server says of a post. */
export const RESERVED = ["override_icon_url", "override_username", "from_webhook"];

type Subject = Omit<Identity, "session">;

/** Posts what somebody has sent to a webhook, as its owner (semantics 18.3 to 18.6). Throws as a webhook answers. */
export async function doPostIncoming(r: Req<any>, hook: IncomingWebhook, payload: Payload): Promise<void> {
  const { ctx } = r;
  if (payload.text === "" && payload.attachments.length === 0)
    throw fail("web.incoming_webhook.text.app_error");
  const owner = await subjectOf(ctx, hook.user_id);
  if (!owner || owner.user.delete_at > 0) throw fail("web.incoming_webhook.user.app_error");
  const { channel, rights } = await target(ctx, hook, owner, payload.channel);
  await doPostAsHook(ctx, { hook, owner, channel, rights, rootId: "" }, payload);
}

export interface HookPost {
  hook: Pick<IncomingWebhook, "team_id" | "display_name" | "username" | "icon_url">;
  /** In whose name, and what that user may. */
  owner: Subject;
  rights: Rights;
  channel: Channel;
  rootId: string;
}

/** Stores a webhook's payload as posts of its owner (semantics 18.4 to 18.6, 18.10). Throws 400, 403. */
export async function doPostAsHook(
  ctx: Context,
  { hook, owner, rights, channel, rootId }: HookPost,
  payload: Payload,
): Promise<void> {
  const { text, attachments } = await converted(ctx, payload);
  const props = propsOf(ctx, hook, payload);
  const type = typeOf(payload);
  const priority = priorityOf(ctx, payload);
  const pieces = split(text);
  let last = 0;
  for (const [i, message] of pieces.entries()) {
    const own = { ...props };
    if (i === pieces.length - 1 && attachments.length > 0) own.attachments = attachments;
    if (owner.user.is_bot) own.from_bot = "true";
    withActionIds(own);
    const size = JSON.stringify(own);
    if (runeCount(size) > MAX_PROPS) throw fail("web.incoming_webhook.too_large.app_error");
    if (size.includes("\\u0000")) throw badBody("props");
    const links = await channelMentions(ctx, message, own, channel.team_id || hook.team_id, rights);
    if (links) own.channel_mentions = links;
    const draft = {
      channel,
      author: owner.user,
      rootId,
      message,
      type: type || (own.attachments ? "slack_attachment" : ""),
      props: own,
      fileIds: [],
      priority: i === 0 && !rootId ? priority : "",
      pendingPostId: "",
      // Each after the one before: of posts with one time nobody knows the order.
      createAt: Date.now() > last ? 0 : last + 1,
    };
    last = (await doCreatePost(ctx, draft, { rights, setOnline: false, markViewed: false })).create_at;
  }
}

/** The channel that the payload names, or the hook's, if the owner may read it (18.3). */
async function target(ctx: Context, hook: IncomingWebhook, owner: Subject, name: string) {
  const roles = await rolePermissions(ctx);
  let subject = owner;
  let channel: Channel | undefined;
  if (name === "") channel = await channelById(ctx, hook.channel_id);
  else if (name.startsWith("@")) {
    channel = await directWith(ctx, owner, name.slice(1));
    subject = (await subjectOf(ctx, owner.user.id)) ?? owner;
  } else channel = await channelNamed(ctx, hook.team_id, name.replace(/^#/, ""));
  if (!channel) throw fail("web.incoming_webhook.channel.app_error");
  if (hook.channel_locked && channel.id !== hook.channel_id)
    throw fail("web.incoming_webhook.channel_locked.app_error");
  const rights = new Rights(roles, subject);
  if (channel.type !== "O" && !rights.readChannel(channel))
    throw fail("web.incoming_webhook.permissions.app_error");
  if (channel.delete_at > 0) throw fail("api.post.create_post.can_not_post_to_deleted.error");
  return { channel, rights };
}

async function directWith(ctx: Context, owner: Subject, username: string): Promise<Channel | undefined> {
  const [user] = await ctx.sql.query<{ id: string }>(
    "SELECT id FROM users WHERE username = $1 AND deleteat = 0",
    [username.toLowerCase()],
  );
  if (!user) return undefined;
  const rights = new Rights(await rolePermissions(ctx), owner);
  const team = ctx.config.TeamSettings.RestrictDirectMessage === "team" && !rights.system("manage_system");
  const reach = { team, visible: !rights.system("view_members") };
  return doOpenDirect(ctx, owner.user.id, [owner.user.id, user.id], reach);
}

async function channelNamed(ctx: Context, teamId: string, name: string): Promise<Channel | undefined> {
  const [channel] = await ctx.sql.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.teamid = $1 AND c.name = $2 AND c.deleteat = 0`,
    [teamId, name.toLowerCase()],
  );
  return channel;
}

/** Slack's notation as Markdown (18.4). One query where users are mentioned that are not cached. */
export async function converted(ctx: Context, { text, attachments }: Pick<Payload, "text" | "attachments">) {
  const ids = slackUserIds(text, attachments);
  const users = ids.length > 0 ? await usersByIds(ctx, ids.slice(0, 200)) : [];
  const names = new Map(users.map(({ id, username }) => [id, username]));
  const usernameOf = (id: string) => names.get(id);
  return {
    text: slackToMarkdown(text, usernameOf),
    attachments: slackAttachments(attachments, usernameOf),
  };
}

/** 18.5; names and icons of the payload's only where these are allowed. */
function propsOf(ctx: Context, hook: HookPost["hook"], payload: Payload): Record<string, unknown> {
  const { EnablePostUsernameOverride, EnablePostIconOverride } = ctx.config.ServiceSettings;
  const props = withoutServerProps(payload.props);
  for (const name of RESERVED) delete props[name];
  delete props.attachments;
  props.from_webhook = "true";
  props.webhook_display_name = hook.display_name;
  if (EnablePostUsernameOverride)
    props.override_username = truncateRunes(payload.username || hook.username || "webhook", 64);
  if (EnablePostIconOverride) {
    if (payload.icon_url || hook.icon_url) props.override_icon_url = payload.icon_url || hook.icon_url;
    if (payload.icon_emoji) props.override_icon_emoji = payload.icon_emoji;
  }
  return props;
}

/** Throws 400 for a type that only the server gives. */
export function typeOf({ type }: Pick<Payload, "type">): string {
  if (type.startsWith("system_")) throw fail("api.context.invalid_param.app_error", { name: "type" });
  if (type && type !== "slack_attachment" && !(type.startsWith("custom_") && type.length <= MAX_TYPE))
    throw fail("model.post.is_valid.type.app_error");
  return type;
}

function priorityOf(ctx: Context, { priority }: Payload): string {
  if (!PRIORITIES.has(priority)) throw badBody("priority");
  if (priority && !ctx.config.ServiceSettings.PostPriority)
    throw fail("api.post.post_priority.priority_post_not_allowed_for_user.request_error");
  return priority;
}

/** Texts of at most one post each; one, even if it is empty (18.6). */
function split(text: string): string[] {
  if (text.includes("\0")) throw badBody("text");
  if (text.length <= MAX_MESSAGE) return [text];
  const runes = [...text];
  const pieces: string[] = [];
  for (let i = 0; i < runes.length; i += MAX_MESSAGE) pieces.push(runes.slice(i, i + MAX_MESSAGE).join(""));
  return pieces;
}
