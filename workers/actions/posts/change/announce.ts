import type { Context } from "../../../context.ts";
import {
  type Counters,
  type Effect,
  type Envelope,
  envelope,
  headOf,
  type Personal,
} from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import type { Channel } from "../../../model/channel.ts";
import type { Post } from "../../../model/post.ts";
import { restrictedChannels, withoutLinks } from "../linked-channels.ts";

/** `post_edited` for everyone in the channel; links to and previews of other channels only for their readers (semantics 5.7). */
export async function notifyEdited(
  ctx: Context,
  channel: Channel,
  post: Post,
  counters?: Counters,
): Promise<void> {
  const effects: Effect[] = [{ kind: "posts", channel: channel.id }];
  if (counters) effects.push({ kind: "counters", channel: channel.id, counters });
  await publish(ctx, `channel:${channel.id}`, [edited(channel, post)], effects);
}

function edited({ team_id }: Channel, post: Post): Envelope {
  const to = { channel_id: post.channel_id };
  const data = { post: JSON.stringify(post) };
  const channels = restrictedChannels(post, team_id);
  if (channels.length === 0) return envelope("post_edited", data, to);
  const personal: Personal = { restricted: { channels, head: headOf("post_edited", data) } };
  return envelope("post_edited", { post: JSON.stringify(withoutLinks(post, team_id)) }, to, personal);
}

/**
 * `post_deleted` in its two variants (semantics 5.10): the post as it was, and for administrators also who deleted it.
 * Clients need no more of it than its place, so what links to other channels is left out for all.
 */
export async function notifyDeleted(
  ctx: Context,
  channel: Channel,
  post: Post,
  deletedBy: string,
): Promise<void> {
  const data = { post: JSON.stringify(withoutLinks(post)) };
  const to = { channel_id: channel.id };
  const events = [
    envelope("post_deleted", data, { ...to, contains_sanitized_data: true }),
    envelope("post_deleted", { ...data, delete_by: deletedBy }, { ...to, contains_sensitive_data: true }),
  ];
  await publish(ctx, `channel:${channel.id}`, events, [{ kind: "posts", channel: channel.id }]);
}
