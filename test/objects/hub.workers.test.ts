// The hub where objects rest (edge profile), by what may befall it.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hubNamesOf } from "../../durable/placement.ts";
import type { Env } from "../../workers/env.ts";
import { closeSockets, TestSocket } from "../harness/socket.ts";
import { takeViolations } from "../harness/watch.ts";
import { type Edge, namesOf, startEdge } from "./edge.ts";

let edge: Edge;
const taken = new Set<string>();
/** A user in a hub that no other test uses: what befalls it befalls all its users. */
const user = () => {
  const hubOf = (id: string) => hubNamesOf({ PROFILE: "edge" } as Env, { topic: `user:${id}` })[0]!;
  const found = edge.users.find(({ id }) => !taken.has(hubOf(id)))!;
  taken.add(hubOf(found.id));
  return found;
};
/** Until the user's hub knows, by itself, that the socket is gone. */
const lost = ({ id }: { id: string }) =>
  expect.poll(async () => (await edge.call("hub", id, "facts")).lost).toContain(id);

beforeAll(async () => {
  edge = await startEdge(200);
}, 120_000);
afterEach(() => expect(takeViolations()).toEqual([]));
afterAll(async () => {
  await closeSockets();
  await edge?.stop();
});

describe.concurrent("eviction", () => {
  it("leaves sockets open, and numbers go on", async () => {
    const ada = user();
    const socket = await edge.ws(ada);
    const first = await edge.event(ada);
    await socket.next("preferences_changed");
    await edge.evicted("hub", ada.id);
    const second = await edge.event(ada);
    await socket.waitFor(() => namesOf(socket).length === 2);
    expect(namesOf(socket)).toEqual([first, second]);
    expect((await socket.call("ping")).data?.text).toBe("pong");
    expect(socket.closed).toBeUndefined();
  }, 120_000);

  it("keeps what a client that is away will resume", async () => {
    const ada = user();
    const socket = await edge.ws(ada);
    socket.drop();
    const missed = [await edge.event(ada), await edge.event(ada)];
    await edge.evicted("hub", ada.id);
    const later = await edge.event(ada);
    expect(await socket.resume()).toBe(true);
    await socket.waitFor(() => namesOf(socket).length === 3);
    expect(namesOf(socket)).toEqual([...missed, later]);
  }, 120_000);

  it("finds out who is in which channel again", async () => {
    const [ada, bob] = [user(), user()];
    const [writer, reader] = [await edge.ws(ada), await edge.ws(bob)];
    await edge.evicted("hub", bob.id);
    await writer.call("user_typing", { channel_id: edge.channel });
    expect((await reader.next("typing")).data.user_id).toBe(ada.id);
  }, 120_000);

  it("does not keep a revocation from taking effect", async () => {
    const ada = user();
    const socket = await edge.ws(ada);
    await edge.evicted("hub", ada.id);
    await edge.request(ada, "POST", "users/logout");
    const reply = await socket.call("ping");
    expect(reply.error?.status_code).toBe(401);
  }, 120_000);
});

describe("crash", () => {
  it("starts everyone afresh when something was not saved", async () => {
    const ada = user();
    const socket = await edge.ws(ada);
    await edge.event(ada);
    await socket.next("preferences_changed");
    await edge.call("hub", ada.id, "crashAfterEvent", ada.id);
    expect(await socket.resume()).toBe(false);
    await edge.event(ada);
    await socket.next("preferences_changed");
  });

  it("loses nothing when all was saved", async () => {
    const ada = user();
    const socket = await edge.ws(ada);
    await socket.next("status_change");
    await edge.event(ada);
    await socket.next("preferences_changed");
    // Quiet for a second: saved.
    await expect.poll(async () => (await edge.call("hub", ada.id, "facts")).unsaved).toBe(false);
    const { born } = await edge.call("hub", ada.id, "facts");
    await edge.call("hub", ada.id, "crash");
    const missed = await edge.event(ada);
    expect((await edge.call("hub", ada.id, "facts")).born).not.toBe(born);
    expect(await socket.resume()).toBe(true);
    await socket.waitFor(() => namesOf(socket).includes(missed));
  });
});

