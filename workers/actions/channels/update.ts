import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { type Effect, type Envelope, envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { type Channel, DEFAULT_CHANNEL } from "../../model/channel.ts";
import type { User } from "../../model/user.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { doPlaceByDefault, splitCategory } from "../sidebar/default-category.ts";
import { announceRows } from "../system-posts/announce.ts";
import { type SystemPostInput, type SystemPostType, statementOf } from "../system-posts/system-post.ts";
import { systemTexts } from "../system-posts/texts.ts";
import { type ChannelTexts, checkTexts } from "./check.ts";
import {
  channelEffects,
  lastChannel,
  linkingChannels,
  mirror,
  nameTaken,
  selectChannel,
} from "./statements.ts";

/** `channel_updated` as the channel's members get it (websocket 6.3). */
export function updatedEvent(channel: Channel): Envelope {
  return envelope("channel_updated", { channel: JSON.stringify(channel) }, { channel_id: channel.id });
}

/** Changes what people write about a channel, and says so in it (semantics 12.11). One batch. Answers the channel after it. */
export async function doPatchChannel(
  ctx: Context,
  user: User,
  channel: Channel,
  patch: Partial<ChannelTexts>,
): Promise<Channel> {
  if (channel.delete_at > 0) throw fail("api.channel.update_channel.deleted.app_error");
  const renamed = patch.name !== undefined && patch.name !== channel.name;
  if (renamed && channel.name === DEFAULT_CHANNEL) throw fail("api.channel.update_channel.tried.app_error");
  const { name, ...texts } = patch;
  const checked = checkTexts(renamed ? { ...texts, name: name! } : texts);
  const { category, ...own } = splitCategory(ctx.config, checked.display_name) ?? {};
  const fields = { ...checked, ...own };
  const now = Math.max(Date.now(), channel.update_at + 1);
  const posts = changePosts(user, channel, fields, now);
  const named = channel.type === "O" && (renamed || fields.display_name !== undefined);
  let results: Awaited<ReturnType<Context["sql"]["batch"]>>;
  try {
    results = await ctx.sql.batch([
      update(channel.id, { ...fields, category }, now),
      ...(channel.type === "O" ? [mirror(channel.id)] : []),
      linkingChannels(channel.team_id, named ? [channel.name, ...(renamed ? [name!] : [])] : []),
      ...(posts.length > 0 ? [statementOf(posts)] : []),
      selectChannel(channel.id),
    ]);
  } catch (error) {
    throw nameTaken(error);
  }
  if (results[0]!.length === 0) throw fail("api.channel.update_channel.deleted.app_error");
  const after = lastChannel(results);
  const [posted] = posts.length > 0 ? announceRows(results.at(-2)!) : [];
  const linking = results[channel.type === "O" ? 2 : 1];
  await publish(
    ctx,
    `channel:${channel.id}`,
    // Clients count what is posted: the channel as it is after it would count it twice, were it there first.
    [...(posted?.events ?? []), updatedEvent(after)],
    [...channelEffects(channel.id, linking), ...(posted?.effects ?? ([] as Effect[]))],
  );
  if (category) await doPlaceByDefault(ctx, after, null);
  return after;
}

function update(
  id: string,
  fields: Partial<ChannelTexts> & { category: string | undefined },
  at: number,
): Statement {
  const text = `UPDATE channels SET name = coalesce($2, name), displayname = coalesce($3, displayname),
      header = coalesce($4, header), purpose = coalesce($5, purpose), updateat = $6::bigint,
      defaultcategoryname = coalesce($7, defaultcategoryname)
    WHERE id = $1 AND deleteat = 0 RETURNING id`;
  const { name = null, display_name = null, header = null, purpose = null, category = null } = fields;
  return { text, params: [id, name, display_name, header, purpose, at, category] };
}

/** One message per changed text; they keep their order by their times (semantics 6.1). */
function changePosts(
  { id, username }: User,
  channel: Channel,
  fields: Partial<ChannelTexts>,
  now: number,
): SystemPostInput[] {
  const posts: SystemPostInput[] = [];
  const add = (type: SystemPostType, message: string, props: Record<string, unknown>) => {
    posts.push({
      type,
      channel: channel.id,
      user: id,
      message,
      props: { username, ...props },
      at: now + posts.length,
      direct: channel.type === "D" || channel.type === "G",
    });
  };
  const { display_name, header, purpose } = fields;
  if (display_name !== undefined && display_name !== channel.display_name) {
    const props = { old_displayname: channel.display_name, new_displayname: display_name };
    add(
      "system_displayname_change",
      systemTexts.system_displayname_change(username, channel.display_name, display_name),
      props,
    );
  }
  if (header !== undefined && header !== channel.header) {
    const props = { old_header: channel.header, new_header: header };
    add("system_header_change", systemTexts.system_header_change(username, channel.header, header), props);
  }
  if (purpose !== undefined && purpose !== channel.purpose) {
    const props = { old_purpose: channel.purpose, new_purpose: purpose };
    add(
      "system_purpose_change",
      systemTexts.system_purpose_change(username, channel.purpose, purpose),
      props,
    );
  }
  return posts;
}
