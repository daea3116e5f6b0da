import type { Context } from "../../context.ts";
import { channelOf } from "../../model/channel.ts";
import type { SidebarCategory } from "../../model/sidebar.ts";
import type { Row, Statement } from "../../ports/sql/sql.ts";

/** CTEs that make the default categories of user $1 in team $2 where they are missing, favorites filled (semantics 16.4). */
const ENSURE = `made AS (
    INSERT INTO sidebarcategories (id, userid, teamid, sortorder, sorting, type, displayname, muted, collapsed)
    SELECT d.type || '_' || $1 || '_' || $2, $1, $2, d.sortorder, d.sorting, d.type, d.name, false, false
    FROM (VALUES ('favorites', 0, '', 'Favorites'), ('channels', 10, '', 'Channels'),
      ('direct_messages', 20, 'recent', 'Direct Messages')) AS d(type, sortorder, sorting, name)
    WHERE NOT EXISTS (SELECT FROM sidebarcategories k WHERE k.userid = $1 AND k.teamid = $2 AND k.type = d.type)
      AND EXISTS (SELECT FROM teammembers t WHERE t.teamid = $2 AND t.userid = $1 AND t.deleteat = 0)
    ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING *),
  favored AS (
    INSERT INTO sidebarchannels (channelid, userid, categoryid, sortorder)
    SELECT c.id, $1, k.id, 10 * (row_number() OVER (ORDER BY c.displayname) - 1)
    FROM made k JOIN preferences p ON p.userid = $1 AND p.category = 'favorite_channel' AND p.value = 'true'
      JOIN channels c ON c.id = p.name AND c.teamid = ANY(ARRAY[$2, ''])
      JOIN channelmembers m ON m.channelid = c.id AND m.userid = $1
    WHERE k.type = 'favorites'
    ON CONFLICT DO NOTHING RETURNING channelid, categoryid, sortorder)`;

/** Makes what `categoriesStatement` would make, at the start of a batch that changes categories. */
export function ensureStatement(userId: string, teamId: string): Statement {
  return { text: `WITH ${ENSURE} SELECT id FROM made`, params: [userId, teamId] };
}

/**
 * A user's categories in a team with their channels, in order; those that everybody has are made if this is the first
 * time. What is in no category is in "channels" or "direct_messages", by display name (semantics 16.5).
 */
export function categoriesStatement(userId: string, teamId: string): Statement {
  const text = `WITH ${ENSURE},
    categories AS (
      SELECT * FROM made
      UNION ALL SELECT * FROM sidebarcategories k WHERE k.userid = $1 AND k.teamid = $2 AND k.id NOT IN (SELECT id FROM made)),
    placed AS (
      SELECT channelid, categoryid, sortorder FROM favored
      UNION ALL SELECT s.channelid, s.categoryid, s.sortorder FROM sidebarchannels s JOIN categories k ON k.id = s.categoryid
        WHERE s.userid = $1),
    loose AS (
      SELECT c.id, CASE WHEN c.teamid = '' THEN 'direct_messages' ELSE 'channels' END AS type, c.displayname
      FROM channelmembers m ${channelOf("m.channelid")}
      WHERE m.userid = $1 AND c.teamid = ANY(ARRAY[$2, '']) AND c.deleteat = 0
        AND NOT EXISTS (SELECT FROM placed p WHERE p.channelid = c.id)),
    listed AS (
      SELECT x.categoryid, json_agg(x.channelid ORDER BY x.part, x.sortorder, x.displayname, x.channelid) AS channel_ids
      FROM (SELECT categoryid, channelid, 0 AS part, sortorder, '' AS displayname FROM placed
        UNION ALL SELECT k.id, l.id, 1, 0, l.displayname FROM loose l JOIN categories k ON k.type = l.type) x
      GROUP BY x.categoryid)
    SELECT k.id, k.userid AS user_id, k.teamid AS team_id, coalesce(k.sortorder, 0) AS sort_order, coalesce(k.sorting, '') AS sorting,
      k.type, k.displayname AS display_name, coalesce(k.muted, false) AS muted, coalesce(k.collapsed, false) AS collapsed,
      coalesce(l.channel_ids, '[]') AS channel_ids
    FROM categories k LEFT JOIN listed l ON l.categoryid = k.id ORDER BY k.sortorder, k.id`;
  return { text, params: [userId, teamId] };
}

/** A user's categories in a team, in order. One statement. */
export async function categoriesOf(ctx: Context, userId: string, teamId: string): Promise<SidebarCategory[]> {
  const { text, params } = categoriesStatement(userId, teamId);
  return toCategories(await ctx.sql.query(text, params));
}

export function toCategories(rows: Row[]): SidebarCategory[] {
  return rows as unknown as SidebarCategory[];
}

/** Those of `ids` that are the user's in the team, with their types. */
export function ownCategories(
  ctx: Context,
  userId: string,
  teamId: string,
  ids: string[],
): Promise<Pick<SidebarCategory, "id" | "type">[]> {
  return ctx.sql.query(
    "SELECT id, type FROM sidebarcategories WHERE userid = $1 AND teamid = $2 AND id = ANY($3::text[])",
    [userId, teamId, ids],
  );
}
