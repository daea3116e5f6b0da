import { caches } from "../cache/caches.ts";
import type { Context } from "../context.ts";
import { CHANNEL_COLUMNS, type Channel } from "../model/channel.ts";

/** The channel (archived ones included), from cache or one query. The object is shared: do not change it. */
export function channelById(ctx: Context, id: string): Promise<Channel | undefined> {
  return caches.channels.load(id, async () => {
    const [row] = await ctx.sql.query<Channel>(`SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.id = $1`, [
      id,
    ]);
    return row;
  });
}

/** The channels of `ids` that exist, in the order of `ids`; what is not cached costs one query together. */
export async function channelsByIds(ctx: Context, ids: Iterable<string>): Promise<Channel[]> {
  const wanted = [...ids];
  const found = new Map<string, Channel>();
  const missing: string[] = [];
  for (const id of wanted) {
    const channel = caches.channels.get(id);
    if (channel) found.set(id, channel);
    else missing.push(id);
  }
  if (missing.length > 0) {
    const guard = caches.channels.guard();
    const rows = await ctx.sql.query<Channel>(
      `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.id = ANY($1::text[])`,
      [missing],
    );
    for (const row of rows) {
      caches.channels.fill(row.id, guard, row);
      found.set(row.id, row);
    }
  }
  return wanted.map((id) => found.get(id)).filter((channel) => channel !== undefined);
}
