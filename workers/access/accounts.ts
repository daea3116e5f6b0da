import { fail, forbidden } from "../errors/app-error.ts";
import type { Req } from "../http/request.ts";
import { isId } from "../model/id.ts";
import type { User } from "../model/user.ts";
import { rightsOf } from "./permissions.ts";
import { userById } from "./users.ts";

/**
 * The account a path names, if it is the session's own, a bot that the session may manage, or one of another user that
 * the session may edit; administrators are edited by holders of manage_system only. Throws 404 or 403.
 */
export function requireAccount(r: Req<any>): Promise<User> {
  return requireAccountOf(r, r.param("user_id"));
}

/** The same for the account of `userId`. */
export async function requireAccountOf(r: Req<any>, userId: string): Promise<User> {
  if (userId === r.userId) return r.me.user;
  const rights = await rightsOf(r);
  const user = await userById(r.ctx, userId);
  if (rights.system("manage_system")) return found(user);
  if (user?.is_bot) return requireBot(r, user);
  if (!rights.system("edit_other_users")) throw forbidden();
  return requireNoAdmin(found(user));
}

/** The account a path names, if the session has `permission`, and manage_system where the account is an administrator's. */
export async function requireManaged(r: Req<any>, permission: string): Promise<User> {
  const userId = r.param("user_id");
  const rights = await rightsOf(r);
  if (!rights.system(permission)) throw forbidden();
  const user = found(await userById(r.ctx, userId));
  return rights.system("manage_system") ? user : requireNoAdmin(user);
}

export function isAdmin(user: Pick<User, "roles">): boolean {
  return user.roles.split(" ").includes("system_admin");
}

function requireNoAdmin(user: User): User {
  if (isAdmin(user)) throw forbidden();
  return user;
}

function found(user: User | undefined): User {
  if (!user) throw fail("app.user.missing_account.const");
  return user;
}

/** manage_bots for one's own, manage_others_bots for the rest; who may not even read bots learns of none (404). */
async function requireBot(r: Req<any>, bot: User): Promise<User> {
  const rights = await rightsOf(r);
  const [row] = await r.ctx.sql.query<{ owner: string }>(
    "SELECT ownerid AS owner FROM bots WHERE userid = $1",
    [bot.id],
  );
  const own = row?.owner === r.userId;
  if (rights.system(own ? "manage_bots" : "manage_others_bots")) return bot;
  if (rights.system(own ? "read_bots" : "read_others_bots")) throw forbidden();
  throw fail("app.user.missing_account.const");
}

/** Whom a session without view_members may see: who shares one of these teams or channels with it. */
export interface Restriction {
  teams: string[];
  channels: string[];
}

/** Undefined where the session may see everyone. */
export async function restrictionOf(r: Req<any>): Promise<Restriction | undefined> {
  const rights = await rightsOf(r);
  if (rights.system("view_members")) return undefined;
  const { teams, channels } = r.me.memberships;
  return {
    teams: [...teams.keys()].filter((id) => rights.team(id, "view_members")),
    channels: [...channels.keys()],
  };
}

/** Condition on `u.id`; `teams` and `channels` are the parameters that hold the restriction's lists. */
export function visibleTo(teams: string, channels: string): string {
  return `(EXISTS (SELECT FROM teammembers v WHERE v.userid = u.id AND v.deleteat = 0 AND v.teamid = ANY(${teams}::text[]))
    OR EXISTS (SELECT FROM channelmembers v WHERE v.userid = u.id AND v.channelid = ANY(${channels}::text[])))`;
}

/** The user of id `userId`, if the session may see it. Throws 404 or 403. */
export async function requireVisible(r: Req<any>, userId: string): Promise<User> {
  if (userId === r.userId) return r.me.user;
  const restriction = await restrictionOf(r);
  const user = isId(userId) ? await userById(r.ctx, userId) : undefined;
  if (restriction) {
    const { teams, channels } = restriction;
    const [row] = await r.ctx.sql.query(`SELECT FROM users u WHERE u.id = $1 AND ${visibleTo("$2", "$3")}`, [
      userId,
      teams,
      channels,
    ]);
    if (!row) throw forbidden();
  }
  return found(user);
}
