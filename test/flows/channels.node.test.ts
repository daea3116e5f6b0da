// The web client browses, creates, changes and leaves channels (client-flows 12): each request as the client sends it, each
// answer and event that its store takes.

import type { Channel } from "@mattermost/types/channels";
import type { Post } from "@mattermost/types/posts";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeWorld, type World } from "../harness/people.ts";
import { openTab, type Tab } from "./support/tab.ts";

let world: World;
let alice: Tab;
let bob: Tab;
let carol: Tab;
let team: string;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab, Tab];
  team = world.team.id;
});

/** As the dialog makes it. */
const create = (tab: Tab, fields: Partial<Channel>) =>
  tab.client.createChannel({
    team_id: team,
    name: `made-${newId().slice(0, 8)}`,
    display_name: "Made",
    purpose: "",
    header: "",
    type: "O",
    ...fields,
  } as Channel);

const isOf = (channel: { id: string }) => (event: { broadcast: { channel_id: string } }) =>
  event.broadcast.channel_id === channel.id;

test("browsing: open channels by pages, archived ones, member counts, and a typed term", async () => {
  const [open, gone] = [
    await makeChannel(world.users[1]!, world.team, { display_name: "Aardvarks" }),
    await makeChannel(world.users[1]!, world.team, { display_name: "Aardvarks of old" }),
  ];
  const hidden = await makeChannel(world.users[1]!, world.team, {
    type: "P",
    display_name: "Aardvark secrets",
  });
  await bob.client.deleteChannel(gone.id);
  const [first, archived] = await Promise.all([
    alice.client.getChannels(team, 0, 100),
    alice.client.getArchivedChannels(team, 0, 100),
  ]);
  const names = first.map(({ display_name }) => display_name);
  expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
  expect(first.map(({ type, delete_at }) => `${type}${delete_at}`)).toEqual(first.map(() => "O0"));
  expect(first.map(({ id }) => id)).toContain(open.id);
  expect(archived).toMatchObject([{ id: gone.id, type: "O" }]);
  expect(archived[0]!.delete_at).toBeGreaterThan(0);
  const ids = first.map(({ id }) => id);
  const pages = await Promise.all([0, 1, 2].map((page) => alice.client.getChannels(team, page, 2)));
  expect(pages.flat().map(({ id }) => id)).toEqual(ids);
  const counts = await alice.client.getChannelsMemberCount([...ids, gone.id]);
  expect(counts).toMatchObject({ [open.id]: 1, [world.channel.id]: 3, [gone.id]: 1 });
  const found = await alice.client.searchAllChannels("aardvark", {
    nonAdminSearch: true,
    team_ids: [team],
    include_deleted: true,
  } as never);
  expect((found as unknown as Channel[]).map(({ id }) => id).sort()).toEqual([open.id, gone.id].sort());
  expect((found as unknown as Channel[]).map(({ id }) => id)).not.toContain(hidden.id);
});

test("joining and leaving: the member, the system message, and both sides' events", async () => {
  const channel = await makeChannel(world.users[1]!, world.team);
  const member = await alice.client.addToChannel(alice.id, channel.id);
  expect(member).toMatchObject({
    channel_id: channel.id,
    user_id: alice.id,
    roles: "channel_user",
    msg_count: 0,
    mention_count: 0,
    notify_props: { mark_unread: "all", desktop: "default", push: "default" },
  });
  const told = await bob.next("user_added", isOf(channel));
  expect(told.data).toEqual({ user_id: alice.id, team_id: team });
  const own = await alice.next("user_added", isOf(channel));
  expect([own.broadcast.user_id, own.data]).toEqual([alice.id, { user_id: alice.id, team_id: team }]);
  const isHers = ({ channel_id, user_id }: Post) => channel_id === channel.id && user_id === alice.id;
  const joined = await bob.next("posted", ({ parsed }) => isHers(parsed.post));
  expect(joined.parsed.post).toMatchObject({
    type: "system_join_channel",
    props: { username: alice.username },
  });
  expect(joined.data.sender_name).toBe("System");
  // Then the client asks for what it now has.
  const [shown, mine, stats] = await Promise.all([
    alice.client.getChannel(channel.id),
    alice.client.getMyChannelMember(channel.id),
    alice.client.getChannelStats(channel.id),
  ]);
  expect(shown).toMatchObject({ id: channel.id, type: "O", delete_at: 0 });
  expect(mine).toMatchObject({
    ...member,
    last_update_at: expect.any(Number),
    last_viewed_at: expect.any(Number),
  });
  expect(stats).toMatchObject({ member_count: 2, guest_count: 0, pinnedpost_count: 0, files_count: -1 });

  expect(await alice.client.removeFromChannel(alice.id, channel.id)).toEqual({ status: "OK" });
  const mineGone = await alice.next("user_removed", ({ broadcast }) => broadcast.user_id === alice.id);
  expect(mineGone.data).toEqual({ channel_id: channel.id, remover_id: alice.id });
  const left = await bob.next("user_removed", isOf(channel));
  expect(left.data).toEqual({ user_id: alice.id, remover_id: alice.id });
  const leave = await bob.next("posted", ({ parsed }) => isHers(parsed.post));
  expect(leave.parsed.post.type).toBe("system_leave_channel");
  await expect(alice.client.getMyChannelMember(channel.id)).rejects.toMatchObject({ status_code: 403 });
  await expect(alice.client.removeFromChannel(alice.id, (await townSquare()).id)).rejects.toMatchObject({
    server_error_id: "api.channel.remove.default.app_error",
  });
});

