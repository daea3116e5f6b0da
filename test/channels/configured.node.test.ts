// What configuration decides, on a node of its own.

import { afterAll, beforeAll, expect, test } from "vitest";
import { failureOf } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeChannel, makeTeam, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { memberRow, systemPosts } from "./help.ts";

let node: OwnNode;
let world: World;
let alice: Person;
let bob: Person;

beforeAll(async () => {
  node = await ownNode({
    env: {
      MM_TEAMSETTINGS_RESTRICTDIRECTMESSAGE: "team",
      MM_TEAMSETTINGS_MAXCHANNELSPERTEAM: "4",
      MM_SERVICESETTINGS_ENABLEAPICHANNELDELETION: "true",
      MM_SERVICESETTINGS_ENABLECHANNELVIEWEDMESSAGES: "false",
      MM_SERVICESETTINGS_COLLAPSEDTHREADS: "default_on",
    },
  });
  world = await makeWorld({ users: 2, node });
  [alice, bob] = world.users as [Person, Person];
});
afterAll(() => node?.stop());

test("a team takes no more channels than it may; archived ones do not count", async () => {
  const last = await makeChannel(alice, world.team);
  const failure = await failureOf(makeChannel(alice, world.team));
  expect([failure.status_code, failure.server_error_id]).toEqual([
    400,
    "api.channel.create_channel.max_channel_limit.app_error",
  ]);
  await alice.client.deleteChannel(last.id);
  const made = await Promise.allSettled(Array.from({ length: 6 }, () => makeChannel(alice, world.team)));
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("direct and group messages may be restricted to teammates", async () => {
  const stranger = await makeUser({ node });
  expect((await failureOf(stranger.client.createDirectChannel([stranger.id, alice.id]))).status_code).toBe(
    403,
  );
  const group = stranger.client.createGroupChannel([alice.id, bob.id]);
  expect((await failureOf(group)).status_code).toBe(403);
  expect((await stranger.client.createDirectChannel([stranger.id, stranger.id])).type).toBe("D");
  expect((await alice.client.createDirectChannel([alice.id, bob.id])).type).toBe("D");
  expect((await world.admin.client.createDirectChannel([world.admin.id, stranger.id])).type).toBe("D");
});

test("views may be silent; threads follow for who does not collapse them", async () => {
  const { channel } = world;
  const root = await bob.client.createPost({ channel_id: channel.id, message: "root" } as never);
  await alice.client.createPost({ channel_id: channel.id, message: "reply", root_id: root.id } as never);
  const socket = await bob.ws();
  const view = () =>
    bob.request("POST", "channels/members/me/view", {
      channel_id: channel.id,
      collapsed_threads_supported: true,
    });
  const lastViewed = async () =>
    (
      await database(
        node,
      )`select lastviewed from threadmemberships where postid = ${root.id} and userid = ${bob.id}`
    )[0]?.lastviewed;
  await view();
  await socket.none("multiple_channels_viewed");
  expect(await lastViewed()).toBe(0);
  const off = {
    user_id: bob.id,
    category: "display_settings",
    name: "collapsed_reply_threads",
    value: "off",
  };
  await bob.client.savePreferences(bob.id, [off]);
  await view();
  expect(await lastViewed()).toBeGreaterThan(0);
  await socket.none("thread_read_changed");
});

test("a channel can be deleted for good", async () => {
  const team = await makeTeam(alice, [bob]);
  const channel = await makeChannel(alice, team, { members: [bob] });
  const root = await bob.client.createPost({ channel_id: channel.id, message: "root" } as never);
  await alice.client.createPost({ channel_id: channel.id, message: "reply", root_id: root.id } as never);
  await bob.client.addReaction(bob.id, root.id, "smile");
  const kept = { display_name: "A link", type: "link", link_url: "https://example.com/" };
  expect((await bob.request("POST", `channels/${channel.id}/bookmarks`, kept)).status).toBe(201);
  const later = { channel_id: channel.id, message: "later", scheduled_at: Date.now() + 3_600_000 };
  expect((await bob.request("POST", "posts/schedule", later)).status).toBe(201);
  const socket = await bob.ws();
  expect((await world.admin.request("DELETE", `channels/${channel.id}?permanent=true`)).body).toEqual({
    status: "OK",
  });
  expect((await socket.next("channel_deleted")).data.channel_id).toBe(channel.id);
  const sql = database(node);
  const tables =
    "posts threads channelmembers channelmemberhistory reactions channelbookmarks scheduledposts".split(" ");
  for (const table of tables)
    expect(await sql`select * from ${sql(table)} where channelid = ${channel.id}`, table).toHaveLength(0);
  expect((await bob.request("GET", `channels/${channel.id}`)).status).toBe(404);
  expect(
    (await bob.client.createPost({ channel_id: channel.id, message: "x" } as never).catch((error) => error))
      .status_code,
  ).toBeGreaterThanOrEqual(400);
});

test("guests join as guests, cannot administer, and leave a team with its last channel", async () => {
  const team = await makeTeam(alice);
  const channel = await makeChannel(alice, team);
  const guest = await makeUser({ node });
  const sql = database(node);
  await sql`update users set roles = 'system_guest' where id = ${guest.id}`;
  await sql`
    insert into teammembers (teamid, userid, roles, deleteat, schemeuser, schemeadmin, schemeguest, createat)
    values (${team.id}, ${guest.id}, '', 0, false, false, true, ${Date.now()})`;
  await world.admin.client.patchUser({ id: guest.id, nickname: "g" } as never);
  await alice.client.addToChannel(guest.id, channel.id);
  expect(await memberRow(guest, channel, guest.id)).toMatchObject({
    schemeguest: true,
    schemeuser: false,
    mentioncount: 0,
  });
  const added = (await systemPosts(guest, channel)).at(-1)!;
  expect(added.type).toBe("system_add_guest_to_chan");
  expect(
    (await failureOf(alice.client.updateChannelMemberSchemeRoles(channel.id, guest.id, true, false)))
      .status_code,
  ).toBe(400);
  const socket = await guest.ws();
  await guest.client.removeFromChannel(guest.id, channel.id);
  expect((await socket.next("leave_team")).data).toEqual({ user_id: guest.id, team_id: team.id });
  const [row] =
    await sql`select deleteat from teammembers where teamid = ${team.id} and userid = ${guest.id}`;
  expect(row?.deleteat).toBeGreaterThan(0);
});
