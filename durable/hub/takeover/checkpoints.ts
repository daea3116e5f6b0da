import type { Env } from "../../../workers/env.ts";
import { newId } from "../../../workers/model/id.ts";
import type { Bus } from "../../../workers/ports/bus/bus.ts";
import { relayOf } from "../../../workers/ports/bus/redis.ts";
import type { Audience } from "../audience/audience.ts";
import type { Connection } from "../connection/connection.ts";
import { addMark, type Checkpoint, type Mark } from "./checkpoint.ts";
import type { History } from "./history.ts";

/** At most this often a connection's checkpoint is saved. */
const EVERY_MS = 1_000;

interface Kept {
  marks: Mark[];
  run: string;
  /** Member.surprises at the newest mark. */
  surprises: number;
  admin: boolean;
}

/** Saves what other nodes need to take this node's connections over (cluster): one command for all, once a second. */
export class Checkpoints {
  private readonly env: Env;
  private readonly history: History;
  private readonly audience: Audience;
  /** Where they are saved; another one when the hub lets go of what it has, for that stays there. */
  private key = newId();
  private readonly kept = new WeakMap<Connection, Kept>();
  private readonly changed = new Set<Connection>();
  private readonly gone = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(env: Env, history: History, audience: Audience) {
    this.env = env;
    this.history = history;
    this.audience = audience;
  }

  /** The connection has new events, or a new socket, or none any more. */
  touch(connection: Connection): void {
    this.gone.delete(connection.id);
    this.changed.add(connection);
    this.timer ??= setTimeout(() => void this.save(), EVERY_MS);
  }

  /** The connection is not this node's any more, or cannot be resumed. */
  drop(connection: Connection): void {
    this.changed.delete(connection);
    this.gone.add(connection.id);
    this.timer ??= setTimeout(() => void this.save(), EVERY_MS);
  }

  /** The hub has given up its connections, and other nodes may take them over: what was saved of them stays. */
  letGo(): void {
    this.changed.clear();
    this.gone.clear();
    this.key = newId();
  }

  /** A connection taken over keeps the marks it came with. */
  adopt(connection: Connection, { marks, run }: Checkpoint): void {
    const { surprises = 0, admin = false } = this.audience.members.get(connection.userId) ?? {};
    this.kept.set(connection, { marks, run, surprises, admin });
    this.touch(connection);
  }

  async save(): Promise<void> {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
    const changed = [...this.changed];
    const gone = [...this.gone];
    this.changed.clear();
    this.gone.clear();
    const saved: Record<string, string> = {};
    for (const connection of changed) {
      const checkpoint = this.checkpoint(connection);
      if (checkpoint) saved[connection.id] = JSON.stringify(checkpoint);
    }
    const { key } = this;
    try {
      await relayOf(this.env).saveCheckpoints(key, saved, gone);
    } catch {
      // Redis is away: once more in a second. Should this node die before, its clients start afresh.
      if (key !== this.key) return;
      for (const connection of changed) if (!this.gone.has(connection.id)) this.touch(connection);
      for (const id of gone) this.gone.add(id);
    }
  }

  /** The newest that any node has saved of a connection. */
  async find(id: string): Promise<Checkpoint | undefined> {
    const found = await relayOf(this.env).checkpointsOf(id);
    const checkpoints = found.map((text) => JSON.parse(text) as Checkpoint);
    return checkpoints.sort((a, b) => (b.marks.at(-1)?.[1] ?? 0) - (a.marks.at(-1)?.[1] ?? 0))[0];
  }

  /** Undefined for one that has been forgotten. */
  private checkpoint(connection: Connection): Checkpoint | undefined {
    const member = this.audience.members.get(connection.userId);
    if (!member?.connections.has(connection)) return undefined;
    const { run, position } = this.history;
    const { surprises, admin, digest } = member;
    const before = this.kept.get(connection);
    // What its user got until now does not follow from the stream alone, so nobody can count on from an earlier mark.
    const holds = before?.run === run && before.surprises === surprises && before.admin === admin;
    const marks = addMark(holds ? before.marks : [], [position, connection.next, digest]);
    this.kept.set(connection, { marks, run, surprises, admin });
    return { user: connection.userId, session: connection.sessionId, run, marks };
  }
}

/** Tells the other nodes that a connection is here now. */
export async function announceMove(
  bus: Bus,
  id: string,
  userId: string,
  node: string,
  bundleId: string,
): Promise<void> {
  await bus.publish({
    id: bundleId,
    topic: `user:${userId}`,
    events: [],
    effects: [{ kind: "connection_moved", id, node }],
  });
}