const townSquare = () => alice.client.getChannelByName(team, "town-square", true);

test("creating: 201 and the event, a duplicate and bad fields by the ids that the dialog knows", async () => {
  const made = await alice.ask("POST", "channels", {
    team_id: team,
    name: "made-by-hand",
    display_name: "Made by hand",
    purpose: "",
    header: "",
    type: "P",
  });
  expect(made.status).toBe(201);
  expect(made.data).toMatchObject({
    type: "P",
    creator_id: alice.id,
    delete_at: 0,
    total_msg_count: expect.any(Number),
  });
  const event = await alice.next("channel_created", ({ data }) => data.channel_id === made.data.id);
  expect(event.data).toEqual({ channel_id: made.data.id, team_id: team });
  expect(event.broadcast.user_id).toBe(alice.id);
  expect(await alice.client.getMyChannelMember(made.data.id)).toMatchObject({
    roles: "channel_user channel_admin",
    scheme_admin: true,
  });
  const refused = (fields: Partial<Channel>) =>
    create(alice, fields).then(
      () => "made",
      (error) => `${error.status_code} ${error.server_error_id}`,
    );
  expect(await refused({ name: "made-by-hand" })).toBe("400 store.sql_channel.save_channel.exists.app_error");
  expect(await refused({ name: "Bad Name" })).toBe("400 model.channel.is_valid.1_or_more.app_error");
  expect(await refused({ purpose: "x".repeat(251) })).toBe("400 model.channel.is_valid.purpose.app_error");
  expect(await refused({ header: "x".repeat(1025) })).toBe("400 model.channel.is_valid.header.app_error");
});

test("changing: header, name, privacy, archive and back, each with its event and system message", async () => {
  const channel = await makeChannel(world.users[0]!, world.team, { members: [world.users[1]!] });
  const message = async (type: string) => {
    const isIt = ({ channel_id, ...post }: Post) => channel_id === channel.id && post.type === type;
    return (await bob.next("posted", ({ parsed }) => isIt(parsed.post))).parsed.post;
  };
  const updated = async () => (await bob.next("channel_updated", isOf(channel))).parsed.channel as Channel;
  const patch = await alice.client.patchChannel(channel.id, { header: "see ~town-square" });
  expect(patch).toMatchObject({ id: channel.id, header: "see ~town-square" });
  expect(patch.props).toMatchObject({
    channel_mentions: { "town-square": { display_name: expect.any(String) } },
  });
  expect(await updated()).toMatchObject({ id: channel.id, header: "see ~town-square" });
  expect((await message("system_header_change")).props).toMatchObject({
    username: alice.username,
    old_header: "",
    new_header: "see ~town-square",
  });
  await alice.client.patchChannel(channel.id, { purpose: "to purr", display_name: "Renamed" });
  expect(await updated()).toMatchObject({ purpose: "to purr", display_name: "Renamed" });
  expect((await message("system_purpose_change")).props.new_purpose).toBe("to purr");
  expect((await message("system_displayname_change")).props.new_displayname).toBe("Renamed");
  expect(await alice.client.updateChannelPrivacy(channel.id, "P")).toMatchObject({ type: "P" });
  expect(await updated()).toMatchObject({ type: "P" });
  const converted = await carol.next("channel_converted", ({ data }) => data.channel_id === channel.id);
  expect(converted.broadcast.team_id).toBe(team);
  await message("system_change_chan_privacy");
  expect(await alice.client.deleteChannel(channel.id)).toEqual({ status: "OK" });
  const deleted = await bob.next("channel_deleted", ({ data }) => data.channel_id === channel.id);
  expect(deleted.data.delete_at).toBeGreaterThan(0);
  await message("system_channel_deleted");
  await carol.none("channel_deleted", ({ data }) => data.channel_id === channel.id);
  const archived = await alice.client.getChannelByNameAndTeamName(world.team.name, channel.name, true);
  expect(archived).toMatchObject({ id: channel.id, delete_at: deleted.data.delete_at });
  const back = await alice.ask("POST", `channels/${channel.id}/restore`);
  expect([back.status, back.data.id, back.data.delete_at]).toEqual([200, channel.id, 0]);
  await bob.next("channel_restored", ({ data }) => data.channel_id === channel.id);
  await message("system_channel_restored");
});

