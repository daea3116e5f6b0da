import { beforeAll, expect, test } from "vitest";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeTeam, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { idsOf, now, roundTrips, systemPosts } from "./help.ts";

let world: World;
let alice: Person;
let bob: Person;
let carol: Person;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [alice, bob, carol] = world.users as [Person, Person, Person];
});

const mirrored = async (channel: { id: string }) =>
  (await database()`select * from publicchannels where id = ${channel.id}`)[0];

test("a patch says what has changed, in one round trip", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const socket = await bob.ws();
  await alice.client.getChannel(channel.id);
  const before = await now(alice, channel);
  const patch = { header: `for @${bob.username}`, purpose: "p", display_name: "New name" };
  const answer = await alice.request("PUT", `channels/${channel.id}/patch`, patch);
  expect(answer.status).toBe(200);
  expect(roundTrips(answer)).toBe(1);
  expect(answer.body).toMatchObject({ ...patch, total_msg_count: before.total_msg_count + 3 });
  expect(answer.body.update_at).toBeGreaterThan(before.update_at);
  const updated = await socket.next("channel_updated");
  expect(updated.parsed.channel).toMatchObject(patch);
  const posts = (await systemPosts(alice, channel)).slice(-3);
  expect(posts.map(({ type }) => type)).toEqual([
    "system_displayname_change",
    "system_header_change",
    "system_purpose_change",
  ]);
  expect(posts[1]!.props).toEqual({ username: alice.username, old_header: "", new_header: patch.header });
  const header = await socket.next("posted", (event) => event.parsed.post.type === "system_header_change");
  expect(header.parsed.mentions).toEqual([bob.id]);
  expect((await bob.client.getMyChannelMember(channel.id)).mention_count).toBe(2);
  expect(await mirrored(channel)).toMatchObject({
    displayname: "New name",
    header: patch.header,
    purpose: "p",
  });
  const same = await alice.request("PUT", `channels/${channel.id}/patch`, { header: patch.header });
  expect(same.body.total_msg_count).toBe(answer.body.total_msg_count);
});

test("PUT renames; town-square keeps its name", async () => {
  const channel = await makeChannel(alice, world.team);
  const renamed = await alice.client.updateChannel({ ...channel, name: `${channel.name}-2`, header: "h" });
  expect(renamed).toMatchObject({ name: `${channel.name}-2`, header: "h" });
  expect((await bob.client.getChannelByName(world.team.id, renamed.name)).id).toBe(channel.id);
  const other = await makeChannel(alice, world.team);
  const taken = await failureOf(alice.client.updateChannel({ ...other, name: renamed.name }));
  expect([taken.status_code, taken.server_error_id]).toEqual([
    400,
    "store.sql_channel.save_channel.exists.app_error",
  ]);
  const square = await alice.client.getChannelByName(world.team.id, "town-square");
  const failure = await failureOf(alice.client.updateChannel({ ...square, name: "square" }));
  expect([failure.status_code, failure.server_error_id]).toEqual([
    400,
    "api.channel.update_channel.tried.app_error",
  ]);
  expect((await alice.client.patchChannel(square.id, { header: "welcome" })).header).toBe("welcome");
  expect((await alice.request("PUT", `channels/${channel.id}`, { id: other.id })).status).toBe(400);
});

test("a link in a header follows the name of what it links to", async () => {
  const target = await makeChannel(alice, world.team, { display_name: "Before" });
  const channel = await makeChannel(alice, world.team, { header: `see ~${target.name}` });
  const shown = async () =>
    (await alice.client.getChannel(channel.id)).props?.channel_mentions?.[target.name]?.display_name;
  expect(await shown()).toBe("Before");
  await alice.client.patchChannel(target.id, { display_name: "After" });
  expect(await shown()).toBe("After");
  await alice.client.updateChannelPrivacy(target.id, "P");
  expect(await shown()).toBeUndefined();
});

