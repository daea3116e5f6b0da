import { z } from "zod";
import { isValidEmojiName } from "../../../text/names.ts";
import { MAX_MESSAGE, MAX_PROPS } from "../../posts/draft.ts";
import { attachments, maybe, text, time, username } from "./fields.ts";
import { channelName, members, teamName } from "./places.ts";

/** What a post may be; what nobody else sees has no row. */
const type = z
  .string()
  .regex(/^[a-z0-9_]{0,26}$/, "is no type of a post")
  .refine((value) => value !== "system_ephemeral", "is a post that only one user saw");

const props = maybe(
  z
    .record(z.string(), z.unknown())
    .refine((value) => JSON.stringify(value).length <= MAX_PROPS, "is too large"),
);

const reaction = z.strictObject({
  user: username,
  emoji_name: z.string().refine(isValidEmojiName, "is no name of an emoji"),
  create_at: time,
});

const follower = z.strictObject({
  user: username,
  last_viewed: maybe(time),
  unread_mentions: maybe(time),
});

const said = {
  user: username,
  type: maybe(type),
  message: maybe(text(MAX_MESSAGE)),
  props,
  create_at: time.refine((value) => value > 0, "is missing"),
  edit_at: maybe(time),
  flagged_by: maybe(z.array(username)),
  reactions: maybe(z.array(reaction)),
  attachments,
  is_pinned: maybe(z.boolean()),
};

const reply = z.strictObject(said);

const root = { ...said, replies: maybe(z.array(reply)), thread_followers: maybe(z.array(follower)) };

export const post = z.strictObject({ team: teamName, channel: channelName, ...root });
export const directPost = z.strictObject({ channel_members: members, ...root });

export type ReplyLine = z.infer<typeof reply>;
export type PostLine = z.infer<typeof post>;
export type DirectPostLine = z.infer<typeof directPost>;
