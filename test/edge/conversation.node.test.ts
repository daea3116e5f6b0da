import { afterAll, describe, expect, it } from "vitest";
import { describeConversation } from "../conversation/conversation.ts";
import { client, request } from "../harness/client.ts";
import { makeWorld } from "../harness/people.ts";
import { type EdgeNode, startEdge } from "./edge-node.ts";

let edge: EdgeNode;
afterAll(async () => {
  await edge?.stop();
});

describeConversation("a conversation of three people on the edge", async () => {
  edge = await startEdge();
  return edge;
});

describe("on the edge", () => {
  it("spoke to the database over HTTP and kept files in the bucket only", () => {
    expect(edge.neon.requests).toBeGreaterThan(100);
    expect(edge.s3.buckets.get("edgemost")!.size).toBeGreaterThan(3);
  });

  it("forgets within a second, in an isolate that nothing told, what was taken away", async () => {
    const { users, channel, team } = await makeWorld({ users: 2, node: edge });
    const [ann, bob] = users as [(typeof users)[0], (typeof users)[0]];
    const elsewhere = client(edge.otherUrl, bob.token);
    const page = () => request({ url: edge.otherUrl }, bob.token, "GET", `channels/${channel.id}/posts`);
    const me = () => request({ url: edge.otherUrl }, bob.token, "GET", "users/me");
    expect((await page()).status).toBe(200);
    expect(await elsewhere.getMyChannelMember(channel.id)).toBeTruthy();
    await ann.client.removeFromTeam(team.id, bob.id);
    const removed = Date.now();
    await expect.poll(async () => (await page()).status, { timeout: 3_000, interval: 50 }).toBe(403);
    expect(Date.now() - removed).toBeLessThan(1_200);
    await bob.client.logout();
    const ended = Date.now();
    await expect.poll(async () => (await me()).status, { timeout: 3_000, interval: 50 }).toBe(401);
    expect(Date.now() - ended).toBeLessThan(1_200);
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