test("members of a direct channel may set its header and nothing else", async () => {
  const direct = await bob.client.createDirectChannel([alice.id, bob.id]);
  expect((await bob.client.patchChannel(direct.id, { header: "us" })).header).toBe("us");
  expect((await failureOf(bob.client.patchChannel(direct.id, { display_name: "x" }))).status_code).toBe(400);
  expect((await failureOf(bob.client.patchChannel(direct.id, { purpose: "x" }))).status_code).toBe(400);
  expect((await failureOf(carol.client.patchChannel(direct.id, { header: "x" }))).status_code).toBe(403);
});

test("privacy goes both ways", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const socket = await bob.ws();
  expect((await alice.client.updateChannelPrivacy(channel.id, "P")).type).toBe("P");
  const updated = await socket.next("channel_updated");
  const converted = await socket.next("channel_converted");
  expect(updated.seq).toBeLessThan(converted.seq);
  expect(converted.broadcast.team_id).toBe(world.team.id);
  expect(await mirrored(channel)).toBeUndefined();
  expect((await failureOf(carol.client.getChannel(channel.id))).status_code).toBe(403);
  expect((await alice.client.updateChannelPrivacy(channel.id, "O")).type).toBe("O");
  expect(await mirrored(channel)).toMatchObject({ name: channel.name, deleteat: 0 });
  const posts = (await systemPosts(alice, channel)).filter(
    ({ type }) => type === "system_change_chan_privacy",
  );
  expect(posts).toHaveLength(2);
  const square = await alice.client.getChannelByName(world.team.id, "town-square");
  const failure = await failureOf(alice.client.updateChannelPrivacy(square.id, "P"));
  expect([failure.status_code, failure.server_error_id]).toEqual([
    400,
    "api.channel.update_channel_privacy.default_channel_error",
  ]);
  expect((await alice.request("PUT", `channels/${channel.id}/privacy`, { privacy: "X" })).status).toBe(400);
});

test("archiving and restoring", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob] });
  const [member, outsider] = [await bob.ws(), await carol.ws()];
  await alice.client.deleteChannel(channel.id);
  const gone = await now(bob, channel);
  expect(gone.delete_at).toBeGreaterThan(0);
  const posted = await member.next("posted", (event) => event.parsed.post.type === "system_channel_deleted");
  const deleted = await member.next("channel_deleted");
  expect(posted.seq).toBeLessThan(deleted.seq);
  expect((await outsider.next("channel_deleted")).data).toEqual({
    channel_id: channel.id,
    delete_at: gone.delete_at,
  });
  expect(await mirrored(channel)).toMatchObject({ deleteat: gone.delete_at });
  expect((await failureOf(alice.client.deleteChannel(channel.id))).status_code).toBe(400);
  expect((await failureOf(alice.client.patchChannel(channel.id, { header: "x" }))).status_code).toBe(400);
  expect(
    (await failureOf(bob.client.createPost({ channel_id: channel.id, message: "x" } as never))).status_code,
  ).toBe(400);
  await alice.client.unarchiveChannel(channel.id);
  await outsider.next("channel_restored");
  expect((await now(bob, channel)).delete_at).toBe(0);
  expect(await mirrored(channel)).toMatchObject({ deleteat: 0 });
  expect((await systemPosts(alice, channel)).map(({ type }) => type).slice(-2)).toEqual([
    "system_channel_deleted",
    "system_channel_restored",
  ]);
  expect((await failureOf(alice.client.unarchiveChannel(channel.id))).status_code).toBe(400);
});

