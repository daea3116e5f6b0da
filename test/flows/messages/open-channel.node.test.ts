// Opening a channel (client-flows 7): every way by which the client finds it.

import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { failureOf } from "../../harness/client.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../../harness/people.ts";
import { CHANNEL, MEMBER, openChannel } from "../support/channel.ts";
import { WebTab } from "../support/web-client.ts";

let world: World;
let people: Person[];
let ada: WebTab;
let bob: WebTab;
let me: string;
let team: string;

beforeAll(async () => {
  world = await makeWorld({ users: 4 });
  people = world.users;
  me = people[0]!.id;
  team = world.team.id;
  [ada, bob] = (await Promise.all(people.slice(0, 2).map((who) => new WebTab(world.node).login(who)))) as [
    WebTab,
    WebTab,
  ];
  await Promise.all([ada.connect(), bob.connect()]);
});

const bobName = () => people[1]!.username;

describe("by its name", () => {
  it("a channel that the user is in", async () => {
    const found = await ada.client.getChannelByNameAndTeamName(world.team.name, world.channel.name, true);
    expect(found).toMatchObject({ ...CHANNEL, id: world.channel.id, type: "O", delete_at: 0, team_id: team });
    expect(await ada.client.getChannelMember(found.id, me)).toMatchObject({ ...MEMBER, user_id: me });
    await bob.client.createPost({ channel_id: found.id, message: "unread" } as Post);
    const posts = await openChannel(ada, found.id);
    expect([posts.prev_post_id, posts.next_post_id]).toEqual(["", ""]);
    const seen = await ada.next("multiple_channels_viewed", ({ data }) => found.id in data.channel_times);
    expect(seen.data.channel_times[found.id]).toEqual(expect.any(Number));
  });

  it("one that the user joins by it", async () => {
    const channel = await makeChannel(people[0]!, world.team);
    const found = await bob.client.getChannelByNameAndTeamName(world.team.name, channel.name, true);
    const missing = await failureOf(bob.client.getChannelMember(found.id, people[1]!.id));
    expect(missing).toMatchObject({
      status_code: 403,
      server_error_id: "api.context.permissions.app_error",
    });
    const member = await bob.client.addToChannel(people[1]!.id, found.id);
    expect(bob.last.status).toBe(201);
    expect(member).toMatchObject({ ...MEMBER, user_id: people[1]!.id, channel_id: found.id });
    expect(await bob.client.getChannel(found.id)).toMatchObject({ ...CHANNEL, id: found.id });
    for (const tab of [ada, bob]) {
      const added = await tab.next("user_added", ({ broadcast }) => broadcast.channel_id === found.id);
      expect(added.data).toEqual({ user_id: people[1]!.id, team_id: team });
      const isJoin = ({ channel_id, type, user_id }: Post) =>
        channel_id === found.id && type === "system_join_channel" && user_id === people[1]!.id;
      const { parsed } = await tab.next("posted", (event) => isJoin(event.parsed.post));
      expect(parsed.post.props).toMatchObject({ username: bobName() });
    }
    await openChannel(bob, found.id);
  });

  it("an archived one, to read", async () => {
    const channel = await makeChannel(people[0]!, world.team, { members: [people[1]!] });
    await ada.client.createPost({ channel_id: channel.id, message: "old" } as Post);
    await ada.client.deleteChannel(channel.id);
    const gone = await bob.next("channel_deleted", ({ data }) => data.channel_id === channel.id);
    expect(gone.data.delete_at).toBeGreaterThan(0);
    const found = await bob.client.getChannelByNameAndTeamName(world.team.name, channel.name, true);
    expect(found.delete_at).toBe(gone.data.delete_at);
    const posts = await openChannel(bob, channel.id);
    expect(Object.values(posts.posts).map(({ message }) => message)).toContain("old");
    const hidden = await failureOf(
      bob.client.getChannelByNameAndTeamName(world.team.name, channel.name, false),
    );
    expect(hidden.status_code).toBe(404);
  });

  it("none, for a private channel of others, whichever way it is asked; an administrator is prompted", async () => {
    const channel = await makeChannel(people[0]!, world.team, { type: "P" });
    const id = "app.channel.get_by_name.missing.app_error";
    for (const ask of [
      () => bob.client.getChannelByNameAndTeamName(world.team.name, channel.name, true),
      () => bob.client.getChannelByName(team, channel.name, true),
      () => bob.client.getChannelByName(team, `nothing-${newId()}`, true),
    ])
      expect(await failureOf(ask())).toMatchObject({ status_code: 404, server_error_id: id });
    expect((await failureOf(bob.client.getChannel(channel.id))).status_code).toBe(403);

    const admin = await new WebTab(world.node).login(world.admin);
    const found = await admin.client.getChannelByNameAndTeamName(world.team.name, channel.name, true);
    expect(found).toMatchObject({ id: channel.id, type: "P" });
    const missing = await failureOf(admin.client.getChannelMember(channel.id, world.admin.id));
    expect(missing.status_code).toBe(404);
    await admin.client.addToTeam(team, world.admin.id);
    await admin.client.addToChannel(world.admin.id, channel.id);
    expect(admin.last.status).toBe(201);
    await openChannel(admin, channel.id);
    await admin.client.removeFromTeam(team, world.admin.id);
  });
});

