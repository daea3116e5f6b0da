import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database, insertMembers, insertUsers } from "../harness/sql.ts";
import { cost, create, direct, stored, uploaded } from "./help.ts";

/** What one post may cost with warm caches: one round trip, and its SQL and topic objects. */
const ONE = { sql: 1, objects: 2 };

/** What a post costs once the same has been said before. */
async function costWarm(post: () => ReturnType<typeof create>) {
  await stored(post());
  const answer = await post();
  expect(answer.status).toBe(201);
  return cost(answer);
}

// Of the test's own: on a shared one other tests' users, whose keywords are then read, come at any moment.
let node: OwnNode;
let world: World;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ users: 10, node });
  [ann, bob] = world.users as [Person, Person];
});
afterAll(() => node?.stop());

describe.each([
  ["ten", 0],
  ["two thousand", 1_990],
])("a post in a channel of %s", (_, more) => {
  let channel: { id: string };
  beforeAll(async () => {
    channel = await makeChannel(ann, world.team, { members: world.users.slice(1) });
    if (more === 0) return;
    const users = await insertUsers(more, { node, teams: [world.team.id] });
    await insertMembers(
      database(node),
      users.map((user) => user.id),
      [],
      [channel.id],
    );
  });

  it("costs one round trip, whatever it is", async () => {
    const root = await stored(create(ann, channel, "warm"));
    const reply = { root_id: root.id };
    await stored(create(bob, channel, "warm", reply));
    const files = [await uploaded(ann, channel), await uploaded(ann, channel)];
    const pending = [1, 2].map((n) => `${ann.id}:${channel.id}:${n}`);
    const posts: [string, Person, string, () => Record<string, unknown>][] = [
      ["plain", ann, "plain", () => ({})],
      ["mention", ann, `@${bob.username} and @nobody-of-that-name`, () => ({})],
      ["all", ann, "@all", () => ({})],
      ["here", ann, "@here", () => ({})],
      ["hashtags", ann, "#one #two", () => ({})],
      ["files", ann, "files", () => ({ file_ids: [files.shift()] })],
      ["urgent", ann, "now", () => ({ metadata: { priority: { priority: "urgent" } } })],
      ["pending", ann, "pending", () => ({ pending_post_id: pending.shift() })],
      ["reply", bob, "reply", () => reply],
      ["reply with mention", ann, `@${bob.username}`, () => reply],
    ];
    for (const [name, author, message, fields] of posts) {
      // What the author is told afterwards is published apart.
      const objects = name === "all" || name === "here" ? ONE.objects + 1 : ONE.objects;
      const spent = await costWarm(() => create(author, channel, message, fields()));
      expect([name, spent.sql, spent.objects <= objects]).toEqual([name, ONE.sql, true]);
    }
  });
});

it("costs the same in direct and group channels", async () => {
  for (const talk of [await direct(ann, bob), await direct(ann, bob, world.users[2]!)]) {
    await stored(create(ann, talk, "warm"));
    expect(await costWarm(() => create(ann, talk, "hi"))).toEqual(ONE);
  }
});

it("costs a reply the same with two hundred followers, and sends what they share once", async () => {
  const channel = await makeChannel(ann, world.team, { members: [bob] });
  const users = (await insertUsers(200, { node, teams: [world.team.id] })).map((user) => user.id);
  await insertMembers(database(node), users, [], [channel.id]);
  const root = await stored(create(ann, channel, "root"));
  await database(
    node,
  )`insert into threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
    select ${root.id}, id, true, 0, 0, 0 from unnest(${users}::text[]) id`;
  const ear = await ann.ws();
  expect(await costWarm(() => create(bob, channel, "a reply", { root_id: root.id }))).toEqual(ONE);
  for (const reply_count of [1, 2])
    await ear.next("thread_updated", ({ parsed }) => parsed.thread.reply_count === reply_count);
});
