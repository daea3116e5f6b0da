import { createHash } from "node:crypto";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { CHANNEL_COLUMNS, type Channel } from "../../model/channel.ts";
import { newId } from "../../model/id.ts";
import { historyInsert, MEMBER_INSERT, memberValues } from "./join.ts";

/** Whom the opener may talk to. */
export interface Reach {
  /** Others only if they share a team (cfg RestrictDirectMessage). */
  team: boolean;
  /** Others only if they share a channel or a team (view restrictions of guests). */
  visible: boolean;
}

interface Opened extends Channel {
  created: boolean;
}

interface Refused {
  known: number;
  unreachable: number;
}

/** The name of a direct channel of two users (or of one: the same twice), by their ids. */
export const directName = (ids: [string, string]) => [...ids].sort().join("__");

/** The name of the group channel of these users, by their ids (semantics 12.6). */
export const groupName = (ids: string[]) =>
  createHash("sha1")
    .update([...ids].sort().join(""))
    .digest("hex");

/**
 * Gets the direct channel of two users (one, for notes to oneself), or makes it (semantics 12.5). One statement; a race is
 * settled by the unique constraint on the name. Throws 400 for an unknown user, 403 where `reach` forbids it.
 */
export async function doOpenDirect(
  ctx: Context,
  openerId: string,
  ids: [string, string],
  reach: Reach,
): Promise<Channel> {
  const opened = await open(ctx, "D", directName(ids), openerId, [...new Set(ids)], reach);
  if ("known" in opened) {
    if (opened.known < new Set(ids).size)
      throw fail("api.channel.create_direct_channel.invalid_user.app_error");
    throw fail(
      reach.visible
        ? "api.context.permissions.app_error"
        : "api.channel.create_channel.direct_channel.team_restricted_error",
    );
  }
  if (opened.created) {
    const data = { creator_id: openerId, teammate_id: ids.find((id) => id !== openerId) ?? openerId };
    await announce(ctx, opened, ids, [envelope("direct_added", data, { channel_id: opened.id })]);
  }
  return withoutMark(opened);
}

/** The same for 3 to 8 users (semantics 12.6). */
export async function doOpenGroup(
  ctx: Context,
  openerId: string,
  ids: string[],
  reach: Reach,
): Promise<Channel> {
  const sorted = [...ids].sort();
  const opened = await open(ctx, "G", groupName(ids), openerId, sorted, reach);
  if ("known" in opened) {
    if (opened.known < ids.length) throw fail("api.channel.create_group.bad_user.app_error");
    throw fail(
      reach.visible
        ? "api.context.permissions.app_error"
        : "api.channel.create_channel.direct_channel.team_restricted_error",
    );
  }
  if (opened.created) {
    const data = { teammate_ids: JSON.stringify(sorted) };
    const events = sorted.map((id) => envelope("group_added", data, { channel_id: opened.id, user_id: id }));
    await announce(ctx, opened, sorted, events);
  }
  return withoutMark(opened);
}

async function announce(
  ctx: Context,
  { id }: Channel,
  users: string[],
  events: ReturnType<typeof envelope>[],
): Promise<void> {
  await publish(ctx, `channel:${id}`, events, [
    { kind: "channel", id },
    ...[...new Set(users)].map((user) => ({ kind: "channel_member", op: "add", channel: id, user }) as const),
  ]);
}

function withoutMark({ created: _, ...channel }: Opened): Channel {
  return channel;
}

const FIND = `SELECT ${CHANNEL_COLUMNS}, false AS created FROM channels c WHERE c.name = $1 AND c.teamid = ''`;

/** A user that $5 (the opener) reaches: himself, or one who shares what the flags $7 (team) and $8 (visible) ask for. */
const REACHED = `(u.id = $5 OR NOT ($7::boolean OR $8::boolean)
  OR EXISTS (SELECT FROM teammembers a JOIN teammembers b ON b.teamid = a.teamid AND b.deleteat = 0 AND b.userid = u.id
    JOIN teams t ON t.id = a.teamid AND t.deleteat = 0 WHERE a.userid = $5 AND a.deleteat = 0)
  OR NOT $7::boolean AND EXISTS (SELECT FROM channelmembers a JOIN channelmembers b ON b.channelid = a.channelid AND b.userid = u.id
    WHERE a.userid = $5))`;

const OPEN = `WITH wanted AS (SELECT u.id, u.username, u.roles, ${REACHED} AS reached FROM users u WHERE u.id = ANY($6::text[])),
  made AS (
    INSERT INTO channels (id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose, lastpostat,
      totalmsgcount, extraupdateat, creatorid, totalmsgcountroot, lastrootpostat)
    SELECT $2, $3::bigint, $3::bigint, 0, '', $4::channel_type, CASE WHEN $4 = 'G' THEN
        left((SELECT string_agg(username, ', ' ORDER BY username COLLATE "C") FROM wanted), 64) ELSE '' END,
      $1::varchar, '', '', 0, 0, 0, $5::varchar, 0, 0
    WHERE (SELECT count(*) FROM wanted WHERE reached) = cardinality($6::text[])
      AND NOT EXISTS (SELECT FROM channels WHERE name = $1 AND teamid = '')
    ON CONFLICT (name, teamid) DO NOTHING RETURNING *),
  joined AS (
    INSERT INTO ${MEMBER_INSERT}
    SELECT ${memberValues("c.id", "$3::bigint")} FROM made c CROSS JOIN wanted u ON CONFLICT DO NOTHING RETURNING channelid, userid),
  history AS (${historyInsert("joined", "$3::bigint")}),
  found AS (
    SELECT ${CHANNEL_COLUMNS}, true AS created FROM made c
    UNION ALL SELECT ${CHANNEL_COLUMNS}, false AS created FROM channels c WHERE c.name = $1 AND c.teamid = '')
  SELECT (SELECT row_to_json(f) FROM found f LIMIT 1) AS found, (SELECT count(*) FROM wanted) AS known,
    (SELECT count(*) FROM wanted WHERE NOT reached) AS unreachable`;

async function open(
  ctx: Context,
  type: "D" | "G",
  name: string,
  openerId: string,
  ids: string[],
  reach: Reach,
): Promise<Opened | Refused> {
  const params = [name, newId(), Date.now(), type, openerId, ids, reach.team, reach.visible];
  const [row] = await ctx.sql.query<{ found: Opened | null } & Refused>(OPEN, params);
  if (row!.known < ids.length || row!.unreachable > 0)
    return { known: row!.known, unreachable: row!.unreachable };
  if (row!.found) return row!.found;
  // Somebody else made it while this statement ran: its snapshot is too old to see the row that refused the insert.
  const [found] = await ctx.sql.query<Opened>(FIND, [name]);
  if (!found) throw fail("app.internal.app_error");
  return found;
}
