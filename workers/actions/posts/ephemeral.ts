import { type Envelope, envelope } from "../../events/envelope.ts";
import { newId } from "../../model/id.ts";
import type { Post } from "../../model/post.ts";
import { attachmentsOf } from "../../text/attachments.ts";

export interface EphemeralInput {
  channelId: string;
  /** Under whose name clients show it. */
  userId: string;
  message: string;
  rootId?: string;
  props?: Record<string, unknown>;
  /** ms; now by default. */
  at?: number;
}

/** A post that is shown to one user and never stored (semantics 6.4). */
export function ephemeralPost({
  channelId,
  userId,
  message,
  rootId = "",
  props = {},
  at = Date.now(),
}: EphemeralInput): Post {
  return {
    id: newId(),
    create_at: at,
    update_at: at,
    edit_at: 0,
    delete_at: 0,
    is_pinned: false,
    user_id: userId,
    channel_id: channelId,
    root_id: rootId,
    original_id: "",
    message,
    type: "system_ephemeral",
    props,
    hashtags: "",
    pending_post_id: "",
    remote_id: "",
    reply_count: 0,
    last_reply_at: 0,
    participants: null,
    metadata: attachmentsOf(props).length > 0 ? { embeds: [{ type: "message_attachment" }] } : {},
  };
}

/** `ephemeral_message` with that post to `userId`; publish it on `user:<userId>`. */
export function ephemeralEvent(userId: string, post: Post): Envelope {
  return envelope(
    "ephemeral_message",
    { post: JSON.stringify(post) },
    { user_id: userId, channel_id: post.channel_id },
  );
}
