import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeWorld, type Person, type World } from "../harness/people.ts";
import type { TestSocket } from "../harness/socket.ts";

// Events are counted here, and on a shared node everybody hears of other tests' new users.
let node: OwnNode;
let world: World;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ users: 2, node });
  [alice, bob] = world.users as [Person, Person];
});
afterAll(() => node?.stop());

/** Events that are numbered, cheap to make and go to bob only. */
async function events(count: number): Promise<string[]> {
  const names = Array.from({ length: count }, () => newId());
  for (let at = 0; at < count; at += 20) {
    await Promise.all(
      names
        .slice(at, at + 20)
        .map((name) =>
          bob.request("PUT", `users/${bob.id}/preferences`, [
            { user_id: bob.id, category: "test", name, value: "1" },
          ]),
        ),
    );
  }
  return names;
}

/** The names of the events that a socket has got, in its order. */
const got = (socket: TestSocket) =>
  socket.events
    .filter(({ event }) => event === "preferences_changed")
    .map(({ parsed }) => parsed.preferences[0].name as string);

const hellos = (socket: TestSocket) => socket.events.filter(({ event }) => event === "hello").length;

describe("coming back (websocket.md 4)", () => {
  it("brings what was missed, once and in order, without a hello", async () => {
    const socket = await bob.ws();
    const before = await events(3);
    await socket.waitFor(() => got(socket).length === 3);
    socket.drop();
    const missed = await events(10);
    expect(await socket.resume()).toBe(true);
    const after = await events(2);
    await socket.waitFor(() => got(socket).length === 15);
    expect(got(socket).sort()).toEqual([...before, ...missed, ...after].sort());
    expect(new Set(got(socket)).size).toBe(15);
    expect(hellos(socket)).toBe(1);
  });

  it("writes again what was written to a socket that was already broken", async () => {
    const socket = await bob.ws();
    await events(20);
    await socket.waitFor(() => got(socket).length === 20);
    const expected = socket.nextSeq;
    // As if the last 15 had not arrived.
    expect(await socket.resume({ sequence: expected - 15 })).toBe(true);
    expect(socket.nextSeq).toBe(expected);
  });

  it("takes over while the old socket still seems alive", async () => {
    const first = await bob.ws();
    await events(2);
    await first.waitFor(() => got(first).length === 2);
    const second = await bob.ws();
    second.connectionId = first.connectionId;
    second.nextSeq = first.nextSeq;
    expect(await second.resume()).toBe(true);
    await first.waitFor(() => first.closed !== undefined);
    await events(1);
    await second.next("preferences_changed");
    expect(hellos(second)).toBe(1);
  });

  it("survives many brutal ends", async () => {
    const socket = await bob.ws();
    let sent = 0;
    for (let round = 0; round < 10; round++) {
      const posting = events(5);
      socket.drop();
      expect(await socket.resume()).toBe(true);
      await posting;
      sent += 5;
    }
    await socket.waitFor(() => got(socket).length === sent);
    expect(new Set(got(socket)).size).toBe(sent);
    expect(hellos(socket)).toBe(1);
  });

  it("keeps 256 events for a client that is away, and starts afresh after 500", async () => {
    const [near, far] = [await bob.ws(), await bob.ws()];
    near.drop();
    await expect.poll(() => near.closed).toBeDefined();
    // Two events each.
    await events(120);
    expect(await near.resume()).toBe(true);
    expect(got(near)).toHaveLength(120);
    far.drop();
    await expect.poll(() => far.closed).toBeDefined();
    await events(250);
    expect(await far.resume()).toBe(false);
    expect(hellos(far)).toBe(2);
    expect(far.nextSeq).toBe(1);
  });

  it("starts afresh with a number that was never sent, or is too old", async () => {
    const socket = await bob.ws();
    await events(3);
    await socket.waitFor(() => got(socket).length === 3);
    expect(await socket.resume({ sequence: socket.nextSeq + 1 })).toBe(false);
    await events(100);
    await socket.waitFor(() => got(socket).length === 103);
    expect(await socket.resume({ sequence: 3 })).toBe(false);
  });

  it("starts afresh with an unknown connection, or another user's", async () => {
    const other = await alice.ws();
    const socket = await bob.ws();
    expect(await socket.resume({ connectionId: other.connectionId, sequence: 1 })).toBe(false);
    expect(await socket.resume({ connectionId: newId(), sequence: 1 })).toBe(false);
    await other.settled();
    expect(other.closed).toBeUndefined();
  });

  it("does not resume by challenge", async () => {
    const socket = await bob.ws({ by: "challenge" });
    await expect(socket.resume()).resolves.toBe(false);
  });

  it("counts per connection", async () => {
    const sockets = [await bob.ws(), await bob.ws()];
    await events(4);
    const late = await bob.ws();
    await events(4);
    for (const socket of [...sockets, late]) await socket.settled();
    expect(got(sockets[0]!)).toEqual(got(sockets[1]!));
    expect(got(late)).toEqual(got(sockets[0]!).slice(4));
  });

  it("keeps the newest of the connections that a client leaves behind", async () => {
    const oldest = await bob.ws();
    oldest.drop();
    await expect.poll(() => oldest.closed).toBeDefined();
    const newest = await bob.ws();
    for (let i = 0; i < 32; i++) (await bob.ws()).drop();
    newest.drop();
    await new Promise((done) => setTimeout(done, 200));
    expect(await newest.resume()).toBe(true);
    expect(await oldest.resume()).toBe(false);
  });
});
