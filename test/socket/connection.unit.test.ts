import { describe, expect, it } from "vitest";
import { Connection } from "../../durable/hub/connection/connection.ts";

class FakeSocket {
  readonly sent: string[] = [];
  broken = false;

  send(text: string): void {
    if (this.broken) throw new Error("closed");
    this.sent.push(text);
  }

  /** The numbers that were written. */
  get seqs(): number[] {
    return this.sent.map((text) => JSON.parse(text).seq);
  }
}

const event = (n: number) => ({ head: `{"event":"e","data":{"n":${n}`, tail: '},"broadcast":{},"seq":' });
const attach = (connection: Connection) => {
  const socket = new FakeSocket();
  connection.attach(socket as unknown as WebSocket);
  return socket;
};
const push = (connection: Connection, count: number) =>
  Array.from({ length: count }, () => connection.push(event(connection.next))).every(Boolean);
const resume = (connection: Connection, seq: number) => {
  const socket = new FakeSocket();
  const resumed = connection.resume(socket as unknown as WebSocket, seq);
  if (resumed) connection.flush();
  return resumed ? socket.seqs : undefined;
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("a connection", () => {
  it("writes whole frames, with its own number and part", () => {
    const connection = new Connection("u", "s", "t");
    const socket = attach(connection);
    connection.push({ shared: event(1), own: ',"mentions":"me"' });
    connection.push(event(2));
    connection.flush();
    expect(socket.sent.map((text) => JSON.parse(text))).toEqual([
      { event: "e", data: { n: 1, mentions: "me" }, broadcast: {}, seq: 0 },
      { event: "e", data: { n: 2 }, broadcast: {}, seq: 1 },
    ]);
  });

  it("can be resumed from any of the last 128 written, and all that waits", () => {
    for (const written of [1, 100, 128, 129, 300, 1_000]) {
      for (const waiting of [0, 1, 256]) {
        const make = () => {
          const connection = new Connection("u", "s", "t");
          attach(connection);
          push(connection, written);
          connection.flush();
          connection.detach();
          expect(push(connection, waiting)).toBe(true);
          return connection;
        };
        const all = written + waiting;
        const oldest = Math.max(0, written - 128);
        expect(resume(make(), written)).toEqual(range(written, all));
        expect(resume(make(), oldest)).toEqual(range(oldest, all));
        expect(resume(make(), written + 1)).toBeUndefined();
        if (oldest > 0) expect(resume(make(), oldest - 1)).toBeUndefined();
      }
    }
  });

  it("says when too much waits", () => {
    const connection = new Connection("u", "s", "t");
    expect(push(connection, 256)).toBe(true);
    expect(push(connection, 1)).toBe(false);
  });

  it("keeps its numbers over a socket that breaks", () => {
    const connection = new Connection("u", "s", "t");
    const socket = attach(connection);
    push(connection, 3);
    connection.flush();
    socket.broken = true;
    push(connection, 3);
    connection.flush();
    connection.detach();
    expect(resume(connection, 3)).toEqual([3, 4, 5]);
    expect(resume(connection, 1)).toEqual([1, 2, 3, 4, 5]);
  });

  it("writes nothing while its session is in doubt", () => {
    const connection = new Connection("u", "s", "t");
    const socket = attach(connection);
    connection.held = true;
    push(connection, 2);
    connection.flush();
    expect(socket.sent).toEqual([]);
    connection.held = false;
    connection.flush();
    expect(socket.seqs).toEqual([0, 1]);
  });

  it("does not keep more than it needs", () => {
    const connection = new Connection("u", "s", "t");
    attach(connection);
    for (let i = 0; i < 10_000; i++) {
      push(connection, 1);
      connection.flush();
    }
    expect(connection.items.length).toBeLessThanOrEqual(256);
  });
});
