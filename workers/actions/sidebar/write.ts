import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { newId } from "../../model/id.ts";
import type { CategoryType, SidebarCategory } from "../../model/sidebar.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { mutedEvents, muteStatement } from "./mute.ts";
import { categoriesStatement, ensureStatement, toCategories } from "./read.ts";

/** Whose sidebar, in which team. */
export interface Owner {
  userId: string;
  teamId: string;
}

/** What a client says of a category; a name counts only for those that the user made. */
export interface CategoryInput {
  id: string;
  display_name: string;
  sorting: SidebarCategory["sorting"];
  muted: boolean;
  collapsed: boolean;
  channel_ids: string[];
}

/** The sidebar's own queue: concurrent changes of one sidebar follow each other. */
function lock({ userId, teamId }: Owner): Statement {
  const text =
    "SELECT id FROM sidebarcategories WHERE userid = $1 AND teamid = $2 ORDER BY id FOR NO KEY UPDATE";
  return { text, params: [userId, teamId] };
}

/** Numbers the categories in steps of 10 again (semantics 16.6). */
function renumber({ userId, teamId }: Owner): Statement {
  const text = `UPDATE sidebarcategories k SET sortorder = x.place FROM (
      SELECT id, 10 * (row_number() OVER (ORDER BY sortorder, id) - 1) AS place FROM sidebarcategories WHERE userid = $1 AND teamid = $2) x
    WHERE k.id = x.id AND k.sortorder IS DISTINCT FROM x.place`;
  return { text, params: [userId, teamId] };
}

/** Takes channels out of the team's categories, and empties categories $4. */
function takeOut({ userId, teamId }: Owner, channelIds: string[], emptied: string[]): Statement {
  const text = `DELETE FROM sidebarchannels s USING sidebarcategories k
    WHERE s.userid = $1 AND k.id = s.categoryid AND k.userid = $1 AND k.teamid = $2
      AND (s.channelid = ANY($3::text[]) OR s.categoryid = ANY($4::text[]))`;
  return { text, params: [userId, teamId, channelIds, emptied] };
}

/** Puts channels that the user is a member of into categories, in steps of 10. */
function putIn(
  { userId, teamId }: Owner,
  categories: Pick<CategoryInput, "id" | "channel_ids">[],
): Statement {
  const rows = categories.flatMap(({ id, channel_ids }) =>
    channel_ids.map((channelid, i) => ({ categoryid: id, channelid, sortorder: 10 * i })),
  );
  const text = `INSERT INTO sidebarchannels (channelid, userid, categoryid, sortorder)
    SELECT m.channelid, m.userid, w.categoryid, w.sortorder
    FROM jsonb_to_recordset($3::jsonb) AS w(categoryid text, channelid text, sortorder bigint)
      JOIN channelmembers m ON m.channelid = w.channelid AND m.userid = $1
      JOIN channels c ON c.id = m.channelid AND c.teamid = ANY(ARRAY[$2, ''])
    ON CONFLICT (channelid, userid, categoryid) DO UPDATE SET sortorder = excluded.sortorder`;
  return { text, params: [userId, teamId, JSON.stringify(rows)] };
}

