import type { Counters } from "../events/envelope.ts";

export type ChannelType = "O" | "P" | "D" | "G";

/** The channel every member of a team is in; it cannot be left, renamed, archived or made private (semantics 12.10 to 12.13). */
export const DEFAULT_CHANNEL = "town-square";

/** A row of `channels` under API names. */
export interface Channel extends Counters {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  team_id: string;
  type: ChannelType;
  display_name: string;
  name: string;
  header: string;
  purpose: string;
  extra_update_at: number;
  creator_id: string;
  scheme_id: string | null;
  group_constrained: boolean | null;
  shared: boolean | null;
  banner_info: Record<string, unknown> | null;
  policy_enforced: boolean;
  policy_id: string | null;
  default_category_name: string;
  props: Record<string, unknown> | null;
}

/** The open channels that the header of `channels c` links to (semantics 12.21); looked up only where there is a "~". */
const CHANNEL_MENTIONS = `CASE WHEN c.header LIKE '%~%' THEN (
    SELECT jsonb_build_object('channel_mentions', jsonb_object_agg(x.name, jsonb_build_object('display_name', x.displayname)))
    FROM publicchannels x WHERE x.teamid = c.teamid AND x.deleteat = 0
      AND x.name IN (SELECT lower(found[1]) FROM regexp_matches(c.header, '(?:^|[^A-Za-z0-9_])~([A-Za-z0-9_-]+)', 'g') found)
    HAVING count(*) > 0) END`;

/** Select list of `channels c` that gives a Channel. */
export const CHANNEL_COLUMNS = `c.id, c.createat AS create_at, c.updateat AS update_at, c.deleteat AS delete_at,
  c.teamid AS team_id, c.type, c.displayname AS display_name, c.name, c.header, c.purpose, c.lastpostat AS last_post_at,
  c.totalmsgcount AS total_msg_count, c.extraupdateat AS extra_update_at, c.creatorid AS creator_id,
  c.schemeid AS scheme_id, c.groupconstrained AS group_constrained, c.shared,
  coalesce(c.totalmsgcountroot, 0) AS total_msg_count_root, coalesce(c.lastrootpostat, 0) AS last_root_post_at,
  c.bannerinfo AS banner_info, false AS policy_enforced, NULL AS policy_id, c.defaultcategoryname AS default_category_name,
  ${CHANNEL_MENTIONS} AS props`;

/**
 * Joins the channels `c` of rows that name one as `column`, each by its id. As a plain join, whose other conditions have
 * indexes too (deleteat, teamid), a planner without statistics reads every live channel once for each row.
 */
export const channelOf = (column: string) =>
  `CROSS JOIN LATERAL (SELECT x.* FROM channels x WHERE x.id = ${column} LIMIT 1) c`;

/** A Channel with what the administrator's lists tell of its team. */
export interface ChannelWithTeam extends Channel {
  team_display_name: string;
  team_name: string;
  team_update_at: number;
}

export const CHANNEL_TEAM_COLUMNS = `${CHANNEL_COLUMNS}, coalesce(t.displayname, '') AS team_display_name,
  coalesce(t.name, '') AS team_name, coalesce(t.updateat, 0) AS team_update_at`;

const texts = new WeakMap<Channel, { text: string; counters: Counters }>();

/**
 * JSON of a channel, kept with the object. Cached channels change in no field but their counters (cache/caches.ts), so
 * these tell whether the kept text still holds.
 */
export function channelJson(channel: Channel): string {
  const kept = texts.get(channel);
  if (
    kept &&
    kept.counters.total_msg_count === channel.total_msg_count &&
    kept.counters.last_post_at === channel.last_post_at &&
    kept.counters.total_msg_count_root === channel.total_msg_count_root &&
    kept.counters.last_root_post_at === channel.last_root_post_at
  ) {
    return kept.text;
  }
  const { total_msg_count, total_msg_count_root, last_post_at, last_root_post_at } = channel;
  const text = JSON.stringify(channel);
  texts.set(channel, {
    text,
    counters: { total_msg_count, total_msg_count_root, last_post_at, last_root_post_at },
  });
  return text;
}
