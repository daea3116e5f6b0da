import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import type { TestSocket } from "../harness/socket.ts";
import { create, direct, stored } from "./help.ts";

let world: World;
let ann: Person;
let bob: Person;
let cid: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [ann, bob, cid] = world.users as [Person, Person, Person];
});

describe("the event of a new post (semantics 1.23, websocket 6.1)", () => {
  const posted = (ear: TestSocket, post: { id: string }) =>
    ear.next("posted", (event) => event.parsed.post.id === post.id);

  it("tells where and by whom, in each kind of channel", async () => {
    const ear = await bob.ws();
    const { channel, team } = world;
    const open = await posted(ear, await stored(create(ann, channel, "x")));
    expect(open.broadcast).toMatchObject({
      channel_id: channel.id,
      team_id: "",
      user_id: "",
      omit_users: null,
    });
    expect(open.data).toEqual({
      post: expect.any(String),
      channel_type: "O",
      channel_display_name: channel.display_name,
      channel_name: channel.name,
      sender_name: `@${ann.username}`,
      team_id: team.id,
      set_online: true,
    });
    const talk = await direct(ann, bob);
    const private_ = await posted(ear, await stored(create(ann, talk, "x", {}, "?set_online=false")));
    expect(private_.data).toMatchObject({
      channel_type: "D",
      channel_display_name: `@${ann.username}`,
      team_id: "",
      set_online: false,
    });
    const group = await posted(
      ear,
      await stored(create(ann, await direct(ann, bob, cid), "x", {}, "?set_online=whatever")),
    );
    const names = [ann, bob, cid].map((person) => person.username).sort();
    expect(group.data).toMatchObject({
      channel_type: "G",
      channel_display_name: names.join(", "),
      set_online: true,
    });
  });

  it("is what the author was answered, and comes before or with the answer", async () => {
    const [ear, other] = [await ann.ws(), await bob.ws()];
    const post = await stored(
      create(ann, world.channel, "the same", { pending_post_id: `${ann.id}:${newId()}` }),
    );
    await ear.settled();
    for (const socket of [ear, other]) expect((await posted(socket, post)).parsed.post).toEqual(post);
  });

  it("asks for a receipt where it may have notified, and not its author", async () => {
    const [ear, plain, mine] = [
      await bob.ws({ postedAck: true }),
      await bob.ws(),
      await ann.ws({ postedAck: true }),
    ];
    const acks = async (post: { id: string }) => {
      const events = await Promise.all([ear, plain, mine].map((socket) => posted(socket, post)));
      return events.map(({ data }) => data.should_ack);
    };
    expect(await acks(await stored(create(ann, world.channel, "x")))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await acks(await stored(create(ann, world.channel, `@${bob.username}`)))).toEqual([
      true,
      undefined,
      undefined,
    ]);
    expect(await acks(await stored(create(ann, await direct(ann, bob), "x")))).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  it("names linked channels only to those who may read them", async () => {
    const secret = await makeChannel(ann, world.team, {
      type: "P",
      members: [bob],
      name: `secret-${newId()}`,
    });
    const open = await makeChannel(ann, world.team, { name: `open-${newId()}` });
    const ears = [await ann.ws(), await bob.ws(), await cid.ws()];
    const post = await stored(create(ann, world.channel, `~${secret.name} ~${open.name}`));
    const links = await Promise.all(
      ears.map(async (ear) =>
        Object.keys((await posted(ear, post)).parsed.post.props.channel_mentions ?? {}),
      ),
    );
    expect(links[0]!.sort()).toEqual([secret.name, open.name].sort());
    expect(links[1]!.sort()).toEqual([secret.name, open.name].sort());
    // The whole team may read the open one.
    expect(links[2]).toEqual([open.name]);
  });

  it("makes the author online and active (1.6)", async () => {
    const dan = world.users[2]!;
    await dan.request("PUT", `users/${dan.id}/status`, { user_id: dan.id, status: "offline" });
    const status = async () => (await bob.client.getStatusesByIds([dan.id]))[0]!.status;
    await stored(create(dan, world.channel, "x"));
    expect(await status()).toBe("offline");
    await dan.request("PUT", `users/${dan.id}/status`, { user_id: dan.id, status: "online" });
    expect(await status()).toBe("online");
  });
});
