import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { memberRow, now, roundTrips, systemPosts } from "./help.ts";

let world: World;
let alice: Person;
let bob: Person;
let carol: Person;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = world.users as [Person, Person, Person];
});

test("joining an open channel tells the channel and the user, and counts no message", async () => {
  const channel = await makeChannel(alice, world.team);
  const [hers, his] = [await alice.ws(), await bob.ws()];
  const before = await now(alice, channel);
  await bob.client.getMe();
  const answer = await bob.request("POST", `channels/${channel.id}/members`, { user_id: bob.id });
  expect(answer.status).toBe(201);
  expect(roundTrips(answer)).toBe(1);
  expect(answer.body).toMatchObject({
    channel_id: channel.id,
    user_id: bob.id,
    roles: "channel_user",
    mention_count: 0,
  });
  for (const socket of [hers, his]) {
    const added = await socket.next("user_added");
    expect(added.data).toEqual({ user_id: bob.id, team_id: world.team.id });
    const posted = await socket.next("posted", (event) => event.parsed.post.channel_id === channel.id);
    expect(posted.parsed.post).toMatchObject({
      type: "system_join_channel",
      user_id: bob.id,
      props: { username: bob.username },
    });
    await socket.none("user_added");
  }
  const after = await now(alice, channel);
  expect(after.total_msg_count).toBe(before.total_msg_count);
  expect(after.last_post_at).toBeGreaterThan(before.last_post_at);
  const twice = await bob.request("POST", `channels/${channel.id}/members`, { user_id: bob.id });
  expect(twice.status).toBe(201);
  expect(await systemPosts(alice, channel)).toHaveLength(2);
});

test("who is added by another is mentioned", async () => {
  const channel = await makeChannel(alice, world.team);
  const [his, hers] = [await bob.ws(), await carol.ws()];
  const answer = await alice.request("POST", `channels/${channel.id}/members`, {
    user_ids: [bob.id, carol.id],
  });
  expect(answer.status).toBe(201);
  expect(answer.body.map((member: { user_id: string }) => member.user_id)).toEqual([bob.id, carol.id]);
  const posted = await his.next("posted", (event) => event.parsed.post.props.addedUserId === bob.id);
  expect(posted.parsed.post.props).toEqual({
    userId: alice.id,
    username: alice.username,
    addedUserId: bob.id,
    addedUsername: bob.username,
  });
  expect(posted.parsed.mentions).toEqual([bob.id]);
  const other = await hers.next("posted", (event) => event.parsed.post.props.addedUserId === bob.id);
  expect(other.data.mentions).toBeUndefined();
  expect(await memberRow(alice, channel, bob.id)).toMatchObject({
    mentioncount: 1,
    mentioncountroot: 1,
    msgcount: 0,
  });
});

test("only members of the team can be added", async () => {
  const channel = await makeChannel(alice, world.team);
  const stranger = await makeUser();
  const outside = await failureOf(alice.client.addToChannel(stranger.id, channel.id));
  expect([outside.status_code, outside.server_error_id]).toEqual([
    404,
    "app.team.get_member.missing.app_error",
  ]);
  const leaver = await makeUser();
  await alice.client.addToTeam(world.team.id, leaver.id);
  await leaver.client.removeFromTeam(world.team.id, leaver.id);
  const left = await failureOf(alice.client.addToChannel(leaver.id, channel.id));
  expect([left.status_code, left.server_error_id]).toEqual([
    400,
    "api.channel.add_user.to.channel.failed.deleted.app_error",
  ]);
  expect((await failureOf(alice.client.addToChannel(newId(), channel.id))).status_code).toBe(404);
  const some = await alice.request("POST", `channels/${channel.id}/members`, {
    user_ids: [stranger.id, bob.id],
  });
  expect([some.status, some.body.length]).toEqual([201, 1]);
  const retired = await makeUser();
  await alice.client.addToTeam(world.team.id, retired.id);
  await world.admin.client.updateUserActive(retired.id, false);
  expect((await failureOf(alice.client.addToChannel(retired.id, channel.id))).status_code).toBe(403);
});

