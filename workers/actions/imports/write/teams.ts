import { newId } from "../../../model/id.ts";
import { createDefaults } from "../../channels/default-channels.ts";
import { LineFailure } from "../failure.ts";
import type { Of } from "../lines/parse.ts";
import { rowsOf, run, type Work } from "./work.ts";

const ROWS = `jsonb_to_recordset($1::jsonb) AS r(id varchar, invite_id varchar, name varchar, display_name varchar, type varchar,
  description varchar, allow_open_invite boolean)`;

/** Teams by name; a new one gets its default channels (semantics 13.2). */
export async function writeTeams(work: Work, lines: Of<"team">[]): Promise<void> {
  const byName = new Map(lines.map((line) => [line.value.name, line]));
  const found = await work.ctx.sql.query<{ name: string; deleteat: number }>(
    "SELECT name, deleteat FROM teams WHERE name = ANY($1::text[])",
    [[...byName.keys()]],
  );
  for (const { name, deleteat } of found)
    if (deleteat > 0)
      throw new LineFailure(byName.get(name)!.number, "team", "the team is archived on this server");
  const known = new Set(found.map(({ name }) => name));
  const rows = [...byName.values()].map(({ value }) => ({ ...value, id: newId(), invite_id: newId() }));
  const made = rows.filter(({ name }) => !known.has(name));
  await run(work, [
    {
      text: `UPDATE teams t SET displayname = n.displayname, type = n.type, description = n.description, allowopeninvite = n.open,
          updateat = greatest($2::bigint, t.updateat + 1)
        FROM (SELECT r.name, r.display_name AS displayname, r.type::team_type AS type, coalesce(r.description, x.description) AS description,
            coalesce(r.allow_open_invite, x.allowopeninvite) AS open FROM ${ROWS} JOIN teams x ON x.name = r.name) n
        WHERE t.name = n.name
          AND (t.displayname, t.type, t.description, t.allowopeninvite) IS DISTINCT FROM (n.displayname, n.type, n.description, n.open)`,
      params: [rowsOf(rows), work.at],
    },
    {
      text: `INSERT INTO teams (id, createat, updateat, deleteat, displayname, name, description, email, type, companyname,
          alloweddomains, inviteid, schemeid, allowopeninvite, lastteamiconupdate, groupconstrained, cloudlimitsarchived)
        SELECT r.id, $2::bigint, $2::bigint, 0, r.display_name, r.name, coalesce(r.description, ''), '', r.type::team_type, '', '',
          r.invite_id, NULL, coalesce(r.allow_open_invite, false), 0, NULL, false FROM ${ROWS}`,
      params: [rowsOf(made), work.at],
    },
    ...made.map(({ id }) => createDefaults(work.ctx.config, id, work.at)),
    {
      text: "INSERT INTO systems (name, value) VALUES ('FirstAdminSetupComplete', 'true') ON CONFLICT (name) DO NOTHING",
    },
  ]);
}
