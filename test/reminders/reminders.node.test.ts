import { beforeAll, describe, expect, it } from "vitest";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

const post = (who: Person, channel_id = world.channel.id) =>
  who.client.createPost({ channel_id, message: "remember me" } as never);

describe("reminders of posts (semantics 17.5)", () => {
  it("are set, moved and confirmed", async () => {
    const { id } = await post(bob);
    const socket = await ada.ws();
    const at = Math.floor(Date.now() / 1_000) + 3_600;
    await ada.client.addPostReminder(ada.id, id, at);
    const { parsed } = await socket.next("ephemeral_message");
    expect(parsed.post.props).toEqual({
      target_time: at,
      team_name: world.team.name,
      post_id: id,
      username: bob.username,
      type: "reminder",
    });
    await ada.client.addPostReminder(ada.id, id, at + 60);
    const rows = await database(world.node)`select targettime from postreminders where postid = ${id}`;
    expect(rows.map(({ targettime }) => Number(targettime))).toEqual([at + 60]);
  });

  it("are one's own, of posts that one may read", async () => {
    const { id } = await post(bob);
    const secret = await makeChannel(bob, world.team, { type: "P" });
    const hidden = await post(bob, secret.id);
    const set = (of: Person, postId: string, target_time: unknown) =>
      ada.request("POST", `users/${of.id}/posts/${postId}/reminder`, { target_time });
    expect((await set(bob, id, 1)).status).toBe(403);
    expect((await set(ada, hidden.id, 1)).status).toBe(403);
    for (const time of [0, -1, 1.5, "1", 1e12]) expect((await set(ada, id, time)).status).toBe(400);
  });
});