describe("a direct or group message", () => {
  it("by the other's name, by id and by address", async () => {
    const [, , carol] = people as [Person, Person, Person];
    const user = await ada.client.getUserByUsername(carol.username);
    expect(user).toMatchObject({ id: carol.id, username: carol.username, delete_at: 0 });
    expect((await ada.client.getUser(carol.id)).id).toBe(carol.id);
    expect((await ada.client.getUserByEmail(user.email)).id).toBe(carol.id);
    expect((await failureOf(ada.client.getUserByUsername(`nobody${newId()}`))).status_code).toBe(404);
    const channel = await ada.client.createDirectChannel([me, carol.id]);
    expect(ada.last.status).toBe(201);
    const name = [me, carol.id].sort().join("__");
    expect(channel).toMatchObject({ ...CHANNEL, type: "D", team_id: "", name, delete_at: 0 });
    const preference = { user_id: me, category: "direct_channel_show", name: carol.id, value: "true" };
    expect(await ada.client.savePreferences(me, [preference])).toEqual({ status: "OK" });
    await ada.next("preferences_changed", ({ parsed }) => parsed.preferences[0].name === carol.id);
    await openChannel(ada, channel.id);
    const [profiles, statuses] = await Promise.all([
      ada.client.getProfilesByIds([carol.id]),
      ada.client.getStatusesByIds([carol.id]),
    ]);
    expect(profiles.map(({ id }) => id)).toEqual([carol.id]);
    expect(statuses).toMatchObject([{ user_id: carol.id, status: "offline", manual: false }]);
    // A second time is the same one.
    expect((await ada.client.createDirectChannel([me, carol.id])).id).toBe(channel.id);
    expect((await ada.client.getChannelByName(team, name, true)).id).toBe(channel.id);
    // With RestrictDirectMessage it is open while there is a team in common.
    const { data } = await ada.client.getGroupMessageMembersCommonTeams(channel.id);
    expect((data as { id: string }[]).map(({ id }) => id)).toEqual([team]);
  });

  it("of a group, by its name", async () => {
    const ids = people.slice(0, 3).map(({ id }) => id);
    const group = await ada.client.createGroupChannel(ids);
    expect(ada.last.status).toBe(201);
    const found = await bob.client.getChannelByName(team, group.name, true);
    expect(found).toMatchObject({ ...CHANNEL, id: group.id, type: "G", team_id: "" });
    await openChannel(bob, group.id);
    const groups = await bob.client.getProfilesInGroupChannels([group.id]);
    expect(groups[group.id]!.map(({ id }) => id).sort()).toEqual([...ids].sort());
    const { data } = await bob.client.getGroupMessageMembersCommonTeams(group.id);
    expect((data as { id: string }[]).map(({ id }) => id)).toEqual([team]);
    const stranger = await makeUser();
    const apart = await ada.client.createDirectChannel([me, stranger.id]);
    expect((await ada.client.getGroupMessageMembersCommonTeams(apart.id)).data).toEqual([]);
  });
});
