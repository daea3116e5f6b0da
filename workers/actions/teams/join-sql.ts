import type { Row, Statement } from "../../ports/sql/sql.ts";

export interface Seats {
  teamId: string;
  /** In the order in which seats are given. */
  userIds: string[];
  guests: string[];
  admins: string[];
  /** cfg TeamSettings.MaxUsersPerTeam */
  max: number;
  /** ms */
  at: number;
  /** An invitation that this uses up; without it nobody is seated. */
  token?: string | undefined;
}

/** Memberships that this transaction has begun: what later statements of the batch may build upon. */
const BEGUN = `SELECT m.userid FROM teammembers m WHERE m.teamid = $1 AND m.userid = ANY($2::text[]) AND m.deleteat = 0
  AND m.xmin = pg_current_xact_id()::xid`;

/**
 * Makes users members of a team as long as there are seats; who is one already is left alone, who was one is one again
 * with fresh flags (semantics 13.3). `joined` reads the ids of the new members from the batch's rows.
 */
export function seatStatements(v: Seats): { statements: Statement[]; joined(rows: Row[][]): string[] } {
  const statements: Statement[] = [
    // Joins to one team queue up here, so that the seats counted below include everyone who came before.
    { text: "SELECT id FROM teams WHERE id = $1 FOR NO KEY UPDATE", params: [v.teamId] },
  ];
  if (v.token)
    statements.push({ text: "SELECT token FROM tokens WHERE token = $1 FOR UPDATE", params: [v.token] });
  const seated = statements.length;
  statements.push(
    {
      text: `WITH wanted AS (
          SELECT w.userid, row_number() OVER (ORDER BY w.n) AS place
          FROM unnest($2::text[]) WITH ORDINALITY AS w(userid, n)
          WHERE NOT EXISTS (SELECT FROM teammembers m WHERE m.teamid = $1 AND m.userid = w.userid AND m.deleteat = 0)
            ${v.token ? "AND EXISTS (SELECT FROM tokens WHERE token = $7)" : ""}),
        seats AS (SELECT $5::bigint - count(*) AS free FROM teammembers WHERE teamid = $1 AND deleteat = 0)
        INSERT INTO teammembers (teamid, userid, roles, deleteat, schemeuser, schemeadmin, schemeguest, createat)
        SELECT $1, userid, '', 0, NOT userid = ANY($3::text[]), userid = ANY($4::text[]), userid = ANY($3::text[]), $6::bigint
        FROM wanted, seats WHERE place <= free
        ON CONFLICT (teamid, userid) DO UPDATE SET roles = '', deleteat = 0, schemeuser = excluded.schemeuser,
          schemeadmin = excluded.schemeadmin, schemeguest = excluded.schemeguest, createat = excluded.createat
        RETURNING userid`,
      params: [v.teamId, v.userIds, v.guests, v.admins, v.max, v.at, ...(v.token ? [v.token] : [])],
    },
    { text: `UPDATE users SET updateat = $3 WHERE id IN (${BEGUN})`, params: [v.teamId, v.userIds, v.at] },
  );
  if (v.token) {
    const text = `DELETE FROM tokens WHERE token = $3 AND EXISTS (${BEGUN})`;
    statements.push({ text, params: [v.teamId, v.userIds, v.token] });
  }
  return { statements, joined: (rows) => rows[seated]!.map((row) => row.userid as string) };
}

/** Shows each new member up to 10 teammates in the sidebar (semantics 13.3). */
export function showTeammates(teamId: string, userIds: string[]): Statement {
  return {
    text: `INSERT INTO preferences (userid, category, name, value)
      SELECT j.userid, 'direct_channel_show', t.userid, 'true' FROM (${BEGUN}) j, LATERAL (
        SELECT userid FROM teammembers WHERE teamid = $1 AND deleteat = 0 AND userid <> j.userid LIMIT 10) t
      ON CONFLICT DO NOTHING`,
    params: [teamId, userIds],
  };
}
