import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliverReminders } from "../../workers/actions/reminders/reminders.ts";
import type { Bundle } from "../../workers/events/envelope.ts";
import { newId } from "../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { laterBy, type OwnContexts, ownContexts } from "../harness/own-context.ts";
import { makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

// Of the test's own: all that is due on it is counted.
let node: OwnNode;
let world: World;
let ada: Person;
let bob: Person;
let own: OwnContexts;
beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ users: 2, node });
  [ada, bob] = world.users as [Person, Person];
  own = ownContexts(world.node);
});
afterAll(async () => {
  await own?.end();
  await node?.stop();
});

const contextHere = (published: Bundle[]) => own.context(published);

describe("due reminders (semantics 17.5)", () => {
  it("are delivered once, by the system bot; those that nobody can be reminded of just go", async () => {
    const post = await bob.client.createPost({ channel_id: world.channel.id, message: "due" } as never);
    const gone = await bob.client.createPost({ channel_id: world.channel.id, message: "gone" } as never);
    const [soon, future] = [Math.floor(Date.now() / 1_000) + 1_800, Math.floor(Date.now() / 1_000) + 7_200];
    await ada.client.addPostReminder(ada.id, post.id, soon);
    await ada.client.addPostReminder(ada.id, gone.id, soon);
    await bob.client.addPostReminder(bob.id, post.id, future);
    await bob.client.deletePost(gone.id);
    const sql = database(world.node);
    await sql`insert into postreminders values (${newId()}, ${ada.id}, ${soon})`;
    const published: Bundle[] = [];
    const delivered = await laterBy(3_600_000, () =>
      Promise.all([1, 2].map(() => deliverReminders(contextHere(published)))),
    );
    expect(delivered.reduce((sum, count) => sum + count)).toBe(1);
    const rows = await sql`select p.message, p.props, u.username from posts p join users u on u.id = p.userid
      join channels c on c.id = p.channelid where c.name like ${`%${ada.id}%`} and p.type = 'reminder'`;
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      username: "system-bot",
      props: { team_name: world.team.name, post_id: post.id, username: bob.username, from_bot: "true" },
    });
    expect(rows[0]!.message).toContain(`/${world.team.name}/pl/${post.id}`);
    expect(published.flatMap(({ events }) => events.map(({ event }) => event))).toContain("posted");
    const left = await sql`select userid from postreminders where userid in ${sql([ada.id, bob.id])}`;
    expect(left.map(({ userid }) => userid)).toEqual([bob.id]);
  });
});
