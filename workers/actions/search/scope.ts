import { channelOf } from "../../model/channel.ts";
import type { Param } from "../../ports/sql/sql.ts";
import type { DateRange, ParsedSearch, SearchChannel } from "../../text/search/search.ts";

/** Who searches, and where. */
export interface SearchScope {
  userId: string;
  /** "" = all teams. */
  teamId: string;
  /** Archived channels too (`include_deleted_channels`). */
  archived: boolean;
}

export interface Page {
  offset: number;
  limit: number;
}

/** Collects a statement's parameters. */
export class Params {
  readonly values: Param[] = [];

  add(value: Param, type: string): string {
    return `$${this.values.push(value)}::${type}`;
  }
}

/**
 * CTE `places`: the channels to search, those the user is a member of (semantics 21.6) and that the flags leave.
 * Names are looked up here, among the user's own channels; what does not resolve is tried as an id (21.2).
 */
export function placesPart(p: Params, scope: SearchScope, search: ParsedSearch): string {
  const user = p.add(scope.userId, "varchar");
  const conditions = [
    scope.teamId ? `c.teamid IN (${p.add(scope.teamId, "varchar")}, '')` : "true",
    scope.archived ? "true" : "c.deleteat = 0",
  ];
  if (search.in.length > 0) conditions.push(channelCondition(p, user, search.in));
  if (search.notIn.length > 0) conditions.push(`NOT ${channelCondition(p, user, search.notIn)}`);
  return `places AS MATERIALIZED (SELECT c.id FROM channelmembers m ${channelOf("m.channelid")}
    WHERE m.userid = ${user} AND ${conditions.join(" AND ")})`;
}

function channelCondition(p: Params, user: string, channels: SearchChannel[]): string {
  const names = channels.map(({ value }) => value);
  const arms = [
    `(c.id = ANY(${p.add(names, "text[]")}) OR c.name = ANY(${p.add(
      names.map((name) => name.toLowerCase()),
      "text[]",
    )}))`,
  ];
  const direct = channels.flatMap((channel) => (channel.kind === "direct" ? channel.username : []));
  if (direct.length > 0) {
    // Two ids, the lesser first; a note to self is named by one's own name.
    arms.push(`(c.type = 'D' AND c.name IN (SELECT least(o.id COLLATE "C", ${user} COLLATE "C") || '__' || greatest(o.id COLLATE "C", ${user} COLLATE "C")
      FROM users o WHERE o.username = ANY(${p.add(direct, "text[]")})))`);
  }
  for (const channel of channels) {
    if (channel.kind !== "group") continue;
    // Exactly these people, whether or not the searching user is named among them.
    const people = p.add(channel.usernames, "text[]");
    arms.push(`(c.type = 'G' AND NOT EXISTS (SELECT 1 FROM channelmembers g JOIN users o ON o.id = g.userid
        WHERE g.channelid = c.id AND o.id <> ${user} AND o.username <> ALL(${people}))
      AND NOT EXISTS (SELECT 1 FROM unnest(${people}) AS w(name) WHERE NOT EXISTS (SELECT 1 FROM channelmembers g
        JOIN users o ON o.id = g.userid WHERE g.channelid = c.id AND o.username = w.name)))`);
  }
  return `(${arms.join(" OR ")})`;
}

/** Conditions on the author in `column`. In a team also a row of its members, of those who left too (21.6). */
export function authorConditions(
  p: Params,
  scope: SearchScope,
  { from, notFrom }: ParsedSearch,
  column: string,
): string[] {
  const conditions: string[] = [];
  if (from.length > 0) {
    const names = p.add(from, "text[]");
    const inTeam = scope.teamId
      ? `AND EXISTS (SELECT 1 FROM teammembers t WHERE t.teamid = ${p.add(scope.teamId, "varchar")} AND t.userid = u.id)`
      : "";
    conditions.push(
      `${column} IN (SELECT u.id FROM users u WHERE (u.username = ANY(${names}) OR u.id = ANY(${names})) ${inTeam})`,
    );
  }
  if (notFrom.length > 0) {
    const names = p.add(notFrom, "text[]");
    conditions.push(
      `${column} NOT IN (SELECT u.id FROM users u WHERE u.username = ANY(${names}) OR u.id = ANY(${names}))`,
    );
  }
  return conditions;
}

/** Conditions on the creation time in `column` (semantics 21.4). */
export function dateConditions(p: Params, { dates, notDates }: ParsedSearch, column: string): string[] {
  const between = ({ ge, lt }: DateRange) =>
    [
      ge === undefined ? "" : `${column} >= ${p.add(ge, "bigint")}`,
      lt === undefined ? "" : `${column} < ${p.add(lt, "bigint")}`,
    ].filter(Boolean);
  return [...between(dates), ...notDates.map((day) => `NOT (${between(day).join(" AND ")})`)];
}
