import type { Config } from "../../config/load.ts";
import type { Post } from "../../model/post.ts";
import type { Draft } from "../posts/create.ts";
import type { PushMessage } from "./proxy.ts";

/** Of a message; a push may have 4 KiB in all, and a character up to 4 bytes. */
const MAX_RUNES = 600;

/** What a push says of a post to somebody, but for the badge (semantics 23.5, 23.6). */
export function pushOf(config: Config, draft: Draft, post: Post, mentioned: boolean): PushMessage {
  const { channel, author, props } = draft;
  const named = overriddenName(config, draft);
  const sender = senderOf(config, draft);
  const contents = config.EmailSettings.PushNotificationContents;
  const channelName = channel.type === "D" ? sender : channel.display_name;
  const hidden = contents !== "full" && contents !== "generic" && channel.type !== "D";
  const icon = config.ServiceSettings.EnablePostIconOverride ? text(props.override_icon_url) : "";
  return {
    type: "message",
    category: "CAN_REPLY",
    post_id: post.id,
    channel_id: channel.id,
    team_id: channel.team_id,
    root_id: post.root_id,
    ...(hidden ? {} : { channel_name: channelName }),
    sender_id: author.id,
    sender_name: sender,
    message: sentence(contents, channel.type, sender, channelName, mentioned, post),
    ...(named ? { override_username: named } : {}),
    ...(icon ? { override_icon_url: icon } : {}),
    ...(props.from_webhook === "true" ? { from_webhook: "true" } : {}),
  };
}

/** The name that a webhook gave itself, where it may. */
function overriddenName(config: Config, { props }: Draft): string {
  const may = props.from_webhook === "true" && config.ServiceSettings.EnablePostUsernameOverride;
  return may ? text(props.override_username) : "";
}

export function senderOf(config: Config, draft: Draft): string {
  return overriddenName(config, draft) || `@${draft.author.username}`;
}

function sentence(
  contents: string,
  type: string,
  sender: string,
  channelName: string,
  mentioned: boolean,
  post: Post,
): string {
  const direct = type === "D";
  if (contents === "full") {
    const said = cut(saidIn(post));
    return direct ? said : `${sender}: ${said}`;
  }
  if (direct) return `${sender} sent you a message.`;
  const did = mentioned && type !== "G" ? "mentioned you" : "posted a message";
  return contents === "generic" ? `${sender} ${did} in ${channelName}.` : `${sender} ${did}.`;
}

/** A post's words, or those that stand in for them. */
export function saidIn(post: Post): string {
  if (post.message) return post.message;
  const { attachments } = post.props as { attachments?: unknown };
  for (const attachment of Array.isArray(attachments) ? attachments : []) {
    const { fallback, pretext, title, text: words } = (attachment ?? {}) as Record<string, unknown>;
    for (const value of [fallback, pretext, title, words]) if (text(value)) return text(value);
  }
  return post.metadata.files?.length ? "attached a file." : "";
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function cut(message: string): string {
  const runes = [...message];
  return runes.length > MAX_RUNES ? `${runes.slice(0, MAX_RUNES - 1).join("")}…` : message;
}
