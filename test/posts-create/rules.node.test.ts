import { beforeAll, describe, expect, it } from "vitest";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import type { TestSocket } from "../harness/socket.ts";
import { database } from "../harness/sql.ts";
import { counters, create, direct, notify, stored } from "./help.ts";

let world: World;
let ann: Person;
let bob: Person;
let cid: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [ann, bob, cid] = world.users as [Person, Person, Person];
});

const headerChange = (ear: TestSocket, channel: { id: string }) =>
  ear.next(
    "posted",
    ({ parsed }) => parsed.post.type === "system_header_change" && parsed.post.channel_id === channel.id,
  );

describe("what the server says in a channel mentions like other posts (semantics 6.3)", () => {
  it("all others in direct and group channels (2.7)", async () => {
    const [talk, group] = [await direct(ann, bob), await direct(ann, bob, cid)];
    const [ear, mine] = [await bob.ws(), await ann.ws()];
    const before = await counters(ann, group);
    for (const channel of [talk, group]) {
      await ann.client.patchChannel(channel.id, { header: "where we meet" });
      expect((await headerChange(ear, channel)).parsed.mentions).toEqual([bob.id]);
      expect((await headerChange(mine, channel)).data.mentions).toBeUndefined();
    }
    const after = await counters(ann, group);
    for (const { id } of [bob, cid])
      expect(after[id]).toMatchObject({
        mentioncount: before[id]!.mentioncount! + 1,
        mentioncountroot: before[id]!.mentioncountroot! + 1,
      });
    expect(after[ann.id]!.mentioncount).toBe(before[ann.id]!.mentioncount);
    expect(await counters(ann, talk)).toMatchObject({ [bob.id]: { mentioncount: 1 } });
  });

  it("once for each text that names somebody", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob] });
    const before = (await counters(ann, channel))[bob.id]!;
    await ann.client.patchChannel(channel.id, {
      header: `ask @${bob.username}`,
      purpose: `@${bob.username}`,
    });
    expect((await counters(ann, channel))[bob.id]).toMatchObject({
      mentioncount: before.mentioncount! + 2,
      mentioncountroot: before.mentioncountroot! + 2,
    });
  });

  it("and a direct channel goes by its author's name, whoever speaks (1.23)", async () => {
    const talk = await direct(ann, bob);
    const ear = await ann.ws();
    await bob.client.patchChannel(talk.id, { header: "here" });
    expect((await headerChange(ear, talk)).data).toMatchObject({
      sender_name: "System",
      channel_display_name: `@${bob.username}`,
    });
    await notify(bob, { auto_responder_active: "true", auto_responder_message: "away" });
    await stored(create(ann, talk, "hi"));
    const away = await ear.next("posted", ({ parsed }) => parsed.post.type === "system_auto_responder");
    expect(away.data).toMatchObject({ sender_name: "System", channel_display_name: `@${bob.username}` });
  });
});

describe("small print of a post", () => {
  it("the auto-responder's setting is a status, too (1.26)", async () => {
    const dan = await makeUser();
    const status = async () => (await ann.client.getStatusesByIds([dan.id]))[0]!.status;
    await notify(dan, { auto_responder_active: "true", auto_responder_message: "away" });
    expect(await status()).toBe("ooo");
    await notify(dan, { auto_responder_active: "false" });
    expect(await status()).toBe("online");
  });

  it("who is not there is told of in posts of every type but the server's own (2.12)", async () => {
    const channel = await makeChannel(ann, world.team);
    const ear = await ann.ws();
    const post = await stored(create(ann, channel, `*waves at @${bob.username}*`, { type: "me" }));
    const { parsed } = await ear.next("ephemeral_message");
    expect(parsed.post.props.add_channel_member).toMatchObject({ post_id: post.id, user_ids: [bob.id] });
  });

  it("a post that says it comes from a webhook leaves its author's place (1.20)", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob] });
    await stored(create(bob, channel, "unread"));
    const before = (await counters(ann, channel))[ann.id]!;
    await stored(create(ann, channel, "x", { props: { from_webhook: "no" } }));
    expect((await counters(ann, channel))[ann.id]).toEqual(before);
    await stored(create(ann, channel, "x"));
    expect((await counters(ann, channel))[ann.id]!.msgcount).toBe(before.msgcount! + 3);
  });

  it("a webhook says nothing that only the server says (1.9)", async () => {
    const hook = await world.admin.request("POST", "hooks/incoming", { channel_id: world.channel.id });
    expect(hook.status).toBe(201);
    const ear = await bob.ws();
    const props = { add_channel_member: {}, force_notification: "x", from_bot: "true", mine: 1 };
    const answer = await fetch(`${world.node.url}/hooks/${hook.body.id}`, {
      method: "POST",
      body: JSON.stringify({ text: `hook ${hook.body.id}`, props }),
    });
    expect(answer.status).toBe(200);
    const { parsed } = await ear.next("posted", (event) => event.parsed.post.message.endsWith(hook.body.id));
    expect(parsed.post.props).toMatchObject({ from_webhook: "true", mine: 1 });
    for (const name of ["add_channel_member", "force_notification", "from_bot"])
      expect(parsed.post.props).not.toHaveProperty(name);
    const [row] = await database()`select props from posts where id = ${parsed.post.id}`;
    expect(row!.props).not.toHaveProperty("from_bot");
  });
});
