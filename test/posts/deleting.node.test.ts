import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "../harness/client.ts";
import type { SocketEvent } from "../harness/contract/events.ts";
import { ownNode } from "../harness/node.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { makeFile, page, rowTrips, say } from "./help.ts";

describe("deleting posts", () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [alice, bob] = world.users as [Person, Person];
  });

  it("takes a root's replies along, in one transaction, with one event", async () => {
    await alice.client.addToTeam(world.team.id, world.admin.id);
    const channel = await makeChannel(alice, world.team, { members: [bob, world.admin] });
    const [hers, admins] = [await bob.ws(), await world.admin.ws()];
    const root = await say(alice, channel, "root");
    const file = await makeFile(bob, channel);
    const reply = await say(bob, channel, "reply", { root_id: root.id, file_ids: [file] });
    const answer = await alice.request("DELETE", `posts/${root.id}`);
    expect(answer.body).toEqual({ status: "OK" });
    // The third one, started in the background, is about drafts.
    expect(rowTrips(answer)).toBe(3);
    // The administrator is in other tests' channels, too.
    const ofThread = ({ broadcast }: SocketEvent) => broadcast.channel_id === channel.id;
    const event = await hers.next("post_deleted", ofThread);
    expect(event.parsed.post).toMatchObject({ id: root.id, message: "root", delete_at: 0 });
    expect(event.data.delete_by).toBeUndefined();
    expect((await admins.next("post_deleted", ofThread)).data.delete_by).toBe(alice.id);
    await hers.none("post_deleted", ofThread);
    await admins.none("post_deleted", ofThread);
    const left = (await page(bob, channel)).list;
    for (const id of [root.id, reply.id]) expect(left.posts[id]).toBeUndefined();
    for (const id of [root.id, reply.id])
      expect((await failureOf(bob.client.getPost(id))).status_code).toBe(404);
    const sql = database();
    const rows =
      await sql`select deleteat = updateat as same, message, props->>'deleteBy' as by from posts where id in (${root.id}, ${reply.id}) order by createat`;
    expect(rows).toMatchObject([
      { same: true, message: "root", by: alice.id },
      { same: true, message: "reply", by: alice.id },
    ]);
    expect(
      (await sql`select threaddeleteat > 0 as gone from threads where postid = ${root.id}`)[0],
    ).toMatchObject({ gone: true });
    expect((await sql`select deleteat > 0 as gone from fileinfo where id = ${file}`)[0]).toMatchObject({
      gone: true,
    });
    expect((await sql`select totalmsgcount as n from channels where id = ${channel.id}`)[0]!.n).toBe(2);
    expect((await failureOf(alice.client.deletePost(root.id))).status_code).toBe(404);
    const seen = await world.admin.request("GET", `posts/${root.id}?include_deleted=true`);
    expect(seen.body).toMatchObject({ message: "", metadata: {} });
    expect((await bob.request("GET", `posts/${root.id}?include_deleted=true`)).status).toBe(403);
  });

  it("counts a thread anew without its reply", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const root = await say(alice, channel, "root");
    const first = await say(alice, channel, "a", { root_id: root.id });
    const second = await say(bob, channel, "b", { root_id: root.id });
    const third = await say(bob, channel, "c", { root_id: root.id });
    await bob.client.deletePost(third.id);
    const thread = async () => (await alice.client.getPost(root.id)) as Post;
    expect(await thread()).toMatchObject({
      reply_count: 2,
      last_reply_at: second.create_at,
      participants: [{ id: alice.id }, { id: bob.id }],
    });
    await bob.client.deletePost(second.id);
    expect(await thread()).toMatchObject({
      reply_count: 1,
      last_reply_at: first.create_at,
      participants: [{ id: alice.id }],
    });
    await alice.client.deletePost(first.id);
    expect(await thread()).toMatchObject({ reply_count: 0, participants: null });
  });

  it("counts right when replies are deleted at the same time", async () => {
    const { channel } = world;
    const root = await say(alice, channel, "root");
    const replies: Post[] = [];
    for (let i = 0; i < 6; i++) replies.push(await say(alice, channel, `r${i}`, { root_id: root.id }));
    await Promise.all(replies.slice(1).map((reply) => alice.client.deletePost(reply.id)));
    expect(await alice.client.getPost(root.id)).toMatchObject({
      reply_count: 1,
      last_reply_at: replies[0]!.create_at,
    });
  });

  it("forgets what others saved of it, and drafts of replies", async () => {
    const { channel } = world;
    const sql = database();
    const root = await say(alice, channel, "root");
    await sql`insert into preferences (userid, category, name, value) values (${bob.id}, 'flagged_post', ${root.id}, 'true')`;
    await sql`insert into drafts (createat, updateat, deleteat, userid, channelid, rootid, message, props, fileids, priority, type)
      values (1, 1, 0, ${bob.id}, ${channel.id}, ${root.id}, 'd', '{}', '[]', '{}', '')`;
    const saved = async () => (await bob.request("GET", "users/me/posts/flagged")).body.order as string[];
    expect(await saved()).toContain(root.id);
    await alice.client.deletePost(root.id);
    expect(await saved()).not.toContain(root.id);
    await expect.poll(async () => (await sql`select 1 from drafts where rootid = ${root.id}`).length).toBe(0);
    expect(await sql`select 1 from preferences where name = ${root.id}`).toHaveLength(0);
  });

  it("takes a mention back from those who have not seen it", async () => {
    const channel = await makeChannel(alice, world.team, { members: [bob] });
    const root = await say(alice, channel, "root");
    const reply = await say(alice, channel, `hey @${bob.username}`, { root_id: root.id });
    const ear = await bob.ws();
    await alice.client.deletePost(reply.id);
    const event = await ear.next("thread_updated", ({ parsed }) => parsed.thread.reply_count === 0);
    expect(event.parsed.thread).toMatchObject({
      id: root.id,
      unread_mentions: 0,
      unread_replies: 0,
      reply_count: 0,
    });
    expect(event.data).toMatchObject({ previous_unread_mentions: 1, previous_unread_replies: 1 });
  });

  it("deletes for good only where the configuration says so", async () => {
    const post = await say(alice, world.channel, "stays");
    expect((await world.admin.request("DELETE", `posts/${post.id}?permanent=true`)).status).toBe(501);
    expect((await alice.client.getPost(post.id)).message).toBe("stays");
  });
});

