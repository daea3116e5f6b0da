import type { Bus } from "../../workers/ports/bus/bus.ts";
import { relayOf } from "../../workers/ports/bus/redis.ts";
import type { Env } from "../../workers/env.ts";
import { addMark, type Checkpoint, type Mark } from "./checkpoint.ts";
import type { Connection } from "./connection.ts";
import type { History } from "./history.ts";

/** At most this often a connection's checkpoint is saved. */
const EVERY_MS = 1_000;

/** Saves what other nodes need to take this node's connections over (cluster): one command for all, once a second. */
export class Checkpoints {
  private readonly env: Env;
  private readonly history: History;
  private readonly marks = new WeakMap<Connection, Mark[]>();
  private readonly changed = new Set<Connection>();
  private readonly gone = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(env: Env, history: History) {
    this.env = env;
    this.history = history;
  }

  /** The connection has new events, or a new socket, or none any more. */
  touch(connection: Connection): void {
    this.gone.delete(connection.id);
    this.changed.add(connection);
    this.timer ??= setTimeout(() => void this.save(), EVERY_MS);
  }

  /** The connection is not this node's any more. */
  drop(connection: Connection): void {
    this.changed.delete(connection);
    this.gone.add(connection.id);
    this.timer ??= setTimeout(() => void this.save(), EVERY_MS);
  }

  /** A connection taken over keeps the marks it came with. */
  adopt(connection: Connection, checkpoint: Checkpoint): void {
    this.marks.set(connection, checkpoint.marks);
    this.touch(connection);
  }

  async save(): Promise<void> {
    if (this.timer !== undefined) clearTimeout(this.timer);
    this.timer = undefined;
    const saved: Record<string, string> = {};
    for (const connection of this.changed) {
      const marks = addMark(this.marks.get(connection) ?? [], [this.history.position, connection.next]);
      this.marks.set(connection, marks);
      const checkpoint: Checkpoint = { user: connection.userId, session: connection.sessionId, marks };
      saved[connection.id] = JSON.stringify(checkpoint);
    }
    const gone = [...this.gone];
    this.changed.clear();
    this.gone.clear();
    try {
      await relayOf(this.env).saveCheckpoints(saved, gone);
    } catch {
      // Redis is away: the clients of this node start afresh should it die now.
    }
  }

  /** The newest that any node has saved of a connection. */
  async find(id: string): Promise<Checkpoint | undefined> {
    const found = await relayOf(this.env).checkpointsOf(id);
    const checkpoints = found.map((text) => JSON.parse(text) as Checkpoint);
    return checkpoints.sort((a, b) => (b.marks.at(-1)?.[1] ?? 0) - (a.marks.at(-1)?.[1] ?? 0))[0];
  }
}

/** Tells the other nodes that a connection is here now. */
export async function announceMove(bus: Bus, id: string, userId: string, node: string, bundleId: string): Promise<void> {
  await bus.publish({
    id: bundleId,
    topic: `user:${userId}`,
    events: [],
    effects: [{ kind: "connection_moved", id, node }],
  });
}
