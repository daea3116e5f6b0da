import { channelsByIds } from "../../../access/channels.ts";
import { type Memberships, subjectOf } from "../../../access/identity.ts";
import { Cache } from "../../../cache/cache.ts";
import { caches } from "../../../cache/caches.ts";
import { SERVER_VERSION } from "../../../config/version.ts";
import type { Context } from "../../../context.ts";
import { CHANNEL_COLUMNS, type Channel, channelJson } from "../../../model/channel.ts";

/** Which of a user's channels (semantics 12.19). */
export interface ListOptions {
  /** Those of one team, and direct and group channels; undefined for all. */
  teamId?: string | undefined;
  includeDeleted: boolean;
  /** With `includeDeleted`: only channels archived at or after this ms; 0 for all. */
  lastDeleteAt: number;
}

export interface ChannelListText {
  /** JSON array, by display name. */
  text: string;
  count: number;
  /** http-conventions 4.3 */
  etag: string;
}

const collator = new Intl.Collator("en", { sensitivity: "base", numeric: false });
const byName = (a: Channel, b: Channel) =>
  collator.compare(a.display_name, b.display_name) ||
  (a.display_name < b.display_name ? -1 : a.display_name > b.display_name ? 1 : a.id < b.id ? -1 : 1);

/** What one memberships object lists: it is replaced, never changed, when the user joins or leaves. */
interface Kept {
  ids: string[];
  channels: Channel[];
}

interface KeptText extends ChannelListText {
  list: Kept;
  /** The sum of the counters that it was made from. */
  stamp: number;
}

const kept = new WeakMap<Memberships, Kept>();
/** Few: clients ask once when they start. */
const texts = new Cache<KeptText>(300);

/** Keeps sums of ms below 2^53. */
const EPOCH = 1_700_000_000_000;

/**
 * A user's channels as JSON. Where caches are coherent they answer alone, once warm, and a list in which nothing has
 * happened is the text of last time. Elsewhere one query. Undefined for an unknown user.
 */
export async function channelListOf(
  ctx: Context,
  userId: string,
  options: ListOptions,
): Promise<ChannelListText | undefined> {
  if (!caches.coherent) return listText((await readChannels(ctx, userId)).sort(byName), options);
  const subject = await subjectOf(ctx, userId);
  if (!subject) return undefined;
  const list = current(subject.memberships) ?? (await load(ctx, subject.memberships));
  // Every counter only grows, so that a sum that is the same means that all of them are.
  let stamp = 0;
  for (const channel of list.channels) {
    stamp +=
      channel.total_msg_count +
      channel.total_msg_count_root +
      channel.last_root_post_at +
      (channel.last_post_at - EPOCH);
  }
  const key = `${userId} ${options.teamId ?? ""} ${options.includeDeleted ? options.lastDeleteAt : ""}`;
  const known = texts.get(key);
  if (known?.list === list && known.stamp === stamp) return known;
  const made = { ...listText(list.channels, options), list, stamp };
  texts.fill(key, texts.guard(), made);
  return made;
}

/** The kept list, if every channel in it is still the cached one. */
function current(memberships: Memberships): Kept | undefined {
  const list = kept.get(memberships);
  if (!list) return undefined;
  const { ids, channels } = list;
  for (let i = 0; i < ids.length; i++) if (caches.channels.get(ids[i]!) !== channels[i]) return undefined;
  return list;
}

async function load(ctx: Context, memberships: Memberships): Promise<Kept> {
  const channels = (await channelsByIds(ctx, memberships.channels.keys())).sort(byName);
  const list = { ids: channels.map((channel) => channel.id), channels };
  kept.set(memberships, list);
  return list;
}

function listText(
  channels: Channel[],
  { teamId, includeDeleted, lastDeleteAt }: ListOptions,
): ChannelListText {
  let text = "";
  let count = 0;
  let newest = 0;
  let newestId = "";
  for (const channel of channels) {
    if (teamId !== undefined && channel.team_id !== teamId && channel.team_id !== "") continue;
    if (channel.delete_at > 0 && (!includeDeleted || channel.delete_at < lastDeleteAt)) continue;
    text += count++ === 0 ? channelJson(channel) : `,${channelJson(channel)}`;
    const changed = Math.max(channel.last_post_at, channel.update_at);
    if (changed > newest) {
      newest = changed;
      newestId = channel.id;
    }
  }
  return { text: `[${text}]`, count, etag: `${SERVER_VERSION}.${newestId}.${newest}.0.${count}` };
}

function readChannels(ctx: Context, userId: string): Promise<Channel[]> {
  return ctx.sql.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM channelmembers m JOIN channels c ON c.id = m.channelid WHERE m.userid = $1`,
    [userId],
  );
}

/** A page of a team's channels, by display name. `where` narrows `channels c`; its parameters start at $4. */
export function teamChannels(
  ctx: Context,
  teamId: string,
  page: { perPage: number; offset: number },
  where: string,
  params: string[] = [],
): Promise<Channel[]> {
  return ctx.sql.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.teamid = $1 AND ${where} ORDER BY c.displayname, c.id LIMIT $2::bigint OFFSET $3::bigint`,
    [teamId, page.perPage, page.offset, ...params],
  );
}

/** The current state of a channel for an answer: on the edge a cached one may be a moment old. */
export async function freshChannel(ctx: Context, channel: Channel): Promise<Channel> {
  if (caches.coherent) return channel;
  const [row] = await ctx.sql.query<Channel>(`SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.id = $1`, [
    channel.id,
  ]);
  return row ?? channel;
}

/** The channel of a name in a team, or the direct or group channel of that name (client-flows 7). One query. */
export async function channelByName(
  ctx: Context,
  teamId: string,
  name: string,
): Promise<Channel | undefined> {
  const [row] = await ctx.sql.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.name = $2 AND c.teamid = ANY(ARRAY[$1, '']) ORDER BY c.teamid DESC LIMIT 1`,
    [teamId, name],
  );
  return row;
}

/** The same where the team is named, too. */
export async function channelByTeamName(
  ctx: Context,
  teamName: string,
  name: string,
): Promise<Channel | undefined> {
  const [row] = await ctx.sql.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM teams t JOIN channels c ON c.name = $2 AND c.teamid = ANY(ARRAY[t.id, ''])
      WHERE t.name = $1 ORDER BY c.teamid DESC LIMIT 1`,
    [teamName, name],
  );
  return row;
}