test("nobody joins direct, group or archived channels", async () => {
  const group = await alice.client.createGroupChannel([bob.id, carol.id]);
  expect((await failureOf(alice.client.addToChannel(world.admin.id, group.id))).status_code).toBe(400);
  const channel = await makeChannel(alice, world.team);
  await alice.client.deleteChannel(channel.id);
  expect((await failureOf(bob.client.addToChannel(bob.id, channel.id))).status_code).toBe(400);
});

test("a new member can be made to follow a thread", async () => {
  const channel = await makeChannel(alice, world.team);
  const root = await alice.client.createPost({ channel_id: channel.id, message: "root" } as never);
  await alice.client.addToChannel(bob.id, channel.id, root.id);
  const [row] =
    await database()`select * from threadmemberships where postid = ${root.id} and userid = ${bob.id}`;
  expect(row?.following).toBe(true);
});

test("leaving takes everything that belongs to the membership along", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const root = await bob.client.createPost({ channel_id: channel.id, message: "root" } as never);
  await alice.client.createPost({ channel_id: channel.id, message: "reply", root_id: root.id } as never);
  await bob.client.createChannelCategory(bob.id, world.team.id, {
    display_name: "x",
    channel_ids: [channel.id],
  } as never);
  const [hers, his] = [await alice.ws(), await bob.ws()];
  await bob.client.removeFromChannel(bob.id, channel.id);
  expect((await hers.next("user_removed")).data).toEqual({ user_id: bob.id, remover_id: bob.id });
  expect((await his.next("user_removed")).data).toEqual({ channel_id: channel.id, remover_id: bob.id });
  const posted = await hers.next("posted", (event) => event.parsed.post.type === "system_leave_channel");
  expect(posted.parsed.post.message).toContain(`@${bob.username}`);
  await his.none("posted", (event) => event.parsed.post.channel_id === channel.id);
  const sql = database();
  expect(await memberRow(alice, channel, bob.id)).toBeUndefined();
  expect(
    await sql`select * from sidebarchannels where channelid = ${channel.id} and userid = ${bob.id}`,
  ).toHaveLength(0);
  expect(
    await sql`select * from threadmemberships where postid = ${root.id} and userid = ${bob.id}`,
  ).toHaveLength(0);
  const [history] =
    await sql`select * from channelmemberhistory where channelid = ${channel.id} and userid = ${bob.id}`;
  expect(history?.leavetime).toBeGreaterThan(0);
  expect((await failureOf(bob.client.getMyChannelMember(channel.id))).status_code).toBe(403);
  const again = await failureOf(bob.client.removeFromChannel(bob.id, channel.id));
  expect([again.status_code, again.server_error_id]).toEqual([
    404,
    "app.channel.get_member.missing.app_error",
  ]);
});

test("removing somebody names the remover", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob], type: "P" });
  const his = await bob.ws();
  await alice.client.removeFromChannel(bob.id, channel.id);
  expect((await his.next("user_removed")).data).toEqual({ channel_id: channel.id, remover_id: alice.id });
  const post = (await systemPosts(alice, channel)).at(-1)!;
  expect(post).toMatchObject({
    type: "system_remove_from_channel",
    userid: alice.id,
    props: { removedUserId: bob.id, removedUsername: bob.username },
  });
  expect((await failureOf(bob.client.getChannel(channel.id))).status_code).toBe(403);
});

