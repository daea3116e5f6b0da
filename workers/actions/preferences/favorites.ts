import type { Preference } from "../../model/preference.ts";
import type { Statement } from "../../ports/sql/sql.ts";

/** New favourites go on top; sort orders are multiples of this. */
const STEP = 10;

/** The favourites categories where a channel may be: its team's; every team's for direct and group channels. */
const FAVORITES = `SELECT c.id AS channelid, c.n, s.id AS categoryid
  FROM (SELECT f.id, f.n, ch.teamid FROM unnest($2::text[]) WITH ORDINALITY AS f (id, n) JOIN channels ch ON ch.id = f.id) c
  JOIN sidebarcategories s ON s.userid = $1 AND s.type = 'favorites' AND (c.teamid = '' OR s.teamid = c.teamid)`;

/** Makes channels favourites in the sidebar, on top, and takes them out of that team's other categories (semantics 16.7). */
const ADD = `WITH wanted AS (${FAVORITES}),
  others AS (
    DELETE FROM sidebarchannels o USING wanted w, sidebarcategories f, sidebarcategories s
    WHERE f.id = w.categoryid AND s.userid = $1 AND s.teamid = f.teamid AND s.id <> f.id
      AND o.userid = $1 AND o.categoryid = s.id AND o.channelid = w.channelid
  )
  INSERT INTO sidebarchannels (channelid, userid, categoryid, sortorder)
  SELECT w.channelid, $1, w.categoryid,
    coalesce((SELECT min(sortorder) FROM sidebarchannels WHERE userid = $1 AND categoryid = w.categoryid), ${STEP}) - ${STEP} * w.n
  FROM wanted w ON CONFLICT (channelid, userid, categoryid) DO NOTHING`;

const REMOVE = `DELETE FROM sidebarchannels o USING (${FAVORITES}) w
  WHERE o.userid = $1 AND o.categoryid = w.categoryid AND o.channelid = w.channelid`;

/**
 * The statements that make the sidebar follow changed `favorite_channel` preferences; to be run in the same batch.
 * `removed`: the preferences are deleted, whatever their value.
 */
export function favoriteStatements(userId: string, preferences: Preference[], removed = false): Statement[] {
  const favorites = preferences.filter(({ category }) => category === "favorite_channel");
  const on = removed ? [] : favorites.filter(({ value }) => value === "true").map(({ name }) => name);
  const off = favorites.map(({ name }) => name).filter((name) => !on.includes(name));
  const statements: Statement[] = [];
  if (on.length > 0) statements.push({ text: ADD, params: [userId, on] });
  if (off.length > 0) statements.push({ text: REMOVE, params: [userId, off] });
  return statements;
}
