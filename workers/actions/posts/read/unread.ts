import { caches } from "../../../cache/caches.ts";
import type { Context } from "../../../context.ts";
import type { Channel } from "../../../model/channel.ts";
import { type Around, type ListRow, type ListShape, unreadStatement, unreadsStatement } from "./list-sql.ts";

/** What the web client prefetches after its boot: nothing where more channels are unread (client-flows 6). */
const PREFETCHED = 20;

/** What a booting client is about to ask for. */
export interface Unreads {
  /** The next request for unread posts may read the others along. */
  expected: boolean;
  /** By channel; `guard` is of `caches.pages`, taken before the row was read. */
  lists: Map<string, { shape: string; row: ListRow; guard: number }>;
  /** Channels that were viewed meanwhile: what was read of these is out of place. */
  viewed: Set<string>;
}

/**
 * The user's client has just fetched all its memberships: it is about to ask for its unread channels, one by one. Not where
 * these requests go to other isolates or nodes in turn: most of what was read along would be read again there.
 */
export function expectPrefetch(ctx: Context, userId: string): void {
  const { unreads } = caches;
  if (ctx.env.PROFILE !== "single") return;
  unreads.fill(userId, unreads.guard(), { expected: true, lists: new Map(), viewed: new Set() });
}

/**
 * The posts around the first one that the viewer has not seen. In a boot the first of these requests reads the viewer's
 * other unread channels along, so that the prefetch that follows costs no round trips; what has changed or been viewed
 * since is read again.
 */
export async function unreadRow(
  ctx: Context,
  channel: Channel,
  shape: ListShape,
  around: Around,
): Promise<ListRow> {
  const { pages, unreads } = caches;
  const kept = unreads.get(shape.viewer);
  const asked = [shape.collapsed, shape.fetchThreads, around.before, around.after].join(" ");
  const ahead = kept?.lists.get(channel.id);
  kept?.lists.delete(channel.id);
  if (ahead?.shape === asked && pages.unchanged(channel.id, ahead.guard)) return ahead.row;
  if (!kept?.expected) {
    const { text, params } = unreadStatement(shape, around);
    return (await ctx.sql.query<ListRow>(text, params))[0]!;
  }
  kept.expected = false;
  const guard = pages.guard();
  const { text, params } = unreadsStatement(shape, around, channel.team_id, PREFETCHED);
  const rows = await ctx.sql.query<ListRow & { channel_id: string }>(text, params);
  for (const { channel_id, ...row } of rows)
    if (channel_id !== channel.id && !kept.viewed.has(channel_id))
      kept.lists.set(channel_id, { shape: asked, row, guard });
  return rows.find(({ channel_id }) => channel_id === channel.id)!;
}

/** The user's place in channels has moved. */
export function forgetUnreads(kept: Unreads | undefined, channels: string[]): void {
  for (const id of channels) {
    kept?.lists.delete(id);
    kept?.viewed.add(id);
  }
}
