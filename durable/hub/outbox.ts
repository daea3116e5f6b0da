import type { Connection } from "./connection.ts";

/** A flush no sooner than this after the one before: under load, a socket gets several messages in one turn. */
const GAP_MS = 5;

/** Connections with events to write. At rest they are written at once; under load, several turns' together. */
export class Outbox {
  private connections: Connection[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private flushedAt = 0;

  add(connection: Connection): void {
    if (connection.queued) return;
    connection.queued = true;
    this.connections.push(connection);
  }

  /** Called at the end of a turn that may have added connections. */
  settle(): void {
    if (this.timer !== undefined || this.connections.length === 0) return;
    if (Date.now() - this.flushedAt >= GAP_MS) this.flush();
    else this.timer = setTimeout(() => this.flush(), GAP_MS);
  }

  private flush(): void {
    this.timer = undefined;
    const connections = this.connections;
    this.connections = [];
    for (const connection of connections) {
      connection.queued = false;
      connection.flush();
    }
    this.flushedAt = Date.now();
  }
}
