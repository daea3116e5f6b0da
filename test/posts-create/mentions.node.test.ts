import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import type { TestSocket } from "../harness/socket.ts";
import { database } from "../harness/sql.ts";
import { counters, create, direct, notify, notifyIn, stored } from "./help.ts";

let world: World;
let ann: Person;
let bob: Person;
let cid: Person;
/** A channel of all three, and what each of them hears. */
let channel: { id: string };
let ears: Map<Person, TestSocket>;

beforeAll(async () => {
  const names = ["ann", "bob", "cid"].map((name) => `${name}${newId().slice(0, 8)}`);
  world = await makeWorld({ users: 1 });
  const [first] = world.users as [Person];
  [ann, bob, cid] = (await Promise.all(
    names.map((username) => makeUser({ profile: { username, first_name: "Zoë" } })),
  )) as [Person, Person, Person];
  await first.client.addUsersToTeam(world.team.id, [ann.id, bob.id, cid.id]);
  channel = await makeChannel(ann, world.team, { members: [bob, cid] });
  ears = new Map(
    await Promise.all([ann, bob, cid].map(async (person) => [person, await person.ws()] as const)),
  );
});

/** Posts, and gives who was mentioned by the event each of them got, and by the counters; these must agree. */
async function mentioned(
  author: Person,
  message: string,
  more: Record<string, unknown> = {},
  where = channel,
): Promise<Person[]> {
  const before = await counters(author, where);
  const post = await stored(create(author, where, message, more));
  const after = await counters(author, where);
  const people: Person[] = [];
  for (const [person, ear] of ears) {
    if (!after[person.id]) continue;
    const { data, parsed } = await ear.next("posted", (event) => event.parsed.post.id === post.id);
    const counted = after[person.id]!.mentioncount! > (before[person.id]?.mentioncount ?? 0);
    expect([person.username, data.mentions !== undefined]).toEqual([person.username, counted]);
    if (data.mentions !== undefined) expect(parsed.mentions).toEqual([person.id]);
    if (counted) people.push(person);
  }
  return people;
}

describe("who is mentioned (semantics 2)", () => {
  it("people by username, whatever stands around it; the author never", async () => {
    expect(await mentioned(ann, `hello @${bob.username}`)).toEqual([bob]);
    expect(await mentioned(ann, `(@${bob.username.toUpperCase()}): see @${cid.username}...`)).toEqual([
      bob,
      cid,
    ]);
    expect(await mentioned(ann, `me @${ann.username}, ${bob.username}, x@${bob.username}`)).toEqual([]);
    expect(await mentioned(ann, `\`@${bob.username}\` and\n\`\`\`\n@${cid.username}\n\`\`\``)).toEqual([]);
    expect(
      await mentioned(ann, "x", {
        props: {
          attachments: [{ text: `@${cid.username}`, pretext: "-", fields: [{ value: `@${bob.username}` }] }],
        },
      }),
    ).toEqual([bob, cid]);
  });

  it("people by their own words, and by first name as it is written", async () => {
    await notify(bob, { mention_keys: "Deploy, kürbis ,,日本", first_name: "true" });
    expect(await mentioned(ann, "we DEPLOY tonight")).toEqual([bob]);
    expect(await mentioned(ann, "redeployed")).toEqual([]);
    expect(await mentioned(ann, "Kürbis!")).toEqual([bob]);
    expect(await mentioned(ann, "こんにちは日本の皆さん")).toEqual([bob]);
    expect(await mentioned(ann, "Zoë?")).toEqual([bob]);
    expect(await mentioned(ann, "zoë?")).toEqual([]);
    await notify(bob, { mention_keys: "", first_name: "false" });
    expect(await mentioned(ann, "deploy Zoë")).toEqual([]);
  });

  it("everyone by @channel and @all, unless they do not want it", async () => {
    expect(await mentioned(ann, "@channel")).toEqual([bob, cid]);
    expect(await mentioned(ann, "@ALL.")).toEqual([bob, cid]);
    await notifyIn(bob, channel, { ignore_channel_mentions: "on" });
    await notify(cid, { channel: "false" });
    expect(await mentioned(ann, "@channel @all @here")).toEqual([]);
    await notify(cid, { channel: "true" });
    await notifyIn(bob, channel, { ignore_channel_mentions: "default", mark_unread: "mention" });
    expect(await mentioned(ann, "@channel")).toEqual([cid]);
    expect(await mentioned(ann, `@${bob.username}`)).toEqual([bob]);
    await notifyIn(bob, channel, { ignore_channel_mentions: "off" });
    expect(await mentioned(ann, "@channel")).toEqual([bob, cid]);
    await notifyIn(bob, channel, { mark_unread: "all" });
  });

  it("those who are online by @here", async () => {
    const put = (person: Person, status: string) =>
      person.request("PUT", `users/${person.id}/status`, { user_id: person.id, status });
    await put(bob, "dnd");
    await put(cid, "online");
    expect(await mentioned(ann, "@here")).toEqual([cid]);
    await put(bob, "online");
    expect(await mentioned(ann, "@here")).toEqual([bob, cid]);
  });

  it("everyone else in direct and group channels, whatever is said; no one in a note to oneself", async () => {
    const talk = await direct(ann, bob);
    const group = await direct(ann, bob, cid);
    expect(await mentioned(ann, "hi", {}, talk)).toEqual([bob]);
    expect(await mentioned(bob, `@${cid.username}`, {}, talk)).toEqual([ann]);
    await notify(cid, { channel: "false" });
    expect(await mentioned(bob, "hi", {}, group)).toEqual([ann, cid]);
    await notify(cid, { channel: "true" });
    const self = await ann.request("POST", "channels/direct", [ann.id, ann.id]);
    expect(await mentioned(ann, `@${ann.username}`, {}, self.body)).toEqual([]);
  });

  it("the author too when a webhook speaks (2.7, 2.10)", async () => {
    const props = { from_webhook: "true" };
    expect(await mentioned(ann, `@${ann.username} @${bob.username}`, { props })).toEqual([ann, bob]);
    expect(await mentioned(ann, "hi", { props }, await direct(ann, bob))).toEqual([ann, bob]);
  });

  it("not people who are not members; not those of a team where the name is only alike", async () => {
    const outsider = await makeUser();
    await mentioned(ann, `@${outsider.username}`);
    const rows = await database()`select * from channelmembers where userid = ${outsider.id}`;
    expect(rows).toEqual([]);
    const longer = await makeUser({ profile: { username: `${bob.username}-` } });
    await world.users[0]!.client.addToTeam(world.team.id, longer.id);
    await ann.client.addToChannel(longer.id, channel.id);
    expect(await mentioned(ann, `@${bob.username}-`)).toEqual([]);
    expect(await mentioned(ann, `@${bob.username}.`)).toEqual([bob]);
  });
});

