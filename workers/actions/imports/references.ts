import type { Context } from "../../context.ts";
import { defaultChannelNames } from "../channels/default-channels.ts";
import { LineFailure } from "./failure.ts";
import type { Parsed } from "./lines/parse.ts";

/** Names asked of the database in one query. */
const CHUNK = 5_000;

type Noun = "team" | "channel" | "user" | "role";

const EXISTING: Record<Noun, string> = {
  team: "SELECT name AS found FROM teams WHERE name = ANY($1::text[]) AND deleteat = 0",
  channel: `SELECT t.name || '/' || c.name AS found FROM channels c JOIN teams t ON t.id = c.teamid AND t.deleteat = 0
    WHERE (t.name, c.name) IN (SELECT split_part(x, '/', 1), split_part(x, '/', 2) FROM unnest($1::text[]) x)`,
  user: "SELECT username AS found FROM users WHERE username = ANY($1::text[])",
  role: "SELECT name AS found FROM roles WHERE name = ANY($1::text[]) AND deleteat = 0",
};
const OF_FLAGS = new Set([
  "team_user",
  "team_admin",
  "team_guest",
  "channel_user",
  "channel_admin",
  "channel_guest",
]);

interface Mention {
  line: number;
  kind: string;
}

/**
 * What lines name: each has to be there, in an earlier line or on this server. What is in memory is every distinct name of a
 * team, channel, user and role.
 */
export class References {
  private readonly made: Record<Noun, Set<string>> = {
    team: new Set(),
    channel: new Set(),
    user: new Set(),
    role: new Set(),
  };
  private readonly named: Record<Noun, Map<string, Mention>> = {
    team: new Map(),
    channel: new Map(),
    user: new Map(),
    role: new Map(),
  };
  /** Active system administrators, as the lines leave them. */
  private readonly admins = new Set<string>();
  /** Channels of every new team. */
  private defaults: string[] = [];
  private lastDemoted = 0;
  /** E-mail addresses and login data are one account's. */
  private readonly owners = new Map<string, { username: string; line: number }>();

  /** To be called first. One query. */
  async load(ctx: Context): Promise<void> {
    this.defaults = defaultChannelNames(ctx.config);
    for (const { username } of await ctx.sql.query<{ username: string }>(ADMINS)) this.admins.add(username);
  }

  /** Throws LineFailure for an address that an earlier line gave to somebody else. */
  add(line: Parsed): void {
    switch (line.kind) {
      case "role":
        this.made.role.add(line.value.name);
        return;
      case "team":
        this.made.team.add(line.value.name);
        for (const name of this.defaults) this.made.channel.add(`${line.value.name}/${name}`);
        return;
      case "channel":
        this.name(line, "team", line.value.team);
        this.made.channel.add(`${line.value.team}/${line.value.name}`);
        return;
      case "user":
        this.addUser(line);
        return;
      case "bot":
        this.made.user.add(line.value.username);
        return;
      case "direct_channel":
        this.name(line, "user", ...line.value.members);
        return;
      case "post":
        this.name(line, "team", line.value.team);
        this.name(line, "channel", `${line.value.team}/${line.value.channel}`);
        this.addSaid(line);
        return;
      case "direct_post":
        this.name(line, "user", ...line.value.channel_members);
        this.addSaid(line);
        return;
    }
  }

  private addUser(line: Extract<Parsed, { kind: "user" }>): void {
    const { username, email, auth_data, auth_service, roles, teams = [], delete_at } = line.value;
    this.made.user.add(username);
    const was = this.admins.has(username);
    const admin = (roles ? roles.includes("system_admin") : was) && !delete_at;
    if (admin) this.admins.add(username);
    else if (this.admins.delete(username)) this.lastDemoted = line.number;
    this.own(line, `e\0${email}`, username, "the e-mail address");
    if (auth_service && auth_data) this.own(line, `a\0${auth_data}`, username, "auth_data");
    this.name(line, "role", ...(roles ?? []));
    for (const team of teams) {
      this.name(line, "team", team.name);
      for (const channel of team.channels ?? []) {
        this.name(line, "channel", `${team.name}/${channel.name}`);
        this.name(line, "role", ...(channel.roles ?? []).filter((role) => !OF_FLAGS.has(role)));
      }
      this.name(line, "role", ...(team.roles ?? []).filter((role) => !OF_FLAGS.has(role)));
    }
  }

