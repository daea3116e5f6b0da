import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { counters, create, notify, stored } from "../posts-create/help.ts";

/** Threads are collapsed for those only who want it (semantics 3.2). */
let node: OwnNode;
let world: World;
let ann: Person;
let bob: Person;
let cid: Person;
beforeAll(async () => {
  node = await ownNode({ env: { MM_SERVICESETTINGS_COLLAPSEDTHREADS: "default_off" } });
  world = await makeWorld({ users: 4, node });
  [ann, bob, cid] = world.users as [Person, Person, Person];
  const answer = await cid.request("PUT", "users/me/preferences", [
    { user_id: cid.id, category: "display_settings", name: "collapsed_reply_threads", value: "on" },
  ]);
  expect(answer.status).toBe(200);
});
afterAll(() => node.stop());

const mentionsOf = async (who: Person, channel: { id: string }) =>
  (await counters(ann, channel))[who.id]!.mentioncount!;

describe("where threads are collapsed for some", () => {
  it("mentions those who took part and want to hear of comments (2.9), if they read them in the channel", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob, cid] });
    for (const person of [ann, bob, cid]) await notify(person, { comments: "root" });
    const ofAnn = await stored(create(ann, channel, "root"));
    const ofCid = await stored(create(cid, channel, "root"));
    await stored(create(bob, channel, "takes part", { root_id: ofAnn.id }));
    const gained = async (author: Person, root: string) => {
      const before = await Promise.all([ann, bob, cid].map((who) => mentionsOf(who, channel)));
      const ears = await Promise.all([ann, bob, cid].map((who) => who.ws()));
      const post = await stored(create(author, channel, "a comment", { root_id: root }));
      const after = await Promise.all([ann, bob, cid].map((who) => mentionsOf(who, channel)));
      const told = await Promise.all(
        ears.map((ear) => ear.next("posted", (event) => event.parsed.post.id === post.id)),
      );
      const names = (chosen: (index: number) => boolean) =>
        ["ann", "bob", "cid"].filter((_, index) => chosen(index));
      const counted = names((index) => after[index]! > before[index]!);
      expect(names((index) => told[index]!.data.mentions !== undefined)).toEqual(counted);
      return counted;
    };
    expect(await gained(cid, ofAnn.id)).toEqual(["ann"]);
    expect(await gained(ann, ofCid.id)).toEqual([]);
    await notify(bob, { comments: "any" });
    expect(await gained(cid, ofAnn.id)).toEqual(["ann", "bob"]);
    await notify(ann, { comments: "never" });
    expect(await gained(cid, ofAnn.id)).toEqual(["bob"]);
  });

  it("sends thread_updated and followers only to those who read threads collapsed", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob, cid] });
    const root = await stored(create(ann, channel, `@${cid.username}`));
    const [annEar, cidEar] = [await ann.ws(), await cid.ws()];
    const reply = await stored(create(bob, channel, "one", { root_id: root.id }));
    expect((await cidEar.next("thread_updated")).parsed.thread.id).toBe(root.id);
    expect(
      (await cidEar.next("posted", (event) => event.parsed.post.id === reply.id)).data.followers,
    ).toBeDefined();
    expect(
      (await annEar.next("posted", (event) => event.parsed.post.id === reply.id)).data.followers,
    ).toBeUndefined();
    await annEar.none("thread_updated");
  });

  it("reads the channel with a reply of one's own, unless threads are collapsed (1.20)", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob, cid] });
    const root = await stored(create(ann, channel, "root"));
    const seen = async (who: Person) => (await counters(ann, channel))[who.id]!.msgcount!;
    const before = [await seen(bob), await seen(cid)];
    await stored(create(bob, channel, "r", { root_id: root.id }));
    await stored(create(cid, channel, "r", { root_id: root.id }));
    expect(await seen(bob)).toBeGreaterThan(before[0]!);
    expect(await seen(cid)).toBe(before[1]);
  });
});

it("mentions no channel where the author may not (1.10, 2.6)", async () => {
  const role = (await world.admin.request("GET", "roles/name/channel_user")).body;
  const permissions = role.permissions.filter((name: string) => name !== "use_channel_mentions");
  expect((await world.admin.request("PUT", `roles/${role.id}/patch`, { permissions })).status).toBe(200);
  const channel = await makeChannel(ann, world.team, { members: [bob] });
  // The creator is an administrator of the channel and keeps the permission.
  const mine = await mentionsOf(ann, channel);
  const ear = await bob.ws();
  const post = await stored(create(bob, channel, "`x`@all, hey (@channel)"));
  expect(post.props.mentionHighlightDisabled).toBe(true);
  expect((await ear.next("ephemeral_message")).parsed.post).toMatchObject({ create_at: post.create_at + 1 });
  expect(await mentionsOf(ann, channel)).toBe(mine);
  const his = await mentionsOf(bob, channel);
  expect((await stored(create(ann, channel, "@all"))).props.mentionHighlightDisabled).toBeUndefined();
  expect(await mentionsOf(bob, channel)).toBe(his + 1);
});
