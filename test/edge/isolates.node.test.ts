import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { staleFor } from "../cluster/chat/town.ts";
import { client, request } from "../harness/client.ts";
import { makeChannel, makeWorld } from "../harness/people.ts";
import { type EdgeNode, startEdge } from "./edge-node.ts";

// Everything starts here, once for each file: on a slow machine that takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

// Requests of one user land in isolates that know nothing of each other: here two, "other" being the second.

let edge: EdgeNode;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

describe("an isolate that nobody told", () => {
  it("forgets within a second, in an isolate that nothing told, what was taken away", async () => {
    const { users, channel, team } = await makeWorld({ users: 2, node: edge });
    const [ann, bob] = users as [(typeof users)[0], (typeof users)[0]];
    const elsewhere = client(edge.otherUrl, bob.token);
    const page = () => request({ url: edge.otherUrl }, bob.token, "GET", `channels/${channel.id}/posts`);
    const me = () => request({ url: edge.otherUrl }, bob.token, "GET", "users/me");
    expect((await page()).status).toBe(200);
    expect(await elsewhere.getMyChannelMember(channel.id)).toBeTruthy();
    await ann.client.removeFromTeam(team.id, bob.id);
    const refused = await staleFor(async () => (await page()).status === 403, "no page for who was removed");
    expect(refused).toBeLessThan(1_000);
    await bob.client.logout();
    const ended = await staleFor(async () => (await me()).status === 401, "no session after the logout");
    expect(ended).toBeLessThan(1_000);
  });

  it("lets whoever has just joined go on in an isolate that has not heard of it", async () => {
    const { users, team } = await makeWorld({ users: 2, node: edge });
    const [ann, bob] = users as [(typeof users)[0], (typeof users)[0]];
    const there = client(edge.otherUrl, bob.token);
    for (const type of ["O", "P"] as const) {
      const channel = await makeChannel(ann, team, { type });
      // What it knows of bob now is that he is not there.
      await there.getMe();
      await expect(there.getMyChannelMember(channel.id)).rejects.toThrow();
      await ann.client.addToChannel(bob.id, channel.id);
      const post = await there.createPost({ channel_id: channel.id, message: "here I am" });
      expect((await there.getPosts(channel.id, 0, 5)).order[0]).toBe(post.id);
    }
  });

  it("sees in one isolate what was written in another", async () => {
    const { users, channel } = await makeWorld({ users: 2, node: edge });
    const [ann, bob] = users as [(typeof users)[0], (typeof users)[0]];
    const socket = await bob.ws();
    const there = client(edge.otherUrl, ann.token);
    for (let i = 0; i < 5; i++) {
      const post = await there.createPost({ channel_id: channel.id, message: `from elsewhere ${i}` });
      await socket.next("posted", ({ parsed }) => parsed.post.id === post.id);
      expect((await bob.client.getPosts(channel.id, 0, 5)).order[0]).toBe(post.id);
    }
  });
});
