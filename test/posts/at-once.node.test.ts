// Changes of one post or thread at the same time. Whether requests meet is up to the database, so each has a few rounds.

import type { Post } from "@mattermost/types/posts";
import { beforeAll, expect, test } from "vitest";
import { makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { say } from "./help.ts";

const ROUNDS = [1, 2, 3, 4, 5, 6];

let world: World;
let alice: Person;
let bob: Person;
let carol: Person;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = world.users as [Person, Person, Person];
});

const reply = (person: Person, root: Post) =>
  person.request("POST", "posts", { channel_id: root.channel_id, root_id: root.id, message: "a reply" });

test("no reply outlives the root that is deleted meanwhile (semantics 1.8, 5.8)", async () => {
  const sql = database(world.node);
  for (const round of ROUNDS) {
    const root = await say(alice, world.channel, "a root");
    // Half of them have a thread already.
    if (round % 2 === 0) await reply(bob, root);
    const [first, gone, second] = await Promise.all([
      reply(bob, root),
      alice.request("DELETE", `posts/${root.id}`),
      reply(carol, root),
    ]);
    expect([round, gone.status]).toEqual([round, 200]);
    for (const { status, body } of [first, second])
      if (status !== 201)
        expect(body).toMatchObject({ id: "api.post.create_post.root_id.app_error", status_code: 400 });
    const alive = await sql`select id from posts where rootid = ${root.id} and deleteat = 0`;
    expect([round, alive.length]).toEqual([round, 0]);
    const threads = await sql`select 1 from threads where postid = ${root.id} and threaddeleteat is null`;
    expect([round, threads.length]).toEqual([round, 0]);
  }
});

test("each of several edits has a time of its own, the post's the latest (semantics 5.3, 5.4)", async () => {
  for (const round of ROUNDS) {
    const post = await say(alice, world.channel, "first");
    const answers = await Promise.all([
      ...["second", "third", "fourth"].map((message) =>
        alice.request("PUT", `posts/${post.id}/patch`, { message }),
      ),
      bob.request("POST", `posts/${post.id}/pin`),
      carol.request("POST", `posts/${post.id}/unpin`),
    ]);
    expect([round, ...answers.map(({ status }) => status)]).toEqual([round, 200, 200, 200, 200, 200]);
    const versions = await database(world.node)`
      select updateat from posts where originalid = ${post.id} order by updateat`;
    const times = versions.map(({ updateat }) => updateat);
    expect([round, new Set(times).size]).toEqual([round, 5]);
    expect((await alice.client.getPost(post.id)).update_at).toBe(times.at(-1));
  }
});

test("the limit of different emoji holds (semantics 7.2)", async () => {
  const sql = database(world.node);
  for (const round of ROUNDS) {
    const post = await say(alice, world.channel, "react");
    await sql`
      insert into reactions (userid, postid, emojiname, createat, updateat, deleteat, remoteid, channelid)
      select ${alice.id}, ${post.id}, 'other_' || n, ${post.create_at}, ${post.create_at}, 0, '', ${post.channel_id}
      from generate_series(1, 49) n`;
    const names = ["rocket", "smile", "wink", "joy", "grin"];
    const answers = await Promise.all(
      names.map((emoji_name) =>
        bob.request("POST", "reactions", { user_id: bob.id, post_id: post.id, emoji_name }),
      ),
    );
    expect([round, ...answers.map(({ status }) => status).sort()]).toEqual([round, 200, 400, 400, 400, 400]);
  }
});
