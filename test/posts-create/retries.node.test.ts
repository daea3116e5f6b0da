import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ownNode } from "../harness/node.ts";
import { loginAgain, makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { counters, create, stored, uploaded } from "./help.ts";

describe("a request that is sent again (semantics 1.7)", () => {
  let world: World;
  let ann: Person;
  let bob: Person;
  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [ann, bob] = world.users as [Person, Person];
  });

  it("stores once and announces once, one after the other", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob] });
    const before = (await counters(ann, channel))[bob.id]!.mentioncount!;
    const ear = await bob.ws();
    const pending = { pending_post_id: `${ann.id}:1` };
    const first = await stored(create(ann, channel, `hi @${bob.username}`, pending));
    const second = await stored(create(ann, channel, `hi @${bob.username}`, pending));
    expect(second).toEqual(first);
    expect(first.pending_post_id).toBe(pending.pending_post_id);
    expect((await ann.client.getPost(first.id)).pending_post_id).toBe("");
    await ear.next("posted", (event) => event.parsed.post.id === first.id);
    await ear.none("posted", (event) => event.parsed.post.channel_id === channel.id);
    expect((await counters(ann, channel))[bob.id]).toMatchObject({ mentioncount: before + 1 });
    const [row] = await database()`select totalmsgcount from channels where id = ${channel.id}`;
    expect(row!.totalmsgcount).toBe(1);
  });

  it("stores once when ten come at the same time, with their files", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob] });
    const root = await stored(create(ann, channel, "root"));
    const file = await uploaded(ann, channel);
    const more = { pending_post_id: `${ann.id}:2`, file_ids: [file], root_id: root.id };
    const ear = await bob.ws();
    const before = (await counters(ann, channel))[bob.id]!.mentioncount!;
    const posts = await Promise.all(
      Array.from({ length: 10 }, () => stored(create(ann, channel, `@${bob.username}`, more))),
    );
    expect(new Set(posts.map((post) => post.id)).size).toBe(1);
    for (const post of posts) expect(post).toMatchObject({ file_ids: [file], reply_count: 1 });
    expect((await counters(ann, channel))[bob.id]).toMatchObject({ mentioncount: before + 1 });
    const [thread] = await database()`select replycount from threads where postid = ${root.id}`;
    expect(thread!.replycount).toBe(1);
    await ear.next("posted", (event) => event.parsed.post.id === posts[0]!.id);
    await ear.none("posted", (event) => event.parsed.post.id === posts[0]!.id);
    expect(ear.events.filter((event) => event.event === "thread_updated")).toHaveLength(1);
  });

  it("is another post when it says something else, or comes from someone else", async () => {
    const { channel } = world;
    const pending = { pending_post_id: "the same" };
    const file = await uploaded(ann, channel);
    const ids = [
      await stored(create(ann, channel, "one", pending)),
      await stored(create(ann, channel, "two", { ...pending, file_ids: [file] })),
      await stored(create(bob, channel, "one", pending)),
    ];
    expect(new Set(ids.map((post) => post.id)).size).toBe(3);
    expect(ids[1]!.file_ids).toEqual([file]);
  });
});

it("is the same post after the node was stopped or killed in between", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "edgemost-"));
  let node = await ownNode({ dataDir });
  try {
    const world = await makeWorld({ users: 2, node });
    const ann = world.users[0]!;
    const pending = { pending_post_id: `${ann.id}:1` };
    const first = await stored(create(ann, world.channel, "once", pending));
    for (const end of ["stop", "kill9"] as const) {
      await node[end]();
      node = await ownNode({ dataDir, admin: node.admin });
      const again = await loginAgain(ann, node);
      expect((await stored(create(again, world.channel, "once", pending))).id).toBe(first.id);
    }
    const [row] = await database(
      node,
    )`select count(*) as posts from posts where channelid = ${world.channel.id} and message = 'once'`;
    expect(row!.posts).toBe(1);
  } finally {
    await node.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}, 120_000);
