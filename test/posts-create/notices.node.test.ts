import { beforeAll, describe, expect, it } from "vitest";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database, insertMembers, insertUsers } from "../harness/sql.ts";
import { create, direct, notify, stored } from "./help.ts";

let world: World;
let ann: Person;
let bob: Person;
let cid: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [ann, bob, cid] = world.users as [Person, Person, Person];
});

describe("what only the author is told", () => {
  it("people in the team but not in the channel, who can be added; and those of no such team (2.12)", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob] });
    const stranger = await makeUser();
    const [ear, other] = [await ann.ws(), await bob.ws()];
    const post = await stored(
      create(ann, channel, `@${bob.username} @${cid.username} @${stranger.username} @no-one-at-all`),
    );
    const first = await ear.next("ephemeral_message");
    expect(first.broadcast).toMatchObject({ user_id: ann.id, channel_id: channel.id });
    expect(first.parsed.post).toMatchObject({
      channel_id: channel.id,
      type: "system_ephemeral",
      create_at: post.create_at + 1,
    });
    expect(first.parsed.post.props.add_channel_member).toEqual({
      post_id: post.id,
      usernames: [cid.username],
      not_in_channel_usernames: [cid.username],
      user_ids: [cid.id],
      not_in_channel_user_ids: [cid.id],
      not_in_groups_usernames: [],
      not_in_groups_user_ids: [],
    });
    const second = await ear.next("ephemeral_message");
    expect(second.parsed.post.message).toContain(`@${stranger.username}`);
    expect(second.parsed.post.props).toEqual({});
    await ear.none("ephemeral_message");
    await other.none("ephemeral_message");
    const rows =
      await database()`select * from posts where type = 'system_ephemeral' and channelid = ${channel.id}`;
    expect(rows).toEqual([]);
  });

  it("nothing when all were reached, nor of deactivated users and bots", async () => {
    const gone = await makeUser();
    await world.admin.request("PUT", `users/${gone.id}/active`, { active: false });
    const ear = await ann.ws();
    await stored(create(ann, world.channel, `@${bob.username} @channel @${gone.username}`));
    await ear.none("ephemeral_message");
  });

  it("that a channel is too large for @channel (2.6)", async () => {
    const channel = await makeChannel(ann, world.team);
    const users = await insertUsers(1_000, { teams: [world.team.id] });
    await insertMembers(
      database(),
      users.map((user) => user.id),
      [],
      [channel.id],
    );
    const ear = await ann.ws();
    const post = await stored(create(ann, channel, "@channel @here"));
    const notices = [await ear.next("ephemeral_message"), await ear.next("ephemeral_message")];
    expect(notices.map(({ parsed }) => parsed.post.message.split(" ")[0]).sort()).toEqual([
      "@channel",
      "@here",
    ]);
    for (const { parsed } of notices) expect(parsed.post.create_at).toBe(post.create_at + 1);
    const [row] =
      await database()`select count(*) as mentioned from channelmembers where channelid = ${channel.id} and mentioncount > 0`;
    expect(row!.mentioned).toBe(0);
  });
});

describe("the auto-responder (1.26)", () => {
  it("answers once a day in each conversation, as a reply", async () => {
    await notify(bob, { auto_responder_active: "true", auto_responder_message: "I am away" });
    const talk = await direct(ann, bob);
    const ear = await ann.ws();
    const post = await stored(create(ann, talk, "hi"));
    const { parsed, data } = await ear.next(
      "posted",
      (event) => event.parsed.post.type === "system_auto_responder",
    );
    expect(parsed.post).toMatchObject({
      user_id: bob.id,
      root_id: post.id,
      message: "I am away",
      channel_id: talk.id,
    });
    expect(data.set_online).toBe(false);
    const more = await Promise.all([1, 2, 3].map((n) => stored(create(ann, talk, `hi ${n}`))));
    await stored(create(bob, talk, "mine"));
    await stored(create(cid, await direct(cid, bob), "hi"));
    const answers = () =>
      database()`select channelid from posts where type = 'system_auto_responder' and userid = ${bob.id}`;
    // A day of UTC, which may have ended in between.
    const days = new Set([post, ...more].map(({ create_at }) => Math.floor(create_at / 86_400_000))).size;
    await expect.poll(async () => (await answers()).length).toBe(days + 1);
    expect((await answers()).filter((row) => row.channelid === talk.id)).toHaveLength(days);
    await ear.settled();
    const heard = ear.events.filter(({ parsed }) => parsed.post?.type === "system_auto_responder");
    expect(heard).toHaveLength(days);
  });
});
