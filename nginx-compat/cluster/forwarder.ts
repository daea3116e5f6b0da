// A TCP connection from a node to Redis or PostgreSQL that can be cut, as a switch between them would.

import { connect, createServer, type Server, type Socket } from "node:net";

export type Cut = "blackhole" | "reset";

interface Pair {
  node: Socket;
  /** Not there while a connection that came during a cut waits for its end. */
  server: Socket | null;
}

export class Forwarder {
  readonly port: number;
  private readonly target: { host: string; port: number };
  private readonly pairs = new Set<Pair>();
  private server: Server | null = null;
  private cutNow: Cut | null = null;

  constructor(port: number, target: { host: string; port: number }) {
    this.port = port;
    this.target = target;
  }

  async open(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (node) =>
      this.accept(node),
    );
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
    this.server = server;
  }

  /**
   * blackhole: nothing passes and nothing is closed, as with a broken cable; what was sent arrives after the end.
   * reset: connections are reset, new ones at once.
   */
  cut(how: Cut): void {
    this.cutNow = how;
    for (const pair of this.pairs) {
      if (how === "reset") this.reset(pair);
      else for (const socket of [pair.node, pair.server]) socket?.pause();
    }
  }

  heal(): void {
    this.cutNow = null;
    for (const pair of this.pairs) {
      if (!pair.server) this.join(pair);
      for (const socket of [pair.node, pair.server]) socket?.resume();
    }
  }

  close(): void {
    this.server?.close();
    for (const pair of this.pairs) this.reset(pair);
  }

  private accept(node: Socket): void {
    const pair: Pair = { node, server: null };
    this.pairs.add(pair);
    node.on("error", () => {});
    node.on("close", () => this.leave(pair));
    if (this.cutNow === "reset") this.reset(pair);
    else if (!this.cutNow) {
      this.join(pair);
      node.resume();
    }
  }

  private join(pair: Pair): void {
    const server = connect({ ...this.target, noDelay: true, allowHalfOpen: true });
    pair.server = server;
    server.on("error", () => {});
    server.on("close", () => this.leave(pair));
    this.pass(pair.node, server);
    this.pass(server, pair.node);
  }

  private pass(from: Socket, to: Socket): void {
    from.on("data", (chunk) => {
      if (!to.write(chunk)) from.pause();
    });
    to.on("drain", () => {
      if (!this.cutNow) from.resume();
    });
    from.on("end", () => this.afterCut(() => to.end()));
  }

  /** During a black hole, neither side hears that the other one is gone. */
  private afterCut(work: () => void): void {
    if (this.cutNow === "blackhole") setTimeout(() => this.afterCut(work), 50).unref();
    else work();
  }

  /** One side is gone, so the other one goes. */
  private leave(pair: Pair): void {
    this.afterCut(() => {
      this.pairs.delete(pair);
      for (const socket of [pair.node, pair.server]) socket?.destroy();
    });
  }

  private reset(pair: Pair): void {
    this.pairs.delete(pair);
    for (const socket of [pair.node, pair.server]) socket?.resetAndDestroy();
  }
}
