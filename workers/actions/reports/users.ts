import type { Config } from "../../config/load.ts";
import type { Context } from "../../context.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../model/user.ts";
import { userView } from "../../model/user-view.ts";
import type { Param } from "../../ports/sql/sql.ts";

export interface UserFilter {
  /** One role name; "" for all. */
  role: string;
  team: string;
  noTeam: boolean;
  hideActive: boolean;
  hideInactive: boolean;
  guests: "" | "all" | "single_channel" | "multi_channel";
  term: string;
}

export const SORT_COLUMNS = {
  Username: "u.username",
  Email: "u.email",
  CreateAt: "u.createat",
  FirstName: "u.firstname",
  LastName: "u.lastname",
  Nickname: "u.nickname",
} as const;

export interface UserPage {
  sort: keyof typeof SORT_COLUMNS;
  descending: boolean;
  size: number;
  /** Where to go on: the rows behind this one, or before it; undefined for the first page. */
  cursor?: { value: string; id: string; back: boolean } | undefined;
  /** ms; activity from then on, and up to there. */
  from: number;
  to: number;
}

interface ReportRow extends User {
  last_status_at: number | null;
  last_post_date: number | null;
  days_active: number | null;
  total_posts: number | null;
  channel_count: number;
}

const CHANNELS_OF = "(SELECT count(*) FROM channelmembers m WHERE m.userid = u.id)";
const IN_TEAM = "SELECT FROM teammembers m WHERE m.userid = u.id AND m.deleteat = 0";

/** Condition on `u` and `b`, and its parameters. Bots are no users here. */
function filterSql(filter: UserFilter): { where: string; params: Param[] } {
  const conditions = ["b.userid IS NULL"];
  const params: Param[] = [];
  const param = (value: Param) => `$${params.push(value)}`;
  if (filter.role) conditions.push(`${param(filter.role)} = ANY(string_to_array(u.roles, ' '))`);
  if (filter.guests) conditions.push("u.roles ~ '(^| )system_guest( |$)'");
  if (filter.guests === "single_channel") conditions.push(`${CHANNELS_OF} = 1`);
  if (filter.guests === "multi_channel") conditions.push(`${CHANNELS_OF} > 1`);
  if (filter.noTeam) conditions.push(`NOT EXISTS (${IN_TEAM})`);
  else if (filter.team) conditions.push(`EXISTS (${IN_TEAM} AND m.teamid = ${param(filter.team)})`);
  if (filter.hideActive) conditions.push("u.deleteat > 0");
  if (filter.hideInactive) conditions.push("u.deleteat = 0");
  if (filter.term) {
    const pattern = param(`%${filter.term.replace(/[\\%_]/g, "\\$&")}%`);
    const fields = ["username", "firstname", "lastname", "nickname", "email"];
    const matches = fields.map((field) => `u.${field} ILIKE ${pattern}`);
    conditions.push(`(u.id = ${param(filter.term)} OR ${matches.join(" OR ")})`);
  }
  return { where: conditions.join(" AND "), params };
}

export async function countUsers(ctx: Context, filter: UserFilter): Promise<number> {
  const { where, params } = filterSql(filter);
  const [row] = await ctx.replica.query<{ count: number }>(
    `SELECT count(*) AS count FROM ${USER_FROM} WHERE ${where}`,
    params,
  );
  return row!.count;
}

/**
 * One page of users with what they did (client-flows 19.2). One query. Figures about posts come from the view poststats, which
 * a job refreshes: they may be of yesterday, or missing.
 */
export async function usersReport(ctx: Context, filter: UserFilter, page: UserPage) {
  const { where, params } = filterSql(filter);
  const param = (value: Param, type: string) => `$${params.push(value)}::${type}`;
  const column = SORT_COLUMNS[page.sort];
  const { cursor } = page;
  const back = cursor?.back ?? false;
  const downwards = page.descending !== back;
  const order = downwards ? "DESC" : "ASC";
  let after = "";
  if (cursor) {
    const value = param(cursor.value, page.sort === "CreateAt" ? "bigint" : "text");
    after = `AND (${column}, u.id) ${downwards ? "<" : ">"} (${value}, ${param(cursor.id, "text")})`;
  }
  const [from, to] = [param(page.from, "bigint"), param(page.to, "bigint")];
  const rows = await ctx.replica.query<ReportRow>(
    `WITH page AS (
        SELECT ${USER_COLUMNS}, row_number() OVER (ORDER BY ${column} ${order}, u.id ${order}) AS place FROM ${USER_FROM}
        WHERE ${where} ${after} ORDER BY ${column} ${order}, u.id ${order} LIMIT ${param(page.size, "int")}),
      stats AS (
        SELECT s.userid, max(s.lastpostdate) AS last_post_date, count(*) AS days_active, sum(s.numposts) AS total_posts
        FROM poststats s JOIN page ON page.id = s.userid
        WHERE s.day >= to_timestamp(${from} / 1000)::date AND s.day < to_timestamp(${to} / 1000)::date GROUP BY s.userid)
      SELECT page.*, x.lastactivityat AS last_status_at, stats.last_post_date, stats.days_active,
        stats.total_posts::bigint AS total_posts, (SELECT count(*) FROM channelmembers m WHERE m.userid = page.id) AS channel_count
      FROM page LEFT JOIN status x ON x.userid = page.id LEFT JOIN stats ON stats.userid = page.id ORDER BY page.place`,
    params,
  );
  return (back ? rows.reverse() : rows).map((row) => toReport(row, ctx.config));
}

function toReport(row: ReportRow, config: Config) {
  const { place: _, ...user } = row as ReportRow & { place: number };
  return {
    ...userView(user, "admin", config),
    last_login: row.last_login,
    last_status_at: row.last_status_at ?? 0,
    last_post_date: row.last_post_date ?? 0,
    days_active: row.days_active ?? 0,
    total_posts: row.total_posts ?? 0,
    channel_count: row.channel_count,
  };
}
