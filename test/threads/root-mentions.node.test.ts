import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { create, notify, stored } from "../posts-create/help.ts";
import { thread } from "./help.ts";

describe("whom a root mentions (semantics 3.4)", () => {
  let world: World;
  let ann: Person;
  let bob: Person;
  let cid: Person;
  let dan: Person;
  beforeAll(async () => {
    world = await makeWorld({ users: 4 });
    [ann, bob, cid, dan] = world.users as [Person, Person, Person, Person];
  });

  it("follows its thread from the first reply on, by whatever words, and is told", async () => {
    const word = `w${newId()}`;
    await notify(cid, { mention_keys: word });
    const root = await stored(
      create(ann, world.channel, `the ${word} failed`, {
        props: { attachments: [{ text: `on call: @${dan.username}` }] },
      }),
    );
    const [ear, other] = [await cid.ws(), await dan.ws()];
    await stored(create(bob, world.channel, "I look at it", { root_id: root.id }));
    for (const socket of [ear, other]) {
      const { data, parsed } = await socket.next("thread_updated");
      expect(parsed.thread).toMatchObject({ id: root.id, unread_replies: 1, unread_mentions: 0 });
      expect(data).toMatchObject({ previous_unread_replies: 0, previous_unread_mentions: 0 });
    }
    expect(await thread(cid, world, root.id)).toMatchObject({ unread_replies: 1, unread_mentions: 0 });
    const list = await cid.request("GET", `channels/${world.channel.id}/posts?collapsedThreads=true`);
    expect(list.body.posts[root.id].is_following).toBe(true);
  });

  it("does not follow again what it has unfollowed", async () => {
    const word = `w${newId()}`;
    await notify(cid, { mention_keys: word });
    const [root, second] = [
      await stored(create(ann, world.channel, word)),
      await stored(create(ann, world.channel, word)),
    ];
    const path = `users/me/teams/${world.team.id}/threads/${root.id}/following`;
    expect((await cid.request("DELETE", path)).status).toBe(200);
    await stored(create(bob, world.channel, "x", { root_id: root.id }));
    const ear = await cid.ws();
    await stored(create(bob, world.channel, "x", { root_id: second.id }));
    // Later than what the first reply might have done.
    expect((await ear.next("thread_updated")).parsed.thread.id).toBe(second.id);
    const [row] =
      await database()`select following from threadmemberships where postid = ${root.id} and userid = ${cid.id}`;
    expect(row!.following).toBe(false);
  });
});
