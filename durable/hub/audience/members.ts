import { type RoleNames, subjectOf } from "../../../workers/access/identity.ts";
import { Rights, rolePermissions } from "../../../workers/access/permissions.ts";
import { usersByIds } from "../../../workers/access/users.ts";
import type { Context } from "../../../workers/context.ts";
import type { User } from "../../../workers/model/user.ts";
import type { Audience, Member } from "./audience.ts";

interface Loaded {
  channels: Iterable<string>;
  teams: Iterable<string>;
  admin: boolean;
}

type Reader = (ctx: Context, ids: string[]) => Promise<Map<string, Loaded>>;

const CHUNK = 500;
const NOWHERE = { teams: new Map<string, RoleNames>(), channels: new Map<string, RoleNames>() };

/**
 * Loads the audience's members. A load reads the database while effects arrive: a user whose memberships change
 * meanwhile is read again, so that what is kept is never older than the effects seen.
 */
export class Members {
  private readonly audience: Audience;
  private readonly context: () => Promise<Context>;
  private readonly single = new Map<string, Promise<boolean>>();
  private readers = 0;
  private changes = 0;
  private readonly changedAt = new Map<string, number>();

  constructor(audience: Audience, context: () => Promise<Context>) {
    this.audience = audience;
    this.context = context;
  }

  /** True once the user is in the audience; false for one who does not exist or is deactivated. */
  async load(userId: string): Promise<boolean> {
    if (this.audience.members.has(userId)) return true;
    let load = this.single.get(userId);
    if (!load) {
      load = this.read([userId], readCached, true)
        .finally(() => this.single.delete(userId))
        .then((absent) => absent.length === 0);
      this.single.set(userId, load);
    }
    return load;
  }

  /** Adds many users, with a query for some hundreds at a time. Returns those who do not exist or are deactivated. */
  loadAll(userIds: string[]): Promise<string[]> {
    return this.read(userIds, readMany, true);
  }

  /** Reads members anew. Returns those who do not exist any more or are deactivated. */
  reload(userIds: string[]): Promise<string[]> {
    return this.read(userIds, userIds.length === 1 ? readCached : readMany, false);
  }

  /** The roles' permissions have changed. */
  async regrade(): Promise<void> {
    const ctx = await this.context();
    const roles = await rolePermissions(ctx);
    for (const user of await usersByIds(ctx, this.audience.members.keys())) {
      const member = this.audience.members.get(user.id);
      if (member) this.audience.grade(member, isAdmin(user, roles));
    }
  }

  /** An effect concerns the user: what is being read of them may be too old. */
  touched(userId: string): void {
    if (this.readers > 0) this.changedAt.set(userId, ++this.changes);
  }

  private async read(userIds: string[], reader: Reader, add: boolean): Promise<string[]> {
    const ctx = await this.context();
    const absent: string[] = [];
    this.readers++;
    try {
      let left = userIds;
      while (left.length > 0) {
        const chunk = left.slice(0, CHUNK);
        const before = this.changes;
        const loaded = await reader(ctx, chunk);
        const stale = chunk.filter((id) => (this.changedAt.get(id) ?? 0) > before);
        for (const id of chunk)
          if (!stale.includes(id) && !this.keep(id, loaded.get(id), add)) absent.push(id);
        left = [...left.slice(CHUNK), ...stale];
      }
    } finally {
      this.readers--;
      if (this.readers === 0) this.changedAt.clear();
    }
    return absent;
  }

  private keep(id: string, loaded: Loaded | undefined, add: boolean): boolean {
    if (!loaded) return false;
    const member: Member | undefined = this.audience.members.get(id);
    if (member) this.audience.reload(member, loaded.channels, loaded.teams, loaded.admin);
    else if (add) this.audience.add(id, loaded.channels, loaded.teams, loaded.admin);
    return true;
  }
}

/** One user, from the caches where they know. */
async function readCached(ctx: Context, [id]: string[]): Promise<Map<string, Loaded>> {
  const subject = await subjectOf(ctx, id!);
  if (!subject || subject.user.delete_at > 0) return new Map();
  const { channels, teams } = subject.memberships;
  const admin = isAdmin(subject.user, await rolePermissions(ctx));
  return new Map([[id!, { channels: channels.keys(), teams: teams.keys(), admin }]]);
}

/** Many users by one query, past the caches. */
async function readMany(ctx: Context, ids: string[]): Promise<Map<string, Loaded>> {
  const roles = await rolePermissions(ctx);
  const rows = await ctx.sql.query<{
    id: string;
    roles: string;
    channels: string[] | null;
    teams: string[] | null;
  }>(
    `SELECT u.id, u.roles,
       (SELECT json_agg(channelid) FROM channelmembers WHERE userid = u.id) AS channels,
       (SELECT json_agg(teamid) FROM teammembers WHERE userid = u.id AND deleteat = 0) AS teams
     FROM users u WHERE u.id = ANY($1::text[]) AND u.deleteat = 0`,
    [ids],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      { channels: row.channels ?? [], teams: row.teams ?? [], admin: isAdmin(row, roles) },
    ]),
  );
}

function isAdmin(user: Pick<User, "roles">, roles: Awaited<ReturnType<typeof rolePermissions>>): boolean {
  return new Rights(roles, { user: user as User, memberships: NOWHERE }).system("manage_system");
}
