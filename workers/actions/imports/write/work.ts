import type { Context } from "../../../context.ts";
import type { Effect } from "../../../events/envelope.ts";
import type { Statement } from "../../../ports/sql/sql.ts";
import { directName, groupName } from "../../channels/direct.ts";
import type { Archive } from "../archive/archive.ts";
import { LineFailure } from "../failure.ts";

/** Names remembered; then all are forgotten, and asked for again. */
const MAX_NAMES = 100_000;

/** One run of the writing pass. */
export interface Work {
  ctx: Context;
  archive: Archive;
  names: Names;
  /** ms; the time of what has none of its own: the job's, so that a run that is repeated writes the same. */
  at: number;
  /** Channels that have got posts, in this run or one before it: their members' counters are to be settled at the end. */
  channels: Set<string>;
  /** Channels that may have got members: those who have no counters yet are to get them. */
  joined: Set<string>;
  /** What caches must forget besides everything. */
  effects: Effect[];
  /** Text of attached documents is to be found (semantics 11.12). */
  extract: boolean;
  /** Tells that the job is alive; throws when it is not to go on. */
  step(): Promise<void>;
}

/** A run that has just begun. */
export const newWork = (given: Pick<Work, "ctx" | "archive" | "at" | "extract" | "step">): Work => ({
  ...given,
  names: new Names(given.ctx),
  channels: new Set(),
  joined: new Set(),
  effects: [],
});

/** Rows as one parameter: `FROM jsonb_to_recordset($n::jsonb)`. */
export const rowsOf = (rows: readonly object[]): string => JSON.stringify(rows);

/** Runs what there is to run, as one transaction. */
export async function run(work: Work, statements: Statement[]): Promise<void> {
  if (statements.length > 0) await work.ctx.sql.batch(statements);
}

/** Ids by names. Each `load` is at most one query; what it asked for is there until the next. */
export class Names {
  private readonly ctx: Context;
  private readonly known = new Map<string, string>();

  constructor(ctx: Context) {
    this.ctx = ctx;
  }

  users(names: Iterable<string>): Promise<void> {
    return this.load("u", names, "SELECT username AS name, id FROM users WHERE username = ANY($1::text[])");
  }

  teams(names: Iterable<string>): Promise<void> {
    return this.load("t", names, "SELECT name, id FROM teams WHERE name = ANY($1::text[]) AND deleteat = 0");
  }

  /** `<team id>/<name>`. */
  channels(names: Iterable<string>): Promise<void> {
    return this.load(
      "c",
      names,
      `SELECT x AS name, c.id FROM unnest($1::text[]) x
       JOIN channels c ON c.teamid = split_part(x, '/', 1) AND c.name = split_part(x, '/', 2)`,
    );
  }

  user(line: number, kind: string, name: string): string {
    return this.get("u", line, kind, "user", name);
  }

  team(line: number, kind: string, name: string): string {
    return this.get("t", line, kind, "team", name);
  }

  channel(line: number, kind: string, teamId: string, name: string): string {
    return this.get("c", line, kind, "channel", `${teamId}/${name}`);
  }

  /** Undefined where there is none. */
  find(noun: "u" | "t" | "c", name: string): string | undefined {
    return this.known.get(`${noun} ${name}`);
  }

  private async load(noun: string, names: Iterable<string>, sql: string): Promise<void> {
    const wanted = [...new Set(names)];
    if (this.known.size > MAX_NAMES) this.known.clear();
    const missing = wanted.filter((name) => !this.known.has(`${noun} ${name}`));
    if (missing.length === 0) return;
    for (const { name, id } of await this.ctx.sql.query<{ name: string; id: string }>(sql, [missing]))
      this.known.set(`${noun} ${name}`, id);
  }

  private get(noun: string, line: number, kind: string, what: string, name: string): string {
    const id = this.known.get(`${noun} ${name}`);
    // The first pass has found it: it is gone since.
    if (!id) throw new LineFailure(line, kind, `there is no ${what} "${name}"`);
    return id;
  }
}

/** The kind and name of the direct channel of these users, by their ids; one user's is with himself. */
export function directOf(ids: string[]): { type: "D" | "G"; name: string } {
  if (ids.length > 2) return { type: "G", name: groupName(ids) };
  return { type: "D", name: directName([ids[0]!, ids[1] ?? ids[0]!]) };
}
