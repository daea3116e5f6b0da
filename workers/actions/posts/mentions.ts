import type { Rights } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import { attachmentTexts, hasChannelWideMention, matchKeywords, mentionTokens } from "../../text/mentions.ts";
import type { Draft } from "./create.ts";
import type { CreateShape } from "./create-sql.ts";
import { keywordIndex } from "./keywords.ts";

/** Whom a post may mention; which of them are members is decided by the statement that stores it. */
export interface Mentions {
  /** Whether the statement has to look at all. */
  any: boolean;
  /** Lower-case usernames after "@". */
  usernames: string[];
  userIds: string[];
  wide: CreateShape["wide"];
  /** The author may be among those mentioned (semantics 2.10). */
  self: boolean;
  /** Names of channel-wide mentions used, for the notice about a channel that is too large. */
  wideNames: string[];
  /** The author used a channel-wide mention without the permission (semantics 1.10). */
  highlightDisabled: boolean;
  /** Whether the author is told of people who were named but are not in the channel (semantics 2.12). */
  missed: boolean;
}

const NO_WIDE_TYPES = new Set(["system_header_change", "system_purpose_change"]);

/** Finds whom a post mentions by name, keyword, channel-wide mention or channel type (semantics 2.1 to 2.8, 2.10). */
export async function mentionsOf(
  ctx: Context,
  { channel, author, message, type, props }: Draft,
  rights: Rights,
): Promise<Mentions> {
  const self = props.from_webhook === "true";
  const none: Mentions = {
    any: false,
    usernames: [],
    userIds: [],
    wide: "",
    self,
    wideNames: [],
    highlightDisabled: false,
    missed: false,
  };
  if (channel.type === "D") {
    // The other user, always, and a webhook's own user; a note to self mentions no one.
    const userIds = [...new Set(channel.name.split("__"))].filter((id) => self || id !== author.id);
    return { ...none, any: userIds.length > 0, userIds };
  }
  const texts = [message, ...attachmentTexts(props)];
  const highlightDisabled =
    type === "" && hasChannelWideMention(message) && !rights.channel(channel, "use_channel_mentions");
  if (channel.type === "G") return { ...none, any: true, wide: "group", highlightDisabled };
  const tokens = mentionTokens(texts);
  const index = await keywordIndex(ctx);
  const userIds = [...matchKeywords(tokens, (keyword) => index.users.get(keyword), index.multibyte)];
  if (type === "system_add_to_channel" && typeof props.addedUserId === "string")
    userIds.push(props.addedUserId);
  const asked = (tokens.all || tokens.channel || tokens.here) && !NO_WIDE_TYPES.has(type);
  const allowed = asked && rights.channel(channel, "use_channel_mentions");
  const wide = allowed ? (tokens.all || tokens.channel ? "everyone" : "online") : "";
  const { usernames } = tokens;
  return {
    any: usernames.length > 0 || userIds.length > 0 || wide !== "",
    usernames,
    userIds,
    wide,
    self,
    wideNames: allowed ? (["here", "channel", "all"] as const).filter((name) => tokens[name]) : [],
    highlightDisabled,
    missed: !type.startsWith("system_") && usernames.length > 0,
  };
}
