import type { Post } from "@mattermost/types/posts";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { loginAgain, makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

const open: Follower[] = [];
afterEach(() => {
  for (const follower of open.splice(0)) follower.ws.terminate();
});

/** A socket that follows one channel. */
class Follower {
  readonly frames: any[] = [];
  closed = 0;
  readonly ws: WebSocket;

  constructor(by: Person, channelId: string, since = "") {
    const url = `${world.node.url.replace("http", "ws")}/api/v4/channels/${channelId}/websocket${since ? `?since=${since}` : ""}`;
    this.ws = new WebSocket(url, { headers: { authorization: `Bearer ${by.token}` } });
    this.ws.on("message", (frame) =>
      this.frames.push(String(frame) === "pong" ? "pong" : JSON.parse(String(frame))),
    );
    this.ws.on("close", (code) => {
      this.closed = code;
    });
    this.ws.on("unexpected-response", (_, response) => {
      this.closed = response.statusCode ?? 0;
    });
    this.ws.on("error", () => undefined);
    open.push(this);
  }

  async has(count: number): Promise<void> {
    await expect.poll(() => this.frames.length).toBeGreaterThanOrEqual(count);
  }

  get place(): string {
    const { epoch } = this.frames[0].data;
    return `${epoch}.${this.frames.at(-1).seq || this.frames[0].data.offset}`;
  }

  get messages(): string[] {
    return this.frames
      .filter(({ event }) => event === "posted")
      .map(({ data }) => JSON.parse(data.post).message);
  }
}

const post = (message: string, channelId: string) =>
  ada.client.createPost({ channel_id: channelId, message } as Post);

describe("following a channel by its own socket", () => {
  it("brings new events, and those since a place", async () => {
    const channel = await makeChannel(ada, world.team, { members: [bob] });
    const follower = new Follower(bob, channel.id);
    await follower.has(1);
    expect(follower.frames[0]).toMatchObject({ event: "hello", data: { reset: false } });
    await post("one", channel.id);
    await follower.has(2);
    const { place } = follower;
    follower.ws.terminate();
    for (const message of ["two", "three"]) await post(message, channel.id);
    const again = new Follower(bob, channel.id, place);
    await again.has(3);
    await post("four", channel.id);
    await again.has(4);
    expect(again.messages).toEqual(["two", "three", "four"]);
    expect(again.frames.slice(1).map(({ seq }) => seq)).toEqual(
      [1, 2, 3].map((n) => Number(place.split(".")[1]) + n),
    );
    again.ws.send("ping");
    await again.has(5);
    expect(again.frames.at(-1)).toBe("pong");
  });

  it("says when something may be missing", async () => {
    const channel = await makeChannel(ada, world.team);
    for (const since of ["nonsense", "a.1", "..", "a.-1"]) {
      const follower = new Follower(ada, channel.id, since);
      await follower.has(1);
      expect(follower.frames[0].data.reset).toBe(true);
    }
  });

  it("is only for those who may read the channel", async () => {
    const secret = await makeChannel(ada, world.team, { type: "P" });
    const follower = new Follower(bob, secret.id);
    await expect.poll(() => follower.closed).toBe(403);
    const nobody = new Follower({ ...bob, token: "x" }, secret.id);
    await expect.poll(() => nobody.closed).toBe(401);
  });

  it("ends when the right to read does", async () => {
    const secret = await makeChannel(ada, world.team, { type: "P", members: [bob] });
    const session = await loginAgain(bob);
    const [byMembership, bySession] = [new Follower(bob, secret.id), new Follower(session, secret.id)];
    await Promise.all([byMembership.has(1), bySession.has(1)]);
    await session.request("POST", "users/logout");
    await post("after the logout", secret.id);
    await expect.poll(() => bySession.closed).toBe(1008);
    await byMembership.has(2);
    await ada.client.removeFromChannel(bob.id, secret.id);
    await expect.poll(() => byMembership.closed).toBe(1008);
    await post("after the removal", secret.id);
    expect(bySession.messages).toEqual([]);
    expect(byMembership.messages).not.toContain("after the removal");
  });
});
