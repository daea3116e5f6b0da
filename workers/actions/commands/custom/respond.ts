import { channelById } from "../../../access/channels.ts";
import type { Rights } from "../../../access/permissions.ts";
import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { publish } from "../../../events/publish.ts";
import type { Req } from "../../../http/request.ts";
import type { Channel } from "../../../model/channel.ts";
import type { Command } from "../../../model/command.ts";
import { isId } from "../../../model/id.ts";
import type { User } from "../../../model/user.ts";
import { truncateRunes } from "../../../text/clean.ts";
import { converted, RESERVED, typeOf } from "../../hooks/post.ts";
import { withCookies } from "../../interactive/cookie.ts";
import { type Draft, doCreatePost } from "../../posts/create.ts";
import { checkDraft, propsForUser, withoutServerProps } from "../../posts/draft.ts";
import { ephemeralEvent, ephemeralPost } from "../../posts/ephemeral.ts";
import type { CommandResponse } from "../response.ts";

const MAX_NAME = 64;

/** For whom, and where, a custom command answers. */
export interface Asker {
  ctx: Context;
  command: Pick<Command, "username" | "icon_url">;
  user: User;
  /** The user's. */
  rights: Rights;
  channel: Channel;
  rootId: string;
}

/** Posts what a custom command answers, or shows it to the user alone (semantics 19.2). Throws as POST /posts does; 403. */
export async function doRespond(asker: Asker, response: CommandResponse): Promise<void> {
  for (const each of [response, ...(response.extra_responses ?? [])]) await respond(asker, each);
}

async function respond(asker: Asker, response: CommandResponse): Promise<void> {
  const { ctx, user, rights } = asker;
  if (response.text === "" && !response.attachments?.length) return;
  const channel = await channelOf(asker, response.channel_id);
  const rootId = channel.id === asker.channel.id ? asker.rootId : "";
  const { text, attachments } = await contentOf(ctx, response);
  const props = await propsForUser(ctx, channel, rights, text, propsOf(asker, response, attachments));
  const type = typeOf(response) || (attachments.length > 0 ? "slack_attachment" : "");
  const draft: Draft = {
    channel,
    author: user,
    rootId,
    message: text,
    type,
    props,
    fileIds: [],
    priority: "",
    pendingPostId: "",
    createAt: 0,
  };
  // Of the request it reads no more than what a client may have sent along with a post.
  await checkDraft({ ctx, body: {} } as Req<any>, draft, rights);
  if (response.response_type === "in_channel") {
    await doCreatePost(ctx, draft, { rights, setOnline: false, markViewed: false, fires: true });
    return;
  }
  const shown = ephemeralPost({ channelId: channel.id, userId: user.id, message: text, rootId, props });
  const event = ephemeralEvent(user.id, await withCookies(ctx, shown));
  await publish(ctx, `user:${user.id}`, [event]);
}

/** The channel that the answer names, or the command's own: one that the user is in and may post to. */
async function channelOf({ ctx, channel, rights }: Asker, id: string): Promise<Channel> {
  if (id === "" || id === channel.id) {
    if (!rights.createPost(channel)) throw fail("api.command.command_post.forbidden.app_error");
    return channel;
  }
  const other = isId(id) ? await channelById(ctx, id) : undefined;
  if (!other || !rights.isMember(id) || !rights.createPost(other))
    throw fail("api.command.command_post.forbidden.app_error");
  return other;
}

async function contentOf(ctx: Context, { text, attachments, skip_slack_parsing }: CommandResponse) {
  const content = { text, attachments: attachments ?? [] };
  return skip_slack_parsing ? content : converted(ctx, content);
}

/** Names and icons of the answer's, else of the command's, only where these are allowed (semantics 18.5). */
function propsOf({ ctx, command }: Asker, response: CommandResponse, attachments: unknown[]) {
  const { EnablePostUsernameOverride, EnablePostIconOverride } = ctx.config.ServiceSettings;
  const props = withoutServerProps(response.props ?? {});
  for (const name of RESERVED) delete props[name];
  props.from_webhook = "true";
  if (attachments.length > 0) props.attachments = attachments;
  const [name, icon] = [response.username || command.username, response.icon_url || command.icon_url];
  if (EnablePostUsernameOverride && name) props.override_username = truncateRunes(name, MAX_NAME);
  if (EnablePostIconOverride && icon) props.override_icon_url = icon;
  return props;
}