test("of concurrent leavings one counts", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const path = `channels/${channel.id}/members/${bob.id}`;
  const answers = await Promise.all([1, 2, 3].map(() => bob.request("DELETE", path)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
  const left = (await systemPosts(alice, channel)).filter(({ type }) => type === "system_leave_channel");
  expect(left).toHaveLength(1);
});

test("nobody leaves town-square, direct or group channels", async () => {
  const square = await bob.client.getChannelByName(world.team.id, "town-square");
  const failure = await failureOf(bob.client.removeFromChannel(bob.id, square.id));
  expect([failure.status_code, failure.server_error_id]).toEqual([
    400,
    "api.channel.remove.default.app_error",
  ]);
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  expect((await failureOf(bob.client.removeFromChannel(bob.id, direct.id))).status_code).toBe(400);
});

test("members are listed by pages and by ids", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob, carol] });
  const pages = await Promise.all([0, 1].map((page) => bob.client.getChannelMembers(channel.id, page, 2)));
  expect(pages.map((page) => page.length)).toEqual([2, 1]);
  const ids = pages.flat().map((member) => member.user_id);
  expect(ids.sort()).toEqual([alice.id, bob.id, carol.id].sort());
  const some = await bob.client.getChannelMembersByIds(channel.id, [carol.id, newId()]);
  expect(some.map((member) => member.user_id)).toEqual([carol.id]);
  expect((await bob.client.getChannelMember(channel.id, alice.id)).roles).toBe("channel_user channel_admin");
  expect((await failureOf(bob.client.getChannelMember(channel.id, newId()))).status_code).toBe(404);
});

test("all of my memberships, with their teams", async () => {
  const direct = await bob.client.createDirectChannel([alice.id, bob.id]);
  const all = await bob.request("GET", "users/me/channel_members?page=-1");
  const first = await bob.request("GET", "users/me/channel_members?page=0&per_page=2");
  expect(first.body).toEqual(all.body.slice(0, 2));
  const square = all.body.find((member: { channel_id: string }) => member.channel_id === world.channel.id);
  expect(square).toMatchObject({ team_name: world.team.name, team_display_name: world.team.display_name });
  const ofTeam = await bob.client.getMyChannelMembers(world.team.id);
  expect(ofTeam.map((member) => member.channel_id)).toEqual(
    expect.arrayContaining([world.channel.id, direct.id]),
  );
});

test("roles by flags and by names", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const his = await bob.ws();
  await alice.client.updateChannelMemberSchemeRoles(channel.id, bob.id, true, true);
  const updated = await his.next("channel_member_updated");
  expect(updated.parsed.channelMember).toMatchObject({
    user_id: bob.id,
    scheme_admin: true,
    roles: "channel_user channel_admin",
  });
  expect((await bob.client.updateChannelMemberSchemeRoles(channel.id, alice.id, true, false)).status).toBe(
    "OK",
  );
  await bob.client.updateChannelMemberRoles(channel.id, alice.id, "channel_user channel_admin");
  expect((await memberRow(alice, channel, alice.id))?.schemeadmin).toBe(true);
  const roles = (names: string) =>
    failureOf(bob.client.updateChannelMemberRoles(channel.id, alice.id, names));
  expect((await roles("channel_admin")).status_code).toBe(400);
  expect((await roles("channel_user system_admin")).status_code).toBe(400);
  expect((await roles("channel_guest")).status_code).toBe(400);
  const flags = await failureOf(bob.client.updateChannelMemberSchemeRoles(channel.id, alice.id, false, true));
  expect(flags.status_code).toBe(400);
  expect(
    (await failureOf(bob.client.updateChannelMemberSchemeRoles(channel.id, carol.id, true, true)))
      .status_code,
  ).toBe(404);
});

test("notification settings are merged, unknown ones dropped, bad ones refused", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const his = await bob.ws();
  const put = (props: object) => bob.request("PUT", `channels/${channel.id}/members/me/notify_props`, props);
  expect(
    (
      await put({
        channel_id: channel.id,
        user_id: bob.id,
        mark_unread: "mention",
        desktop: "all",
        evil: "x",
      })
    ).body,
  ).toEqual({
    status: "OK",
  });
  const updated = await his.next("channel_member_updated");
  expect(updated.parsed.channelMember.notify_props).toEqual({
    desktop: "all",
    mark_unread: "mention",
    push: "default",
    email: "default",
    ignore_channel_mentions: "default",
    channel_auto_follow_threads: "off",
  });
  for (const bad of [
    { mark_unread: "none" },
    { desktop: "x" },
    { email: "all" },
    { push: 1 },
    { channel_auto_follow_threads: "" },
  ]) {
    expect((await put(bad)).status, JSON.stringify(bad)).toBe(400);
  }
  const outside = await carol.request("PUT", `channels/${channel.id}/members/me/notify_props`, {
    desktop: "all",
  });
  expect(outside.status).toBe(404);
});