  private addSaid(line: Extract<Parsed, { kind: "post" | "direct_post" }>): void {
    const { value } = line;
    for (const said of [value, ...(value.replies ?? [])]) {
      this.name(line, "user", said.user, ...(said.flagged_by ?? []));
      for (const { user } of said.reactions ?? []) this.name(line, "user", user);
    }
    for (const { user } of value.thread_followers ?? []) this.name(line, "user", user);
  }

  private own(line: Parsed, key: string, username: string, what: string): void {
    const owner = this.owners.get(key);
    if (owner && owner.username !== username)
      throw new LineFailure(
        line.number,
        line.kind,
        `${what} is that of "${owner.username}" (line ${owner.line})`,
      );
    this.owners.set(key, { username, line: line.number });
  }

  private name(line: Parsed, noun: Noun, ...names: string[]): void {
    for (const name of names)
      if (!this.made[noun].has(name) && !this.named[noun].has(name))
        this.named[noun].set(name, { line: line.number, kind: line.kind });
  }

  /** Throws LineFailure for the first line that names what is not there, or takes what is another account's. */
  async check(ctx: Context, step: () => Promise<void>): Promise<void> {
    let first: LineFailure | undefined;
    const fail = (failure: LineFailure) => {
      if (!first || failure.line < first.line) first = failure;
    };
    for (const noun of ["team", "channel", "user", "role"] as const) {
      for (const names of chunks([...this.named[noun].keys()])) {
        await step();
        const rows = await ctx.sql.query<{ found: string }>(EXISTING[noun], [names]);
        const found = new Set(rows.map((row) => row.found));
        for (const name of names) {
          const { line, kind } = this.named[noun].get(name)!;
          if (!found.has(name))
            fail(new LineFailure(line, kind, `there is no ${noun} "${name}", here or in an earlier line`));
        }
      }
    }
    for (const keys of chunks([...this.owners.keys()])) {
      await step();
      const rows = await ctx.sql.query<{ key: string; username: string }>(OWNERS, [
        keys.map((key) => `${key[0]}${key.slice(2)}`),
      ]);
      for (const { key, username } of rows) {
        const owner = this.owners.get(`${key[0]}\0${key.slice(1)}`)!;
        const what = key.startsWith("e") ? "the e-mail address" : "auth_data";
        if (owner.username !== username)
          fail(new LineFailure(owner.line, "user", `${what} is that of "${username}" on this server`));
      }
    }
    if (this.lastDemoted > 0 && this.admins.size === 0)
      fail(new LineFailure(this.lastDemoted, "user", "no active system administrator would be left"));
    if (first) throw first;
  }
}

const ADMINS =
  "SELECT username FROM users WHERE deleteat = 0 AND 'system_admin' = ANY(string_to_array(roles, ' '))";

/** Keys are "e" and an address, or "a" and login data. */
const OWNERS = `SELECT x AS key, u.username FROM unnest($1::text[]) x JOIN users u ON u.email = substr(x, 2) WHERE left(x, 1) = 'e'
  UNION ALL SELECT x, u.username FROM unnest($1::text[]) x JOIN users u ON u.authdata = substr(x, 2) WHERE left(x, 1) = 'a'`;

function* chunks(names: string[]): Generator<string[]> {
  for (let at = 0; at < names.length; at += CHUNK) yield names.slice(at, at + CHUNK);
}