test("concurrent archivings make one message", async () => {
  const channel = await makeChannel(alice, world.team);
  const answers = await Promise.all([1, 2, 3].map(() => alice.request("DELETE", `channels/${channel.id}`)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  const posts = (await systemPosts(alice, channel)).filter(({ type }) => type === "system_channel_deleted");
  expect(posts).toHaveLength(1);
});

test("a private channel's archiving is told to its members only", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob], type: "P" });
  const [member, outsider] = [await bob.ws(), await carol.ws()];
  await alice.client.deleteChannel(channel.id);
  expect((await member.next("channel_deleted")).broadcast.channel_id).toBe(channel.id);
  await outsider.none("channel_deleted");
});

test("town-square and direct channels cannot be archived; deleting for good is switched off", async () => {
  const square = await alice.client.getChannelByName(world.team.id, "town-square");
  const failure = await failureOf(world.admin.client.deleteChannel(square.id));
  expect([failure.status_code, failure.server_error_id]).toEqual([
    400,
    "api.channel.delete_channel.cannot.app_error",
  ]);
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  expect((await failureOf(alice.client.deleteChannel(direct.id))).status_code).toBe(400);
  const channel = await makeChannel(alice, world.team);
  expect((await world.admin.request("DELETE", `channels/${channel.id}?permanent=true`)).status).toBe(401);
  expect((await alice.request("DELETE", `channels/${channel.id}?permanent=true`)).status).toBe(403);
});

test("a channel moves with its members, or without those who are not in the team", async () => {
  const channel = await makeChannel(alice, world.team, { members: [bob, carol] });
  const root = await alice.client.createPost({ channel_id: channel.id, message: "root" } as never);
  await bob.client.createPost({ channel_id: channel.id, message: "reply", root_id: root.id } as never);
  const target = await makeTeam(alice, [bob]);
  const move = (force: boolean) =>
    world.admin.request("POST", `channels/${channel.id}/move`, { team_id: target.id, force });
  const refused = await move(false);
  expect([refused.status, refused.body.id]).toEqual([
    400,
    "app.channel.move_channel.members_do_not_match.error",
  ]);
  expect((await now(alice, channel)).team_id).toBe(world.team.id);
  const socket = await bob.ws();
  const moved = await move(true);
  expect(moved.body).toMatchObject({ id: channel.id, team_id: target.id });
  expect((await socket.next("channel_updated")).parsed.channel.team_id).toBe(target.id);
  expect((await socket.next("user_removed")).data.user_id).toBe(carol.id);
  const [thread] = await database()`select threadteamid from threads where postid = ${root.id}`;
  expect(thread?.threadteamid).toBe(target.id);
  expect(await mirrored(channel)).toMatchObject({ teamid: target.id });
  expect((await systemPosts(alice, channel)).at(-1)?.type).toBe("system_move_channel");
  expect((await alice.client.getMyChannels(world.team.id)).map(({ id }) => id)).not.toContain(channel.id);
  expect(idsOf(await alice.client.getMyChannels(target.id))).toContain(channel.id);
});

test("a group message becomes a private channel of a team that all are in", async () => {
  const group = await alice.client.createGroupChannel([bob.id, carol.id]);
  const convert = (body: object) =>
    alice.request("POST", `channels/${group.id}/convert_to_channel`, { channel_id: group.id, ...body });
  const name = { name: `from-${group.id.slice(0, 10)}`, display_name: "From a group" };
  const elsewhere = await makeTeam(alice, [bob]);
  expect((await convert({ team_id: elsewhere.id, ...name })).status).toBe(400);
  const answer = await convert({ team_id: world.team.id, ...name });
  expect(answer.body).toMatchObject({ id: group.id, type: "P", team_id: world.team.id, ...name });
  const post = (await systemPosts(alice, group)).at(-1)!;
  expect(post.type).toBe("system_gm_to_channel");
  expect([...post.props.gmMembersDuringConversionIDs].sort()).toEqual([alice.id, bob.id, carol.id].sort());
  expect((await alice.client.getMyChannelMember(group.id)).roles).toBe("channel_user channel_admin");
  expect((await convert({ team_id: world.team.id, ...name, name: `${name.name}-x` })).status).toBe(400);
});