describe("alarm", () => {
  it("forgets connections that nobody resumed", async () => {
    const ada = user();
    const socket = await edge.ws(ada);
    socket.drop();
    await lost(ada);
    await edge.call("hub", ada.id, "age", 599_000);
    expect(await socket.resume()).toBe(true);
    socket.drop();
    await lost(ada);
    await edge.call("hub", ada.id, "age", 601_000);
    expect((await edge.call("hub", ada.id, "facts")).users).not.toContain(ada.id);
    expect(await socket.resume()).toBe(false);
  });

  it("closes the socket of a client that has stopped to ping, which may resume", async () => {
    const ada = user();
    const socket = await edge.ws(ada);
    await socket.call("ping");
    await edge.call("hub", ada.id, "age", 101_000);
    await socket.waitFor(() => socket.closed !== undefined);
    expect(socket.closed!.code).toBe(1002);
    expect(await socket.resume()).toBe(true);
  });

  it("sets those away who have done nothing for long", async () => {
    const ada = user();
    const socket = await edge.ws(ada);
    await socket.next("status_change");
    const long = Date.now() - 301_000;
    await edge.sql`update status set lastactivityat = ${long} where userid = ${ada.id}`;
    // What an isolate knows on the edge is good for a second.
    await new Promise((done) => setTimeout(done, 1_000));
    await edge.call("hub", ada.id, "age", 0);
    expect((await socket.next("status_change")).data.status).toBe("away");
  });

  it("ends a do-not-disturb whose time is over", async () => {
    const [ada, bob] = [user(), user()];
    const socket = await edge.ws(ada);
    await socket.next("status_change");
    const past = Math.floor(Date.now() / 1_000) - 1;
    await edge.request(ada, "PUT", "users/me/status", {
      user_id: ada.id,
      status: "dnd",
      dnd_end_time: past + 3_600,
    });
    expect((await socket.next("status_change")).data.status).toBe("dnd");
    await edge.request(bob, "PUT", "users/me/status", {
      user_id: bob.id,
      status: "dnd",
      dnd_end_time: past + 3_600,
    });
    await edge.sql`update status set dndendtime = ${past} where userid in (${ada.id}, ${bob.id})`;
    await edge.call("hub", ada.id, "minute");
    expect((await socket.next("status_change")).data.status).toBe("online");
    const rows =
      await edge.sql`select status, manual, dndendtime, prevstatus from status where userid in (${ada.id}, ${bob.id}) order by status`;
    const over = { manual: false, dndendtime: 0, prevstatus: "" };
    expect(rows).toEqual([
      { status: "offline", ...over },
      { status: "online", ...over },
    ]);
  });

  it("is set while there are connections", async () => {
    const ada = user();
    await edge.ws(ada);
    const at = await edge.call("hub", ada.id, "alarmAt");
    expect(at).toBeGreaterThan(Date.now());
    expect(at).toBeLessThan(Date.now() + 61_000);
  });
});

describe("a login by challenge", () => {
  it("reaches the user's own hub, whichever worker has the socket", async () => {
    const ada = user();
    const socket = await edge.ws(ada, "challenge");
    const name = await edge.event(ada);
    await socket.waitFor(() => namesOf(socket).includes(name));
    expect((await socket.call("ping")).data?.text).toBe("pong");
    expect((await edge.call("hub", ada.id, "facts")).users).toContain(ada.id);
  });

  it("is silent before, and ends after a wrong token or five seconds", async () => {
    const silent = await TestSocket.connect(edge.url, "");
    silent.send("ping");
    const wrong = await TestSocket.connect(edge.url, "x", { by: "challenge" });
    await wrong.waitFor(() => wrong.closed !== undefined);
    await silent.waitFor(() => silent.closed !== undefined, "the end", 20_000);
    expect([...silent.events, ...wrong.events]).toEqual([]);
  });
});
