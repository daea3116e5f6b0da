import { newId } from "../../../model/id.ts";
import { checkTexts } from "../../channels/check.ts";
import { mirror } from "../../channels/statements.ts";
import type { Of } from "../lines/parse.ts";
import { rowsOf, run, type Work } from "./work.ts";

const ROWS = `jsonb_to_recordset($1::jsonb) AS r(id varchar, team_id varchar, name varchar, display_name varchar, type varchar,
  header varchar, purpose varchar, deleted_at bigint)`;

/** Open and private channels by team and name (semantics 12.1). */
export async function writeChannels(work: Work, lines: Of<"channel">[]): Promise<void> {
  const { names } = work;
  await names.teams(lines.map(({ value }) => value.team));
  const byName = new Map<string, object>();
  const ids = new Map<string, string>();
  for (const { number, kind, value } of lines) {
    const team_id = names.team(number, kind, value.team);
    const { name, display_name, header, purpose, type, deleted_at } = value;
    const texts = checkTexts({ name, display_name, header: header ?? "", purpose: purpose ?? "" });
    const key = `${team_id}/${name}`;
    byName.set(key, {
      ...texts,
      header: header === undefined ? undefined : texts.header,
      purpose: purpose === undefined ? undefined : texts.purpose,
      id: newId(),
      team_id,
      type,
      deleted_at,
    });
  }
  await names.channels(byName.keys());
  for (const key of byName.keys()) {
    const id = names.find("c", key);
    if (id) ids.set(key, id);
  }
  const made = [...byName].filter(([key]) => !ids.has(key)).map(([, row]) => row as { id: string });
  await run(work, [
    {
      text: `UPDATE channels c SET displayname = n.displayname, type = n.type, header = n.header, purpose = n.purpose, deleteat = n.deleteat,
          updateat = greatest($2::bigint, c.updateat + 1)
        FROM (SELECT x.id, r.display_name AS displayname, r.type::channel_type AS type, coalesce(r.header, x.header) AS header,
            coalesce(r.purpose, x.purpose) AS purpose, coalesce(r.deleted_at, x.deleteat) AS deleteat
          FROM ${ROWS} JOIN channels x ON x.teamid = r.team_id AND x.name = r.name) n
        WHERE c.id = n.id AND (c.displayname, c.type, c.header, c.purpose, c.deleteat)
          IS DISTINCT FROM (n.displayname, n.type, n.header, n.purpose, n.deleteat)`,
      params: [rowsOf([...byName.values()]), work.at],
    },
    {
      text: `INSERT INTO channels (id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose, lastpostat,
          totalmsgcount, extraupdateat, creatorid, totalmsgcountroot, lastrootpostat)
        SELECT r.id, $2::bigint, $2::bigint, coalesce(r.deleted_at, 0), r.team_id, r.type::channel_type, r.display_name, r.name,
          coalesce(r.header, ''), coalesce(r.purpose, ''), 0, 0, 0, '', 0, 0 FROM ${ROWS} ON CONFLICT (name, teamid) DO NOTHING`,
      params: [rowsOf(made), work.at],
    },
    mirror([...ids.values(), ...made.map(({ id }) => id)]),
  ]);
}
