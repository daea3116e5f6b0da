import { type Restriction, visibleTo } from "../../../access/accounts.ts";
import type { Context } from "../../../context.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../../model/user.ts";
import type { Param } from "../../../ports/sql/sql.ts";

/** Which users a list holds (semantics 14.18, 14.20); what is absent or "" does not restrict. */
export interface UserFilter {
  inTeam?: string;
  notInTeam?: string;
  inChannel?: string;
  notInChannel?: string;
  withoutTeam?: boolean;
  active?: boolean;
  inactive?: boolean;
  /** No bots. */
  humans?: boolean;
  /** No guests, and with an e-mail address of none of these domains. */
  notOfDomains?: string[];
  /** Of any of these: */
  roles?: string[];
  teamRoles?: string[];
  channelRoles?: string[];
  term?: Term;
  /** Only users with a greater id. */
  afterId?: string;
  restriction?: Restriction | undefined;
}

export interface Term {
  text: string;
  /** Which fields count besides username and nickname. */
  fullName: boolean;
  email: boolean;
}

export type Sort = "" | "username" | "id" | "last_activity_at" | "create_at" | "status" | "admin";

const ORDER: Record<Sort, string> = {
  "": "u.username",
  username: "u.username",
  id: "u.id",
  last_activity_at: "coalesce(st.lastactivityat, 0) DESC, u.username",
  create_at: "u.createat DESC, u.username",
  status: `CASE coalesce(st.status, 'offline') WHEN 'online' THEN 0 WHEN 'away' THEN 1 WHEN 'dnd' THEN 2 ELSE 3 END, u.username`,
  admin: "coalesce(cm.schemeadmin, false) DESC, u.username",
};

/** Collects conditions and their parameters. */
class Conditions {
  readonly params: Param[] = [];
  readonly where: string[] = [];
  readonly joins: string[] = [];

  param(value: Param): string {
    return `$${this.params.push(value)}`;
  }
}

function conditionsOf(filter: UserFilter): Conditions {
  const c = new Conditions();
  const { inTeam, notInTeam, inChannel, notInChannel, restriction } = filter;
  if (inTeam)
    c.joins.push(
      `JOIN teammembers tm ON tm.userid = u.id AND tm.teamid = ${c.param(inTeam)} AND tm.deleteat = 0`,
    );
  if (inChannel)
    c.joins.push(`JOIN channelmembers cm ON cm.userid = u.id AND cm.channelid = ${c.param(inChannel)}`);
  if (notInTeam)
    c.where.push(
      `NOT EXISTS (SELECT FROM teammembers x WHERE x.userid = u.id AND x.teamid = ${c.param(notInTeam)} AND x.deleteat = 0)`,
    );
  if (notInChannel)
    c.where.push(
      `NOT EXISTS (SELECT FROM channelmembers x WHERE x.userid = u.id AND x.channelid = ${c.param(notInChannel)})`,
    );
  if (filter.withoutTeam)
    c.where.push("NOT EXISTS (SELECT FROM teammembers x WHERE x.userid = u.id AND x.deleteat = 0)");
  if (filter.active) c.where.push("u.deleteat = 0");
  if (filter.inactive) c.where.push("u.deleteat > 0");
  if (filter.humans) c.where.push("b.userid IS NULL");
  if (filter.notOfDomains) {
    const patterns = filter.notOfDomains.map((domain) => `%@${domain.replace(/[\\%_]/g, "\\$&")}`);
    c.where.push(
      "NOT u.roles ~ '(^| )system_guest( |$)'",
      `NOT u.email LIKE ANY(${c.param(patterns)}::text[])`,
    );
  }
  if (filter.afterId) c.where.push(`u.id > ${c.param(filter.afterId)}`);
  if (restriction) c.where.push(visibleTo(c.param(restriction.teams), c.param(restriction.channels)));
  addRoles(c, filter);
  if (filter.term) addTerm(c, filter.term);
  return c;
}

/** A user role names those who have no higher one: `system_user` is not an administrator. */
function addRoles(
  c: Conditions,
  { roles = [], teamRoles = [], channelRoles = [], inTeam, inChannel }: UserFilter,
): void {
  const any: string[] = [];
  const others = roles.filter((role) => role !== "system_user");
  if (roles.includes("system_user")) any.push("u.roles = 'system_user'");
  if (others.length > 0) any.push(`string_to_array(u.roles, ' ') && ${c.param(others)}::text[]`);
  if (inTeam) any.push(...memberRoles("tm", "team", teamRoles));
  if (inChannel) any.push(...memberRoles("cm", "channel", channelRoles));
  if (any.length > 0) c.where.push(`(${any.join(" OR ")})`);
}

function memberRoles(alias: string, scope: string, names: string[]): string[] {
  const conditions: Record<string, string> = {
    [`${scope}_admin`]: `${alias}.schemeadmin`,
    [`${scope}_user`]: `(${alias}.schemeuser AND NOT coalesce(${alias}.schemeadmin, false))`,
    [`${scope}_guest`]: `${alias}.schemeguest`,
  };
  return names.map((name) => conditions[name]).filter((condition) => condition !== undefined);
}

/** Every word must be in some field; or the whole is an id. */
function addTerm(c: Conditions, { text, fullName, email }: Term): void {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .map((word) => word.replace(/^@/, ""))
    .filter(Boolean);
  if (words.length === 0) return;
  const fields = ["u.username", "lower(u.nickname)"];
  if (fullName) fields.push("lower(u.firstname)", "lower(u.lastname)");
  if (email) fields.push("u.email");
  const all = words.slice(0, 20).map((word) => {
    const pattern = c.param(`%${word.replace(/[\\%_]/g, "\\$&")}%`);
    return `(${fields.map((field) => `${field} LIKE ${pattern}`).join(" OR ")})`;
  });
  c.where.push(`(u.id = ${c.param(text.trim())} OR (${all.join(" AND ")}))`);
}

function fromOf(c: Conditions, sort: Sort): string {
  const status =
    sort === "status" || sort === "last_activity_at" ? "LEFT JOIN status st ON st.userid = u.id" : "";
  return `${USER_FROM} ${c.joins.join(" ")} ${status} ${c.where.length > 0 ? `WHERE ${c.where.join(" AND ")}` : ""}`;
}

/** A page of the users that `filter` admits. */
export function listUsers(
  ctx: Context,
  filter: UserFilter,
  sort: Sort,
  limit: number,
  offset = 0,
): Promise<User[]> {
  const c = conditionsOf(filter);
  const text = `SELECT ${USER_COLUMNS} FROM ${fromOf(c, sort)} ORDER BY ${ORDER[sort]}`;
  return ctx.sql.query<User>(`${text} LIMIT ${c.param(limit)} OFFSET ${c.param(offset)}`, c.params);
}

export async function countUsers(ctx: Context, filter: UserFilter): Promise<number> {
  const c = conditionsOf(filter);
  const [row] = await ctx.sql.query<{ count: number }>(
    `SELECT count(*) AS count FROM ${fromOf(c, "")}`,
    c.params,
  );
  return row!.count;
}
