import { caches } from "../cache/caches.ts";
import type { Context } from "../context.ts";
import { fail, forbidden } from "../errors/app-error.ts";
import type { Req } from "../http/request.ts";
import type { Channel } from "../model/channel.ts";
import { ROLE_COLUMNS, type Role, type RoleRow, toRole } from "../model/role.ts";
import { channelById } from "./channels.ts";
import type { Identity, RoleNames } from "./identity.ts";

type Subject = Pick<Identity, "user" | "memberships">;
type Permissions = ReadonlyMap<string, ReadonlySet<string>>;

const ROLES_KEY = "roles";
const LIVE_ROLES = `SELECT ${ROLE_COLUMNS} FROM roles r WHERE r.deleteat = 0`;

/** Role name to permissions of every live role. */
export async function rolePermissions(ctx: Context): Promise<Permissions> {
  const roles = await caches.roles.load(ROLES_KEY, async (guard) => {
    const rows = await ctx.sql.shared<RoleRow>(`roles ${guard}`, LIVE_ROLES);
    const list = rows.map(toRole);
    const permissions = new Map(list.map((role) => [role.name, new Set(role.permissions)]));
    roleLists.set(permissions, list);
    return permissions;
  });
  return roles!;
}

/** The roles that a cached map of permissions was made of. */
const roleLists = new WeakMap<Permissions, readonly Role[]>();

/** Every live role, from cache or one query. Shared: do not change them. */
export async function liveRoles(ctx: Context): Promise<readonly Role[]> {
  return roleLists.get(await rolePermissions(ctx)) ?? [];
}

function grants(roles: Permissions, names: RoleNames, permission: string): boolean {
  return names.some((name) => roles.get(name)?.has(permission));
}

/** Answers questions about one subject's rights (http-conventions 8). */
export class Rights {
  private readonly roles: Permissions;
  private readonly subject: Subject;
  private readonly systemRoles: RoleNames;

  constructor(roles: Permissions, subject: Subject) {
    this.roles = roles;
    this.subject = subject;
    this.systemRoles = subject.user.roles.split(" ");
  }

  system(permission: string): boolean {
    return grants(this.roles, this.systemRoles, permission);
  }

  anySystem(permissions: readonly string[]): boolean {
    return permissions.some((permission) => this.system(permission));
  }

  /** Live team membership's roles, else the system roles. */
  team(teamId: string, permission: string): boolean {
    const names = this.subject.memberships.teams.get(teamId);
    return (names !== undefined && grants(this.roles, names, permission)) || this.system(permission);
  }

  /** Channel membership's roles, else manage_system, else the team's (O, P) or system's (D, G). */
  channel(channel: Pick<Channel, "id" | "team_id">, permission: string): boolean {
    const names = this.subject.memberships.channels.get(channel.id);
    if (names && grants(this.roles, names, permission)) return true;
    if (this.system("manage_system")) return true;
    return channel.team_id ? this.team(channel.team_id, permission) : this.system(permission);
  }

  /** read_channel_content, or an open channel of a team whose open channels the subject may read. */
  readChannel(channel: Pick<Channel, "id" | "team_id" | "type">): boolean {
    return (
      this.channel(channel, "read_channel_content") ||
      (channel.type === "O" && this.team(channel.team_id, "read_public_channel"))
    );
  }

  /** create_post, or create_post_public of an open channel's team (semantics 1.2). */
  createPost(channel: Pick<Channel, "id" | "team_id" | "type">): boolean {
    return (
      this.channel(channel, "create_post") ||
      (channel.type === "O" && this.team(channel.team_id, "create_post_public"))
    );
  }

  isMember(channelId: string): boolean {
    return this.subject.memberships.channels.has(channelId);
  }

  inTeam(teamId: string): boolean {
    return this.subject.memberships.teams.has(teamId);
  }
}

/** The session's rights. */
export async function rightsOf(r: Req<any>): Promise<Rights> {
  return new Rights(await rolePermissions(r.ctx), r.me);
}

/** Passes if the session may do all of `permissions` system-wide. Throws 403. */
export async function requireSystem(r: Req<any>, ...permissions: string[]): Promise<Rights> {
  const rights = await rightsOf(r);
  if (!permissions.every((permission) => rights.system(permission))) throw forbidden(...permissions);
  return rights;
}

/** The user a path names, if it is the session's own or the session may edit others. Returns its id; throws 403. */
export async function requireSelf(r: Req<any>, name = "user_id"): Promise<string> {
  const userId = r.param(name);
  if (userId === r.userId) return userId;
  const rights = await rightsOf(r);
  if (rights.system("manage_system")) return userId;
  if (!rights.system("edit_other_users")) throw forbidden("edit_other_users");
  const [row] = await r.ctx.sql.query<{ roles: string }>("SELECT roles FROM users WHERE id = $1", [userId]);
  if (row?.roles.split(" ").includes("system_admin")) throw forbidden();
  return userId;
}

/** The channel, if the session has `permission` in it. Throws 404 or 403. */
export async function requireChannel(r: Req<any>, channelId: string, permission: string): Promise<Channel> {
  const [channel, rights] = await channelAndRights(r, channelId);
  if (!rights.channel(channel, permission)) throw forbidden(permission);
  return channel;
}

/** The channel, if the session may read its posts (semantics 4.6). Throws 404 or 403. */
export async function requireReadChannel(r: Req<any>, channelId: string): Promise<Channel> {
  const [channel, rights] = await channelAndRights(r, channelId);
  if (!rights.readChannel(channel)) throw forbidden("read_channel_content");
  return channel;
}

/** Passes if the session has `permission` in the team. Throws 403. */
export async function requireTeam(r: Req<any>, teamId: string, permission: string): Promise<Rights> {
  const rights = await rightsOf(r);
  if (!rights.team(teamId, permission)) throw forbidden(permission);
  return rights;
}

/** The channel and the session's rights; the caller decides. Throws 404. */
export async function channelAndRights(r: Req<any>, channelId: string): Promise<[Channel, Rights]> {
  const rights = await rightsOf(r);
  const channel = await channelById(r.ctx, channelId);
  if (!channel) throw fail("app.channel.get.existing.app_error");
  return [channel, rights];
}