describe("counters (1.17, 1.20, 2.11)", () => {
  it("count roots, replies and urgent mentions apart, and read the channel for the author", async () => {
    const room = await makeChannel(ann, world.team, { members: [bob] });
    const start = (await counters(ann, room))[bob.id]!;
    const root = await stored(
      create(ann, room, `@${bob.username}`, { metadata: { priority: { priority: "urgent" } } }),
    );
    await stored(create(ann, room, `@${bob.username}`, { root_id: root.id }));
    const last = await stored(create(ann, room, "no one"));
    const { [ann.id]: mine, [bob.id]: his } = await counters(ann, room);
    expect(his).toMatchObject({
      msgcount: start.msgcount,
      mentioncount: start.mentioncount! + 2,
      mentioncountroot: start.mentioncountroot! + 1,
      urgentmentioncount: start.urgentmentioncount! + 1,
    });
    expect(mine).toMatchObject({
      msgcount: 3,
      msgcountroot: 2,
      mentioncount: 0,
      lastviewedat: last.create_at,
    });
    const [row] =
      await database()`select totalmsgcount, totalmsgcountroot, lastpostat, lastrootpostat from channels where id = ${room.id}`;
    expect(row).toEqual({
      totalmsgcount: 3,
      totalmsgcountroot: 2,
      lastpostat: last.create_at,
      lastrootpostat: last.create_at,
    });
    const reply = await stored(create(ann, room, "r", { root_id: root.id }));
    const [later] = await database()`select lastpostat, lastrootpostat from channels where id = ${room.id}`;
    expect(later).toEqual({ lastpostat: reply.create_at, lastrootpostat: last.create_at });
    // The channel as the node has it cached is the same.
    expect(await bob.client.getChannel(room.id)).toMatchObject({
      total_msg_count: 4,
      total_msg_count_root: 2,
      last_post_at: reply.create_at,
    });
  });

  it("tell the author's other clients only of what was unread before", async () => {
    const room = await makeChannel(ann, world.team, { members: [bob] });
    const ear = await ann.ws();
    await stored(create(bob, room, "one"));
    const post = await stored(create(ann, room, "two"));
    const event = await ear.next("multiple_channels_viewed");
    expect(event.data.channel_times).toEqual({ [room.id]: post.create_at });
    await stored(create(ann, room, "three"));
    await ear.none("multiple_channels_viewed", ({ data }) => room.id in data.channel_times);
  });
});
