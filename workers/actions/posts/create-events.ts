import type { Context } from "../../context.ts";
import { type Effect, type Envelope, envelope, headOf, type Personal } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Post } from "../../model/post.ts";
import type { CreateOptions, Draft } from "./create.ts";
import type { Created } from "./create-sql.ts";
import { restrictedChannels, withoutLinks } from "./linked-channels.ts";
import { threadUpdates } from "./thread-updates.ts";

/** Announces a stored post: `posted` to the channel, the author's read state, and the thread's followers (semantics 1.23, 3.6). */
export async function announce(
  ctx: Context,
  draft: Draft,
  post: Post,
  created: Created,
  options: CreateOptions,
): Promise<void> {
  const { channel, author } = draft;
  const events: Envelope[] = [posted(ctx, draft, post, created, options)];
  if (created.was_unread && ctx.config.ServiceSettings.EnableChannelViewedMessages) {
    events.push(
      envelope(
        "multiple_channels_viewed",
        { channel_times: { [channel.id]: post.create_at } },
        { user_id: author.id },
      ),
    );
  }
  events.push(...(await threadUpdates(ctx, draft, post, created)));
  await publish(ctx, `channel:${channel.id}`, events, effectsOf(draft, created), post.id);
}

function effectsOf(
  { channel }: Draft,
  { total, total_root, last_post_at, last_root_post_at }: Created,
): Effect[] {
  const effects: Effect[] = [{ kind: "posts", channel: channel.id }];
  if (total === null) return effects;
  const counters = {
    total_msg_count: total,
    total_msg_count_root: total_root ?? 0,
    last_post_at: last_post_at ?? 0,
    last_root_post_at: last_root_post_at ?? 0,
  };
  effects.push({ kind: "counters", channel: channel.id, counters });
  return effects;
}

function posted(ctx: Context, draft: Draft, post: Post, created: Created, options: CreateOptions): Envelope {
  const { channel, author } = draft;
  const overridden = draft.props.override_username;
  const sender =
    typeof overridden === "string" &&
    draft.props.from_webhook === "true" &&
    channel.type !== "D" &&
    ctx.config.ServiceSettings.EnablePostUsernameOverride
      ? overridden
      : draft.type.startsWith("system_")
        ? "System"
        : `@${author.username}`;
  const files = post.metadata.files ?? [];
  const data = {
    post: JSON.stringify(post),
    channel_type: channel.type,
    channel_display_name:
      channel.type === "D" ? `@${author.username}` : (created.group_names ?? channel.display_name),
    channel_name: channel.name,
    sender_name: sender,
    team_id: channel.team_id,
    set_online: options.setOnline,
    ...(files.length > 0 ? { otherFile: "true" } : {}),
    ...(files.some((file) => file.mime_type.startsWith("image/")) ? { image: "true" } : {}),
  };
  const personal: Personal = { author: author.id };
  if (created.mentioned) personal.mentions = created.mentioned;
  if (created.followers)
    personal.followers = created.followers
      .filter(({ notify, userid }) => notify && userid !== author.id)
      .map(({ userid }) => userid);
  if (channel.type === "D") personal.ack = "all";
  const channels = restrictedChannels(post, channel.team_id);
  if (channels.length > 0) {
    personal.restricted = { channels, head: headOf("posted", data) };
    data.post = JSON.stringify(withoutLinks(post, channel.team_id));
  }
  return envelope("posted", data, { channel_id: channel.id }, personal);
}
