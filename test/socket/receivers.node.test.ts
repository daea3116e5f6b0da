import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import type { SocketEvent } from "../harness/contract/events.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import type { TestSocket } from "../harness/socket.ts";

let world: World;
let ada: Person;
let bob: Person;
let eve: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [ada, bob, eve] = world.users as [Person, Person, Person];
});

const post = (by: Person, message: string, channel_id = world.channel.id) =>
  by.client.createPost({ channel_id, message } as Post);
const posted = (socket: TestSocket, { id }: Post) =>
  socket.next("posted", ({ parsed }) => parsed.post.id === id);

describe("what is each receiver's own (websocket.md 6.1)", () => {
  it("tells only the mentioned that they are", async () => {
    const [author, mentioned, other] = [await ada.ws(), await bob.ws(), await eve.ws()];
    const made = await post(ada, `hello @${bob.username}`);
    expect((await posted(mentioned, made)).parsed.mentions).toEqual([bob.id]);
    for (const socket of [author, other])
      expect((await posted(socket, made)).data).not.toHaveProperty("mentions");
  });

  it("asks for an acknowledgement only those who want to be asked and are concerned", async () => {
    const [author, mentioned, plain, other] = [
      await ada.ws({ postedAck: true }),
      await bob.ws({ postedAck: true }),
      await bob.ws(),
      await eve.ws({ postedAck: true }),
    ];
    const made = await post(ada, `@${bob.username}?`);
    expect((await posted(mentioned, made)).data.should_ack).toBe(true);
    for (const socket of [author, plain, other])
      expect((await posted(socket, made)).data).not.toHaveProperty("should_ack");
    const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
    const whispered = await post(ada, "psst", direct.id);
    expect((await posted(mentioned, whispered)).data.should_ack).toBe(true);
    expect((await posted(author, whispered)).data).not.toHaveProperty("should_ack");
    await other.none("posted", ({ parsed }) => parsed.post.id === whispered.id);
  });

  it("numbers each connection's events by themselves", async () => {
    const sockets = [await ada.ws(), await bob.ws(), await bob.ws()];
    await Promise.all(Array.from({ length: 20 }, (_, i) => post([ada, bob, eve][i % 3]!, `m${i}`)));
    const orders = [];
    for (const socket of sockets) {
      await socket.settled();
      orders.push(
        socket.events
          .filter(({ event }) => event === "posted")
          .slice(-20)
          .map(({ parsed }) => parsed.post.id),
      );
    }
    // One order for all.
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[2]).toEqual(orders[0]);
    expect(new Set(orders[0]).size).toBe(20);
  });

  it("does not tell a channel's events to others", async () => {
    const secret = await makeChannel(ada, world.team, { type: "P" });
    const [member, other] = [await ada.ws(), await bob.ws()];
    const made = await post(ada, "secret", secret.id);
    await posted(member, made);
    await other.none("posted", ({ parsed }) => parsed.post.id === made.id);
  });

  it("tells administrators who deleted a post, and others only that", async () => {
    await ada.client.addUsersToTeam(world.team.id, [world.admin.id]);
    await ada.client.addToChannels([world.admin.id], world.channel.id);
    const [plain, admin] = [await bob.ws(), await world.admin.ws()];
    const made = await post(ada, "gone soon");
    await ada.client.deletePost(made.id);
    // The administrator is in other tests' channels, too.
    const ofMade = ({ parsed }: SocketEvent) => parsed.post.id === made.id;
    const event = await admin.next("post_deleted", ofMade);
    expect(event.data.delete_by).toBe(ada.id);
    expect((await plain.next("post_deleted", ofMade)).data).not.toHaveProperty("delete_by");
    await admin.none("post_deleted", ofMade);
    await plain.none("post_deleted", ofMade);
  });
});
