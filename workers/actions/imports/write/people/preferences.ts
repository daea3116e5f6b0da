import type { Statement } from "../../../../ports/sql/sql.ts";
import { rowsOf } from "../work.ts";

export interface PreferenceRow {
  user_id: string;
  category: string;
  name: string;
  value: string;
}

/** Preferences as they shall be; a channel that becomes a favourite is on top of the category where that is made already. */
export function preferenceStatements(rows: PreferenceRow[]): Statement[] {
  if (rows.length === 0) return [];
  const last = new Map(rows.map((row) => [`${row.user_id} ${row.category} ${row.name}`, row]));
  const statements: Statement[] = [
    {
      text: `INSERT INTO preferences AS p (userid, category, name, value)
        SELECT r.user_id, r.category, r.name, r.value
        FROM jsonb_to_recordset($1::jsonb) AS r(user_id varchar, category varchar, name varchar, value text)
        ORDER BY r.user_id, r.category, r.name
        ON CONFLICT (userid, category, name) DO UPDATE SET value = excluded.value WHERE p.value IS DISTINCT FROM excluded.value`,
      params: [rowsOf([...last.values()])],
    },
  ];
  const favourites = [...last.values()].filter(({ category }) => category === "favorite_channel");
  if (favourites.length > 0)
    statements.push({
      text: `INSERT INTO sidebarchannels (channelid, userid, categoryid, sortorder)
        SELECT c.id, r.user_id, k.id, coalesce((SELECT min(s.sortorder) FROM sidebarchannels s WHERE s.categoryid = k.id), 10) - 10
        FROM jsonb_to_recordset($1::jsonb) AS r(user_id varchar, name varchar) JOIN channels c ON c.id = r.name
          JOIN sidebarcategories k ON k.userid = r.user_id AND k.type = 'favorites' AND c.teamid = ANY(ARRAY[k.teamid, ''])
        WHERE NOT EXISTS (SELECT FROM sidebarchannels s JOIN sidebarcategories o ON o.id = s.categoryid
          WHERE s.channelid = c.id AND s.userid = r.user_id AND o.teamid = k.teamid)
        ON CONFLICT DO NOTHING`,
      params: [rowsOf(favourites)],
    });
  return statements;
}
