import type { Config } from "../../config/load.ts";
import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Channel } from "../../model/channel.ts";
import { newId } from "../../model/id.ts";
import type { SidebarCategory } from "../../model/sidebar.ts";

/** Whether names of channels name their category, too (semantics 12.23). */
export const sortsByCategory = ({ ExperimentalSettings }: Config): boolean =>
  ExperimentalSettings.ExperimentalChannelCategorySorting;

/** "Operations/Alerts" to the category and the channel's own name; undefined for a name that has not both, and where it is off. */
export function splitCategory(
  config: Config,
  displayName: string | undefined,
): { category: string; display_name: string } | undefined {
  if (!displayName || !sortsByCategory(config)) return undefined;
  const [first = "", ...rest] = displayName.split("/");
  const category = first.trim();
  const display_name = rest.join("/").trim();
  return category && display_name ? { category, display_name } : undefined;
}

/** Between the favorites and the channels that everybody has (semantics 16.4). */
const PLACE = 5;

const SEATS = "jsonb_to_recordset($1::jsonb) AS w(userid text, categoryid text, made boolean)";

/**
 * Puts a channel into its members' custom category of the channel's default category's name, made where there is none
 * (semantics 12.23). `userIds`: of these members only. Nothing where it is off, or the channel has none; else a query and a batch.
 */
export async function doPlaceByDefault(
  ctx: Context,
  channel: Pick<Channel, "id" | "team_id" | "default_category_name">,
  userIds: string[] | null,
): Promise<void> {
  const { id, team_id, default_category_name: name } = channel;
  if (name === "" || !sortsByCategory(ctx.config)) return;
  const members = await ctx.sql.query<{ userid: string; categoryid: string | null }>(
    `SELECT m.userid, (SELECT k.id FROM sidebarcategories k WHERE k.userid = m.userid AND k.teamid = $2 AND k.type = 'custom'
        AND lower(k.displayname) = lower($3) ORDER BY k.sortorder, k.id LIMIT 1) AS categoryid
     FROM channelmembers m WHERE m.channelid = $1 AND ($4::text[] IS NULL OR m.userid = ANY($4::text[]))`,
    [id, team_id, name, userIds],
  );
  const seats = JSON.stringify(
    members.map(({ userid, categoryid }) => ({
      userid,
      categoryid: categoryid ?? newId(),
      made: categoryid === null,
    })),
  );
  const results = await ctx.sql.batch([
    {
      text: `INSERT INTO sidebarcategories (id, userid, teamid, sortorder, sorting, type, displayname, muted, collapsed)
        SELECT w.categoryid, w.userid, $2, ${PLACE}, '', 'custom', $3, false, false FROM ${SEATS} WHERE w.made`,
      params: [seats, team_id, name],
    },
    {
      text: `DELETE FROM sidebarchannels s USING ${SEATS} JOIN sidebarcategories k ON k.userid = w.userid AND k.teamid = $2
        WHERE s.channelid = $3 AND s.userid = w.userid AND s.categoryid = k.id AND k.id <> w.categoryid`,
      params: [seats, team_id, id],
    },
    {
      text: `INSERT INTO sidebarchannels (channelid, userid, categoryid, sortorder)
        SELECT $2, w.userid, w.categoryid, coalesce((SELECT max(s.sortorder) + 10 FROM sidebarchannels s
          WHERE s.userid = w.userid AND s.categoryid = w.categoryid), 0)
        FROM ${SEATS} ON CONFLICT DO NOTHING`,
      params: [seats, id],
    },
    {
      text: `SELECT k.id, k.userid AS user_id, k.teamid AS team_id, coalesce(k.sortorder, 0) AS sort_order,
          coalesce(k.sorting, '') AS sorting, k.type, k.displayname AS display_name, coalesce(k.muted, false) AS muted,
          coalesce(k.collapsed, false) AS collapsed, (SELECT json_agg(s.channelid ORDER BY s.sortorder, s.channelid)
            FROM sidebarchannels s WHERE s.userid = k.userid AND s.categoryid = k.id) AS channel_ids
        FROM ${SEATS} JOIN sidebarcategories k ON k.id = w.categoryid`,
      params: [seats],
    },
  ]);
  const categories = results.at(-1) as unknown as SidebarCategory[];
  const events = categories.map((category) =>
    envelope(
      "sidebar_category_updated",
      { updatedCategories: JSON.stringify([category]) },
      { user_id: category.user_id, team_id },
    ),
  );
  await publish(ctx, `channel:${id}`, events);
}