/** Makes a category after the favorites, and moves its channels there (semantics 16.6). One batch. */
export async function doCreateCategory(
  ctx: Context,
  owner: Owner,
  input: Omit<CategoryInput, "id">,
): Promise<SidebarCategory> {
  const { userId, teamId } = owner;
  const id = newId();
  const at = Date.now();
  const placements = input.channel_ids.map((channelid) => ({
    channelid,
    categoryid: "",
    muted: input.muted,
  }));
  const [, , mutes, ...results] = await ctx.sql.batch([
    ensureStatement(userId, teamId),
    lock(owner),
    muteStatement(userId, teamId, placements, [], at),
    {
      text: `INSERT INTO sidebarcategories (id, userid, teamid, sortorder, sorting, type, displayname, muted, collapsed)
        SELECT $3, $1::varchar, $2::varchar, coalesce((SELECT max(sortorder) + 5 FROM sidebarcategories WHERE userid = $1 AND teamid = $2 AND type = 'favorites'),
          (SELECT min(sortorder) - 5 FROM sidebarcategories WHERE userid = $1 AND teamid = $2), 0), $4, 'custom', $5, $6::boolean, $7::boolean`,
      params: [userId, teamId, id, input.sorting, input.display_name, input.muted, input.collapsed],
    },
    renumber(owner),
    takeOut(owner, input.channel_ids, []),
    putIn(owner, [{ id, channel_ids: input.channel_ids }]),
    categoriesStatement(userId, teamId),
  ]);
  const created = toCategories(results.at(-1)!).find((category) => category.id === id)!;
  const muted = mutedEvents(mutes!);
  const event = envelope(
    "sidebar_category_created",
    { category_id: id },
    { user_id: userId, team_id: teamId },
  );
  await publish(ctx, `user:${userId}`, [event, ...muted.events], muted.effects);
  return created;
}

/** Changes categories of the owner's, with their channels (semantics 16.7, 16.8). One batch. Answers them in the order given. */
export async function doUpdateCategories(
  ctx: Context,
  owner: Owner,
  inputs: (CategoryInput & { type: CategoryType })[],
): Promise<SidebarCategory[]> {
  const { userId, teamId } = owner;
  const at = Date.now();
  // What the category of direct messages lists is ignored: it holds those that no other one does.
  const listing = inputs.filter((input) => input.type !== "direct_messages");
  const listed = listing.map(({ id }) => id);
  const placements = listing.flatMap((input) =>
    input.channel_ids.map((channelid) => ({ channelid, categoryid: input.id, muted: input.muted })),
  );
  const favorites = inputs.find((input) => input.type === "favorites");
  const elsewhere = listing
    .filter((input) => input.type !== "favorites")
    .flatMap((input) => input.channel_ids);
  const [, mutes, unfavored, favored, ...results] = await ctx.sql.batch([
    lock(owner),
    muteStatement(userId, teamId, placements, listed, at),
    unfavor(owner, favorites, elsewhere),
    favor(owner, favorites?.channel_ids ?? []),
    {
      text: `UPDATE sidebarcategories k SET sorting = w.sorting, collapsed = w.collapsed,
          displayname = CASE WHEN k.type = 'custom' THEN w.display_name ELSE k.displayname END,
          muted = CASE WHEN k.type = 'direct_messages' THEN k.muted ELSE w.muted END
        FROM jsonb_to_recordset($3::jsonb) AS w(id text, display_name text, sorting text, muted boolean, collapsed boolean)
        WHERE k.id = w.id AND k.userid = $1 AND k.teamid = $2`,
      params: [userId, teamId, JSON.stringify(inputs)],
    },
    takeOut(
      owner,
      placements.map(({ channelid }) => channelid),
      listed,
    ),
    putIn(owner, listing),
    categoriesStatement(userId, teamId),
  ]);
  const after = new Map(toCategories(results.at(-1)!).map((category) => [category.id, category]));
  const updated = inputs.map(({ id }) => after.get(id)).filter((category) => category !== undefined);
  const { events, effects } = mutedEvents(mutes!);
  const to = { user_id: userId };
  const preferences = (rows: unknown[]) => ({ preferences: JSON.stringify(rows) });
  if (unfavored!.length > 0) events.push(envelope("preferences_deleted", preferences(unfavored!), to));
  if (favored!.length > 0) events.push(envelope("preferences_changed", preferences(favored!), to));
  if (unfavored!.length + favored!.length > 0) effects.push({ kind: "preferences", user: userId });
  events.push(
    envelope(
      "sidebar_category_updated",
      { updatedCategories: JSON.stringify(updated) },
      { ...to, team_id: teamId },
    ),
  );
  await publish(ctx, `user:${userId}`, events, effects);
  return updated;
}