test("people of a channel: who could be added, several at once, an administrator, notifications", async () => {
  const channel = await makeChannel(world.users[0]!, world.team);
  const [candidates, search] = await Promise.all([
    alice.client.getProfilesNotInChannel(team, channel.id, false, 0, 50),
    alice.client.searchUsers(bob.username, { team_id: team, not_in_channel_id: channel.id } as never),
  ]);
  expect(candidates.map(({ id }) => id).sort()).toEqual([bob.id, carol.id].sort());
  expect(search.map(({ id }) => id)).toEqual([bob.id]);
  const added = await alice.client.addToChannels([bob.id, carol.id], channel.id);
  expect((added as unknown as { user_id: string }[]).map(({ user_id }) => user_id)).toEqual([
    bob.id,
    carol.id,
  ]);
  for (const { id } of [bob, carol]) {
    const isAdding = ({ channel_id, props }: Post) => channel_id === channel.id && props.addedUserId === id;
    const { post } = (await bob.next("posted", ({ parsed }) => isAdding(parsed.post))).parsed;
    expect(post).toMatchObject({ type: "system_add_to_channel", props: { username: alice.username } });
  }
  expect(await alice.client.updateChannelMemberSchemeRoles(channel.id, bob.id, true, true)).toEqual({
    status: "OK",
  });
  const role = await bob.next("channel_member_updated");
  expect(role.parsed.channelMember).toMatchObject({
    scheme_admin: true,
    roles: "channel_user channel_admin",
  });
  const panel = await alice.client.getProfilesInChannel(channel.id, 0, 60, "admin");
  expect(
    panel
      .map(({ id }) => id)
      .slice(0, 2)
      .sort(),
  ).toEqual([alice.id, bob.id].sort());
  const members = await alice.client.getChannelMembersByIds(
    channel.id,
    panel.map(({ id }) => id),
  );
  expect(
    members
      .filter(({ scheme_admin }) => scheme_admin)
      .map(({ user_id }) => user_id)
      .sort(),
  ).toEqual([alice.id, bob.id].sort());
  const props = { channel_id: channel.id, user_id: carol.id, mark_unread: "mention", desktop: "none" };
  expect(await carol.client.updateChannelNotifyProps(props as never)).toEqual({ status: "OK" });
  const muted = await carol.next("channel_member_updated");
  expect(muted.parsed.channelMember.notify_props).toMatchObject({
    mark_unread: "mention",
    desktop: "none",
    push: "default",
  });
  await alice.client.removeFromChannel(carol.id, channel.id);
  const kicked = await carol.next("user_removed");
  expect(kicked.data).toEqual({ channel_id: channel.id, remover_id: alice.id });
});

test("who is mentioned in a thread of a channel that he is not in comes by a click, and has the thread unread", async () => {
  const channel = await makeChannel(world.users[0]!, world.team, { members: [world.users[1]!] });
  const root = await alice.say(channel.id, "a root");
  await bob.say(channel.id, "first", { root_id: root.id });
  const reply = await alice.say(channel.id, `@${carol.username} what do you think?`, { root_id: root.id });
  const hint = await alice.next("ephemeral_message", isOf(channel));
  expect(hint.parsed.post).toMatchObject({
    root_id: root.id,
    channel_id: channel.id,
    user_id: expect.any(String),
  });
  const { add_channel_member } = hint.parsed.post.props;
  expect(add_channel_member).toMatchObject({ post_id: reply.id, not_in_channel_user_ids: [carol.id] });
  const members = await alice.client.addToChannels([carol.id], channel.id, root.id);
  expect(members as unknown).toMatchObject([{ channel_id: channel.id, user_id: carol.id }]);
  await carol.next("user_added", isOf(channel));
  const updated = await carol.next("thread_updated");
  expect(updated.broadcast).toMatchObject({ user_id: carol.id, team_id: team });
  expect(updated.data).toMatchObject({ previous_unread_mentions: 0, previous_unread_replies: 0 });
  const expected = { id: root.id, reply_count: 2, unread_replies: 2, unread_mentions: 1 };
  expect(updated.parsed.thread).toMatchObject({ ...expected, post: { id: root.id, message: "a root" } });
  expect(updated.parsed.thread.participants.map(({ username }: { username: string }) => username)).toEqual([
    bob.username,
    alice.username,
  ]);
  expect(await carol.client.getUserThread(carol.id, team, root.id, true)).toMatchObject(expected);
  const joined = await bob.next(
    "posted",
    ({ parsed }) => parsed.post.channel_id === channel.id && parsed.post.props.addedUserId === carol.id,
  );
  expect(joined.parsed.post).toMatchObject({ type: "system_add_to_channel", root_id: "" });
});
