import { caches } from "../cache/caches.ts";
import type { Context } from "../context.ts";
import { SESSION_COLUMNS, type Session } from "../model/session.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../model/user.ts";
import { beginTokenSession } from "./token-session.ts";

/** Role names of one membership: explicit ones and those of the scheme flags (semantics 12.18, 13.8). */
export type RoleNames = readonly string[];

/** Where a user is a live member, and with which roles. */
export interface Memberships {
  teams: Map<string, RoleNames>;
  channels: Map<string, RoleNames>;
}

/** Who is asking. The session, the user and the memberships come from caches; a miss costs one query for all three. */
export interface Identity {
  session: Session;
  user: User;
  memberships: Memberships;
}

type MemberRow = [
  id: string,
  roles: string,
  user: boolean | null,
  admin: boolean | null,
  guest: boolean | null,
];

/** Role names are shared: most memberships of a server hold the same few. */
const interned = new Map<string, RoleNames>();

function roleNames(scope: "team" | "channel", [, roles, user, admin, guest]: MemberRow): RoleNames {
  const key = `${scope} ${roles} ${guest ? "g" : ""}${user ? "u" : ""}${admin ? "a" : ""}`;
  let names = interned.get(key);
  if (!names) {
    const flags = [guest && `${scope}_guest`, user && `${scope}_user`, admin && `${scope}_admin`];
    names = [...roles.split(" "), ...flags].filter((name): name is string => Boolean(name));
    interned.set(key, names);
  }
  return names;
}

function toMemberships(teams: MemberRow[] | null, channels: MemberRow[] | null): Memberships {
  return {
    teams: new Map((teams ?? []).map((row) => [row[0], roleNames("team", row)])),
    channels: new Map((channels ?? []).map((row) => [row[0], roleNames("channel", row)])),
  };
}

const MEMBERSHIPS = `
  (SELECT json_agg(json_build_array(m.teamid, m.roles, m.schemeuser, m.schemeadmin, m.schemeguest))
   FROM teammembers m WHERE m.userid = u.id AND m.deleteat = 0) AS teams,
  (SELECT json_agg(json_build_array(m.channelid, m.roles, m.schemeuser, m.schemeadmin, m.schemeguest))
   FROM channelmembers m WHERE m.userid = u.id) AS channels`;

const BY_TOKEN = `SELECT row_to_json(s) AS session, row_to_json(u) AS "user", ${MEMBERSHIPS}
  FROM (SELECT ${SESSION_COLUMNS} FROM sessions s WHERE s.token = $1) s
  JOIN (SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.id = (SELECT userid FROM sessions WHERE token = $1)) u ON u.id = s.user_id`;

const BY_USER = `SELECT row_to_json(u) AS "user", ${MEMBERSHIPS}
  FROM (SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.id = $1) u`;

interface Loaded {
  session?: Session;
  user: User;
  teams: MemberRow[] | null;
  channels: MemberRow[] | null;
}

/**
 * The identity behind a session token, expired or not; undefined when there is none. Clients ask for much at once: after a
 * change of their user, as after a start of this node, one query serves all of it.
 */
export async function identityOf(ctx: Context, token: string): Promise<Identity | undefined> {
  const session = caches.sessions.get(token);
  if (session) {
    const subject = await subjectOf(ctx, session.user_id);
    return subject && { session, ...subject };
  }
  const guards = guard();
  const sessionGuard = caches.sessions.guard();
  const key = `identity ${sessionGuard} ${guards.users} ${guards.memberships} ${token}`;
  let [row] = await ctx.sql.shared<Loaded>(key, BY_TOKEN, [token]);
  // A personal access token has no session before its first use.
  if (!row && (await beginTokenSession(ctx, token))) [row] = await ctx.sql.query<Loaded>(BY_TOKEN, [token]);
  if (!row?.session) return undefined;
  caches.sessions.fill(token, sessionGuard, row.session);
  return { session: row.session, ...keep(row, guards) };
}

/** User and memberships by user id; undefined for an unknown user. */
export async function subjectOf(
  ctx: Context,
  userId: string,
): Promise<Omit<Identity, "session"> | undefined> {
  const user = caches.users.get(userId);
  const memberships = caches.memberships.get(userId);
  if (user && memberships) return { user, memberships };
  const guards = guard();
  const key = `subject ${guards.users} ${guards.memberships} ${userId}`;
  const [row] = await ctx.sql.shared<Loaded>(key, BY_USER, [userId]);
  return row && keep(row, guards);
}

const guard = () => ({ users: caches.users.guard(), memberships: caches.memberships.guard() });

function keep(row: Loaded, guards: ReturnType<typeof guard>): Omit<Identity, "session"> {
  const { user } = row;
  const memberships = toMemberships(row.teams, row.channels);
  caches.users.fill(user.id, guards.users, user);
  caches.memberships.fill(user.id, guards.memberships, memberships);
  return { user, memberships };
}