const PREFERENCE = "userid AS user_id, category, name, value";

/** Preferences of channels that are favorites so far and are listed elsewhere now, or no longer (semantics 16.7). */
function unfavor(
  { userId, teamId }: Owner,
  favorites: CategoryInput | undefined,
  elsewhere: string[],
): Statement {
  const kept = favorites?.channel_ids ?? [];
  const text = `DELETE FROM preferences p USING sidebarchannels s, sidebarcategories k
    WHERE k.userid = $1 AND k.teamid = $2 AND k.type = 'favorites' AND s.categoryid = k.id AND s.userid = $1
      AND p.userid = $1 AND p.category = 'favorite_channel' AND p.name = s.channelid AND NOT s.channelid = ANY($3::text[])
      AND ($4::boolean OR s.channelid = ANY($5::text[]))
    RETURNING p.userid AS user_id, p.category, p.name, p.value`;
  return { text, params: [userId, teamId, kept, favorites !== undefined, elsewhere] };
}

function favor({ userId }: Owner, channelIds: string[]): Statement {
  const text = `INSERT INTO preferences AS p (userid, category, name, value)
    SELECT m.userid, 'favorite_channel', m.channelid, 'true' FROM channelmembers m WHERE m.userid = $1 AND m.channelid = ANY($2::text[])
    ON CONFLICT (userid, category, name) DO UPDATE SET value = 'true' WHERE p.value IS DISTINCT FROM 'true' RETURNING ${PREFERENCE}`;
  return { text, params: [userId, channelIds] };
}

/** Puts the owner's categories in order, which has to name each (semantics 16.9). One batch. Throws 400. */
export async function doOrderCategories(
  ctx: Context,
  { userId, teamId }: Owner,
  order: string[],
): Promise<void> {
  const text = `WITH have AS (SELECT array_agg(id::text ORDER BY id) AS ids FROM sidebarcategories WHERE userid = $1 AND teamid = $2),
        want AS (SELECT array_agg(id ORDER BY id) AS ids FROM unnest($3::text[]) AS id)
      UPDATE sidebarcategories k SET sortorder = 10 * (o.place - 1)
      FROM have, want, unnest($3::text[]) WITH ORDINALITY AS o(id, place)
      WHERE have.ids = want.ids AND k.id = o.id RETURNING k.id`;
  const [, rows] = await ctx.sql.batch([lock({ userId, teamId }), { text, params: [userId, teamId, order] }]);
  if (rows!.length === 0) throw fail("app.channel.sidebar_categories.app_error");
  const event = envelope("sidebar_category_order_updated", { order }, { user_id: userId, team_id: teamId });
  await publish(ctx, `user:${userId}`, [event]);
}

/** Removes a category that the user made; its channels fall back to where 16.5 puts them (semantics 16.9). One batch. */
export async function doDeleteCategory(
  ctx: Context,
  owner: Owner,
  { id, type }: Pick<SidebarCategory, "id" | "type">,
): Promise<void> {
  if (type !== "custom") throw fail("app.channel.sidebar_category.delete.app_error");
  const { userId, teamId } = owner;
  const [, mutes] = await ctx.sql.batch([
    lock(owner),
    muteStatement(userId, teamId, [], [id], Date.now()),
    { text: "DELETE FROM sidebarchannels WHERE userid = $1 AND categoryid = $2", params: [userId, id] },
    {
      text: "DELETE FROM sidebarcategories WHERE id = $1 AND userid = $2 AND type = 'custom'",
      params: [id, userId],
    },
  ]);
  const muted = mutedEvents(mutes!);
  const event = envelope(
    "sidebar_category_deleted",
    { category_id: id },
    { user_id: userId, team_id: teamId },
  );
  await publish(ctx, `user:${userId}`, [event, ...muted.events], muted.effects);
}
