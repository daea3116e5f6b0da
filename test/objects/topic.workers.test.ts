// The topic where objects rest, by what may befall it.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { newId } from "../../workers/model/id.ts";
import { closeSockets } from "../harness/socket.ts";
import { takeViolations } from "../harness/watch.ts";
import { type Edge, startEdge } from "./edge.ts";

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(2);
}, 120_000);
afterEach(async () => {
  await closeSockets();
  takeViolations();
});
afterAll(() => edge?.stop());

/** Publishes a text, under a new id unless one is given. */
const announce = (text: string, id = newId()) =>
  edge.call("topic", edge.channel, "announce", edge.channel, text, id);

async function follow(
  since = "",
): Promise<{ hello: any; texts: () => string[]; place: () => string; ws: WebSocket }> {
  const frames: any[] = [];
  const query = since ? `?since=${since}` : "";
  const ws = new WebSocket(
    `${edge.url.replace("http", "ws")}/api/v4/channels/${edge.channel}/websocket${query}`,
    {
      headers: { authorization: `Bearer ${edge.users[0]!.token}` },
    },
  );
  ws.on("message", (frame) => frames.push(JSON.parse(String(frame))));
  await expect.poll(() => frames.length).toBeGreaterThan(0);
  return {
    hello: frames[0].data,
    texts: () => frames.slice(1).map(({ data }) => data.channel),
    place: () => `${frames[0].data.epoch}.${frames.at(-1).seq || frames[0].data.offset}`,
    ws,
  };
}

describe("eviction", () => {
  it("keeps the log, its followers and their place", async () => {
    const follower = await follow();
    await announce("one");
    await expect.poll(follower.texts).toEqual(["one"]);
    const place = follower.place();
    await announce("two");
    await edge.evicted("topic", edge.channel);
    await announce("three");
    await expect.poll(follower.texts).toEqual(["one", "two", "three"]);
    const late = await follow(place);
    expect(late.hello.reset).toBe(false);
    await expect.poll(late.texts).toEqual(["two", "three"]);
    for (const { ws } of [follower, late]) ws.terminate();
  }, 120_000);
});

describe("crash", () => {
  it("begins a new epoch when something was not saved", async () => {
    const follower = await follow();
    const place = follower.place();
    await edge.call("topic", edge.channel, "crashAfterEvent", edge.channel);
    const again = await follow(place);
    expect(again.hello.reset).toBe(true);
    expect(again.hello.epoch).not.toBe(follower.hello.epoch);
    again.ws.terminate();
  });
});

describe("repetition", () => {
  it("gives a bundle that is published again no second place, and no second delivery", async () => {
    const [follower, socket] = [await follow(), await edge.ws(edge.users[1]!)];
    const id = newId();
    await announce("once", id);
    await announce("once", id);
    await announce("then");
    await expect.poll(follower.texts).toEqual(["once", "then"]);
    await socket.settled();
    const seen = () =>
      socket.events.filter(({ event }) => event === "channel_updated").map(({ data }) => data.channel);
    await expect.poll(seen).toEqual(["once", "then"]);
    follower.ws.terminate();
  });

  it("is noticed by the hub where the topic has forgotten", async () => {
    const socket = await edge.ws(edge.users[1]!);
    const id = newId();
    await announce("again", id);
    await edge.call("topic", edge.channel, "crash");
    await announce("again", id);
    await announce("last");
    await socket.waitFor(() => socket.events.some(({ data }) => data.channel === "last"));
    expect(socket.events.filter(({ data }) => data.channel === "again")).toHaveLength(1);
  });
});
