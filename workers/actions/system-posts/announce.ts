import { type Effect, type Envelope, envelope } from "../../events/envelope.ts";
import type { Post } from "../../model/post.ts";
import type { Row } from "../../ports/sql/sql.ts";
import type { PostedChannel, PostsRow, StoredSystemPost } from "./system-post.ts";

/** What is to be published of the system posts in one channel, on topic `channel:<channelId>`. */
export interface Announced {
  channelId: string;
  events: Envelope[];
  effects: Effect[];
}

/** `posted` events and effects of stored system posts, by channel (semantics 1.23, websocket 6.1). */
export function announceRows(rows: Row[]): Announced[] {
  const [row] = rows as unknown as PostsRow[];
  if (!row) return [];
  return row.channels.map((channel) => {
    const { id, total_msg_count, total_msg_count_root, last_post_at, last_root_post_at } = channel;
    const counters = { total_msg_count, total_msg_count_root, last_post_at, last_root_post_at };
    return {
      channelId: id,
      events: row.posts.filter((post) => post.channelid === id).map((post) => posted(post, channel)),
      effects: [
        { kind: "posts", channel: id },
        { kind: "counters", channel: id, counters },
      ],
    };
  });
}

function posted(stored: StoredSystemPost, channel: PostedChannel): Envelope {
  const author = `@${stored.props.username}`;
  const data = {
    post: JSON.stringify(toPost(stored)),
    channel_type: channel.type,
    channel_display_name: channel.type === "D" ? author : channel.display_name,
    channel_name: channel.name,
    sender_name: "System",
    team_id: channel.team_id,
    set_online: true,
  };
  const mentions = [...(stored.mentioned ?? [])];
  // The new member's row was made with the mention counted (channels/join.ts).
  if (stored.type === "system_add_to_channel") mentions.push(String(stored.props.addedUserId));
  const personal = { author: stored.userid, ...(mentions.length > 0 ? { mentions } : {}) };
  return envelope("posted", data, { channel_id: channel.id }, personal);
}

function toPost({ id, createat, userid, channelid, message, type, props }: StoredSystemPost): Post {
  return {
    id,
    create_at: createat,
    update_at: createat,
    edit_at: 0,
    delete_at: 0,
    is_pinned: false,
    user_id: userid,
    channel_id: channelid,
    root_id: "",
    original_id: "",
    message,
    type,
    props,
    hashtags: "",
    pending_post_id: "",
    remote_id: "",
    reply_count: 0,
    last_reply_at: 0,
    participants: null,
    metadata: {},
  };
}
