import type { Context } from "../../../context.ts";
import {
  CHANNEL_COLUMNS,
  CHANNEL_TEAM_COLUMNS,
  type Channel,
  type ChannelWithTeam,
  channelOf,
} from "../../../model/channel.ts";
import type { Param } from "../../../ports/sql/sql.ts";
import { defaultChannelNames } from "../default-channels.ts";

const MAX_WORDS = 8;

/** LIKE patterns of the words of a term: a channel matches when each is found in it. "~" and "@" before a word do not count. */
function patternsOf(term: string): string[] {
  return term
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(/^[~@]+/, "").slice(0, 64))
    .filter(Boolean)
    .slice(0, MAX_WORDS)
    .map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
}

const TEXT = "lower(c.name || ' ' || c.displayname || ' ' || c.purpose)";
/** Every pattern of $1 is found. */
const MATCHES = `NOT EXISTS (SELECT FROM unnest($1::text[]) AS p WHERE ${TEXT} NOT LIKE p)`;
/** Those whose display name has the term come first (semantics 21.8). */
const ORDER = "(lower(c.displayname) LIKE coalesce(($1::text[])[1], '%')) DESC, c.displayname, c.id";

const MINE = "EXISTS (SELECT FROM channelmembers m WHERE m.channelid = c.id AND m.userid = $2)";

export interface TeamSearch {
  teamIds: string[];
  userId: string;
  term: string;
  includeDeleted: boolean;
  limit: number;
  /** "open": open channels; "mine": the user's own of teams; "both". */
  which: "open" | "mine" | "both";
}

/** Channels of teams that match a term (semantics 21.8). One query. */
export function searchTeams(
  ctx: Context,
  { teamIds, userId, term, includeDeleted, limit, which }: TeamSearch,
): Promise<Channel[]> {
  const open = "c.type = 'O'";
  const mine = `c.type IN ('O', 'P') AND ${MINE}`;
  const scope = { open, mine, both: `(${open} OR ${mine})` }[which];
  return ctx.replica.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c
      WHERE c.teamid = ANY($3::text[]) AND ${scope} AND $2::text IS NOT NULL ${includeDeleted ? "" : "AND c.deleteat = 0"} AND ${MATCHES}
      ORDER BY ${ORDER} LIMIT $4::bigint`,
    [patternsOf(term), userId, teamIds, limit],
  );
}

/**
 * The user's own channels that match, for a search's "in:": of the team, group channels, and direct channels by the other
 * user's username or nickname, whose name then is their display name (semantics 21.8). One query.
 */
export async function searchMine(
  ctx: Context,
  teamId: string,
  userId: string,
  term: string,
): Promise<Channel[]> {
  const direct = `(SELECT u.username || ' ' || u.nickname FROM users u
    WHERE u.id = CASE WHEN split_part(c.name, '__', 1) = $2 THEN split_part(c.name, '__', 2) ELSE split_part(c.name, '__', 1) END)`;
  const rows = await ctx.replica.query<Channel & { other: string | null }>(
    `WITH mine AS (SELECT c.* FROM channelmembers m ${channelOf("m.channelid")}
        WHERE m.userid = $2 AND c.deleteat = 0 AND c.teamid = ANY(ARRAY[$3, '']) ),
      team AS (SELECT c.*, NULL AS other FROM mine c WHERE c.type <> 'D' AND ${MATCHES} ORDER BY c.displayname LIMIT 50),
      direct AS (SELECT c.*, x.other FROM mine c CROSS JOIN LATERAL (SELECT ${direct} AS other) x
        WHERE c.type = 'D' AND NOT EXISTS (SELECT FROM unnest($1::text[]) AS p WHERE lower(x.other) NOT LIKE p) LIMIT 50)
    SELECT ${CHANNEL_COLUMNS}, c.other FROM (SELECT * FROM team UNION ALL SELECT * FROM direct) c`,
    [patternsOf(term), userId, teamId],
  );
  const channels = rows.map(({ other, ...channel }) =>
    other === null ? channel : { ...channel, display_name: other.split(" ")[0]! },
  );
  return channels.sort((a, b) => (a.display_name.toLowerCase() < b.display_name.toLowerCase() ? -1 : 1));
}

/** The user's group channels in which every word of the term names a member (semantics 21.8). One query. */
export function searchGroups(ctx: Context, userId: string, term: string): Promise<Channel[]> {
  return ctx.replica.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM channelmembers m ${channelOf("m.channelid")}
      CROSS JOIN LATERAL (SELECT lower(string_agg(u.username || ' ' || u.nickname || ' ' || u.firstname || ' ' || u.lastname, ' ')) AS names
        FROM channelmembers o JOIN users u ON u.id = o.userid WHERE o.channelid = c.id) x
      WHERE m.userid = $2 AND c.type = 'G' AND c.deleteat = 0 AND NOT EXISTS (SELECT FROM unnest($1::text[]) AS p WHERE x.names NOT LIKE p)
      ORDER BY c.lastpostat DESC LIMIT 100`,
    [patternsOf(term.replace(/,/g, " ")), userId],
  );
}

/** Filters of the administrator's lists. */
export interface AdminFilter {
  term: string;
  searchById: boolean;
  teamIds: string[];
  excludeDefault: boolean;
  /** Neither or both: open and private. */
  public: boolean;
  private: boolean;
  includeDeleted: boolean;
  /** Archived ones only. */
  deleted: boolean;
  groupConstrained: boolean;
  excludeGroupConstrained: boolean;
  limit: number;
  offset: number;
  count: boolean;
}

/** Open and private channels of all teams with their teams (`GET /channels`, `POST /channels/search`). One query. */
export async function adminChannels(
  ctx: Context,
  filter: AdminFilter,
): Promise<{ channels: ChannelWithTeam[]; total_count: number }> {
  const types = filter.public === filter.private ? ["O", "P"] : filter.public ? ["O"] : ["P"];
  const params: Param[] = [patternsOf(filter.term), types, filter.limit, filter.offset];
  const where = [`c.type::text = ANY($2::text[])`];
  const param = (value: Param) => `$${params.push(value)}`;
  if (filter.term)
    where.push(filter.searchById ? `(${MATCHES} OR c.id = ${param(filter.term.trim())})` : MATCHES);
  else where.push("$1::text[] IS NOT NULL");
  if (filter.teamIds.length > 0) where.push(`c.teamid = ANY(${param(filter.teamIds)}::text[])`);
  if (filter.excludeDefault) where.push(`c.name <> ALL(${param(defaultChannelNames(ctx.config))}::text[])`);
  if (filter.deleted) where.push("c.deleteat > 0");
  else if (!filter.includeDeleted) where.push("c.deleteat = 0");
  if (filter.groupConstrained) where.push("c.groupconstrained");
  if (filter.excludeGroupConstrained) where.push("NOT coalesce(c.groupconstrained, false)");
  const from = `channels c LEFT JOIN teams t ON t.id = c.teamid WHERE ${where.join(" AND ")}`;
  const [row] = await ctx.replica.query<{ channels: ChannelWithTeam[]; total: number }>(
    `SELECT coalesce((SELECT json_agg(x) FROM (SELECT ${CHANNEL_TEAM_COLUMNS} FROM ${from}
        ORDER BY c.displayname, t.displayname, c.id LIMIT $3::bigint OFFSET $4::bigint) x), '[]') AS channels,
      ${filter.count ? `(SELECT count(*) FROM ${from})` : "0"} AS total`,
    params,
  );
  return { channels: row!.channels, total_count: row!.total };
}