describe("deleting for good", () => {
  it("removes post, replies, thread and reactions", async () => {
    const node = await ownNode({ env: { MM_SERVICESETTINGS_ENABLEAPIPOSTDELETION: "true" } });
    try {
      const world = await makeWorld({ node, users: 2 });
      const [alice, bob] = world.users as [Person, Person];
      const root = await say(alice, world.channel, "root");
      const reply = await say(bob, world.channel, "reply", { root_id: root.id });
      await bob.client.patchPost({ id: reply.id, message: "edited" } as Post);
      await bob.client.addReaction(bob.id, root.id, "rocket");
      const form = new FormData();
      form.append("channel_id", world.channel.id);
      form.append("files", new File(["bytes"], "b.txt", { type: "text/plain" }));
      const [file] = (await bob.client.uploadFile(form)).file_infos;
      await say(bob, world.channel, "with a file", { root_id: root.id, file_ids: [file!.id] });
      const [{ path }] = (await database(
        node,
      )`select path from fileinfo where id = ${file!.id}`) as never as [{ path: string }];
      const stored = join(node.dataDir, "files", path);
      expect(existsSync(stored)).toBe(true);
      expect((await alice.request("DELETE", `posts/${root.id}?permanent=true`)).status).toBe(403);
      expect((await world.admin.request("DELETE", `posts/${root.id}?permanent=true`)).status).toBe(200);
      const sql = database(node);
      expect(
        await sql`select id from posts where id in (${root.id}, ${reply.id}) or rootid = ${root.id} or originalid = ${reply.id}`,
      ).toHaveLength(0);
      expect(await sql`select 1 from fileinfo where id = ${file!.id}`).toHaveLength(0);
      await expect.poll(() => existsSync(stored)).toBe(false);
      for (const table of ["threads", "threadmemberships", "reactions"])
        expect(await sql`select 1 from ${sql(table)} where postid = ${root.id}`).toHaveLength(0);
    } finally {
      await node.stop();
    }
  }, 120_000);
});
