// The web client's profile popover, statuses and custom status (client-flows 15), reactions and emoji (16).

import type { CustomEmoji } from "@mattermost/types/emojis";
import type { Post } from "@mattermost/types/posts";
import type { PreferenceType } from "@mattermost/types/preferences";
import type { Reaction } from "@mattermost/types/reactions";
import type { CustomStatusDuration, UserCustomStatus } from "@mattermost/types/users";
import { beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeUser, makeWorld, type World } from "../harness/people.ts";
import { animatedGif, jpeg } from "../images/fixtures.ts";
import { makePng } from "../images/make.ts";
import { openTab, type Tab, untilOnline } from "./support/tab.ts";

type Reacted = Post & { has_reactions?: boolean };

let world: World;
let alice: Tab;
let bob: Tab;
let team: string;
let channel: string;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab];
  team = world.team.id;
  channel = world.channel.id;
});

test("a popover asks for both memberships, and lives with none", async () => {
  const stranger = await makeUser();
  await untilOnline(alice, [bob.id]);
  const [inTeam, inChannel, [status], [profile]] = await Promise.all([
    alice.client.getTeamMember(team, bob.id),
    alice.client.getChannelMember(channel, bob.id),
    alice.client.getStatusesByIds([bob.id]),
    alice.client.getProfilesByIds([bob.id]),
  ]);
  expect(inTeam).toMatchObject({ user_id: bob.id, roles: "team_user", scheme_admin: false, delete_at: 0 });
  expect(inChannel).toMatchObject({ user_id: bob.id, roles: "channel_user", scheme_admin: false });
  expect(status).toMatchObject({
    user_id: bob.id,
    status: "online",
    manual: false,
    last_activity_at: expect.any(Number),
  });
  expect(profile).toMatchObject({
    id: bob.id,
    username: bob.username,
    position: "",
    nickname: "",
    delete_at: 0,
  });
  // A profile of somebody else has what the popover shows, and nothing private.
  expect(profile!.timezone).toMatchObject({ useAutomaticTimezone: expect.any(String) });
  for (const secret of ["notify_props", "auth_data", "password", "mfa_secret"])
    expect((profile as unknown as Record<string, unknown>)[secret] ?? "").toEqual("");
  for (const member of [
    () => alice.client.getTeamMember(team, stranger.id),
    () => alice.client.getChannelMember(channel, stranger.id),
  ])
    await expect(member()).rejects.toMatchObject({ status_code: 404, server_error_id: expect.any(String) });
  const [offline] = await alice.client.getStatusesByIds([stranger.id]);
  expect(offline).toMatchObject({ user_id: stranger.id, status: "offline" });
  expect(await alice.client.getStatusesByIds([stranger.id, newId()])).toHaveLength(1);
});

test("a status is set by hand, told to oneself alone, and polled by the others", async () => {
  const set = (status: string, more = {}) =>
    alice.client.updateStatus({
      user_id: alice.id,
      status,
      manual: true,
      last_activity_at: Date.now(),
      ...more,
    } as never);
  const seen = async () =>
    (await bob.client.getStatusesByIds([alice.id, bob.id])).find(({ user_id }) => user_id === alice.id);
  for (const status of ["away", "offline", "online"]) {
    expect(await set(status)).toMatchObject({ user_id: alice.id, status });
    const event = await alice.next("status_change", ({ data }) => data.status === status);
    expect([event.data, event.broadcast.user_id]).toEqual([{ user_id: alice.id, status }, alice.id]);
    expect(await seen()).toMatchObject({ status, manual: status !== "online" });
  }
  const end = Math.floor(Date.now() / 1000) + 3_600;
  expect(await set("dnd", { dnd_end_time: end })).toMatchObject({
    status: "dnd",
    dnd_end_time: end - (end % 60),
  });
  await alice.next("status_change", ({ data }) => data.status === "dnd");
  expect(await seen()).toMatchObject({ status: "dnd", manual: true });
  // What is set by hand stays, whatever is done meanwhile.
  await alice.say(channel, "still here");
  await alice.client.viewMyChannel(channel);
  expect(await seen()).toMatchObject({ status: "dnd" });
  expect(await set("dnd", { dnd_end_time: 0 })).toMatchObject({ status: "dnd" });
  expect(await set("online")).toMatchObject({ status: "online" });
  await bob.none("status_change", ({ data }) => data.user_id === alice.id);
  const other = await alice.ask("PUT", `users/${bob.id}/status`, { user_id: bob.id, status: "dnd" });
  expect(other.status).toBe(403);
});

test("a custom status is told to all, kept among the recent ones, cleared, and forgotten", async () => {
  const status = (text: string, more: Partial<UserCustomStatus> = {}): UserCustomStatus => ({
    emoji: "calendar",
    text,
    duration: "" as CustomStatusDuration,
    ...more,
  });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const timed = status("In a meeting", { duration: "one_hour" as CustomStatusDuration, expires_at: until });
  expect(await alice.client.updateCustomStatus(timed)).toEqual({ status: "OK" });
  const told = await bob.next("user_updated", ({ data }) => data.user.id === alice.id);
  expect(JSON.parse(told.data.user.props.customStatus)).toEqual({ ...timed, expires_at: until });
  const own = await alice.next("user_updated", ({ data }) => data.user.id === alice.id);
  expect(own.data.user.notify_props).toMatchObject({ desktop: expect.any(String) });
  const recent = async (tab: Tab) => {
    const { parsed } = await tab.next("preferences_changed");
    expect(parsed.preferences).toHaveLength(1);
    const [preference] = parsed.preferences;
    expect(preference).toMatchObject({
      user_id: tab.id,
      category: "custom_status",
      name: "recent_custom_statuses",
    });
    return JSON.parse(preference.value) as UserCustomStatus[];
  };
  expect(await recent(alice)).toMatchObject([
    { text: "In a meeting", emoji: "calendar", duration: "one_hour" },
  ]);
  const [profile] = await bob.client.getProfilesByIds([alice.id]);
  expect(JSON.parse(profile!.props!.customStatus!)).toMatchObject({
    text: "In a meeting",
    expires_at: until,
  });
  // Without an end, as "Don't clear" sends it; with an emoji alone; by a date; until tonight.
  for (const next of [
    status("Here for good", { expires_at: "" }),
    status("", { emoji: "palm_tree" }),
    status("Until then", { duration: "date_and_time" as CustomStatusDuration, expires_at: until }),
    status("Today", { duration: "today" as CustomStatusDuration, expires_at: until }),
    status("x".repeat(100), { emoji: "" }),
  ]) {
    expect(await alice.client.updateCustomStatus(next)).toEqual({ status: "OK" });
    const list = await recent(alice);
    expect(list[0]!.text).toBe(next.text);
    expect(list.length).toBeLessThanOrEqual(5);
  }
  const [mine] = ((await alice.client.getMyPreferences()) as unknown as PreferenceType[]).filter(
    ({ category }) => category === "custom_status",
  );
  const kept = JSON.parse(mine!.value) as UserCustomStatus[];
  expect(kept.map(({ text }) => text)).toEqual(["x".repeat(100), "Today", "Until then", "", "Here for good"]);
  // The client gives back what it was given.
  expect(await alice.client.removeRecentCustomStatus(kept[1]!)).toEqual({ status: "OK" });
  expect((await recent(alice)).map(({ text }) => text)).not.toContain("Today");
  expect(await alice.client.unsetCustomStatus()).toEqual({ status: "OK" });
  expect((await alice.client.getMe()).props!.customStatus).toBe("");
  await bob.next(
    "user_updated",
    ({ data }) => data.user.id === alice.id && data.user.props.customStatus === "",
  );
  const past = status("late", {
    duration: "one_hour" as CustomStatusDuration,
    expires_at: "2020-01-01T00:00:00Z",
  });
  await expect(alice.client.updateCustomStatus(past)).rejects.toMatchObject({ status_code: 400 });
});

test("reactions come to all of the channel, with the post, and go again", async () => {
  const post = await alice.say(channel, "react");
  const names = ["+1", "thumbsup_dark_skin_tone", "woman-running", "tada", "flag-de", "smile", "-1"];
  for (const name of names) {
    const reaction = await bob.client.addReaction(bob.id, post.id, name);
    expect(bob.last.status).toBe(200);
    expect(reaction).toMatchObject({
      user_id: bob.id,
      post_id: post.id,
      emoji_name: name,
      channel_id: channel,
    });
    expect(reaction).toMatchObject({
      create_at: expect.any(Number),
      update_at: expect.any(Number),
      delete_at: 0,
    });
    const event = await alice.next("reaction_added");
    expect([event.parsed.reaction, event.broadcast.channel_id]).toEqual([reaction, channel]);
  }
  expect(await bob.client.addReaction(bob.id, post.id, "tada")).toMatchObject({ emoji_name: "tada" });
  await alice.client.addReaction(alice.id, post.id, "tada");
  const page = await alice.client.getPosts(channel, 0, 30, true, true, false);
  const shown = page.posts[post.id]! as Reacted;
  expect(shown.has_reactions).toBe(true);
  expect(shown.metadata.reactions!.map(({ emoji_name }) => emoji_name)).toEqual([...names, "tada"]);
  expect(await alice.client.getReactionsForPost(post.id)).toEqual(shown.metadata.reactions);
  for (const name of names) {
    expect(await bob.client.removeReaction(bob.id, post.id, name)).toEqual({ status: "OK" });
    const event = await alice.next("reaction_removed");
    expect(event.parsed.reaction as Reaction).toMatchObject({
      user_id: bob.id,
      post_id: post.id,
      emoji_name: name,
    });
  }
  await alice.client.removeReaction(alice.id, post.id, "tada");
  const bare = (await alice.client.getPost(post.id)) as Reacted;
  expect([bare.has_reactions ?? false, bare.metadata.reactions ?? []]).toEqual([false, []]);
  expect(await alice.client.getReactionsForPost(post.id)).toEqual([]);
  await expect(bob.client.addReaction(bob.id, post.id, "no_such_emoji")).rejects.toMatchObject({
    status_code: 404,
  });
  const gone = await makeChannel(world.users[0]!, world.team);
  const last = await alice.say(gone.id, "closing");
  await alice.client.deleteChannel(gone.id);
  await expect(alice.client.addReaction(alice.id, last.id, "smile")).rejects.toMatchObject({
    server_error_id: "api.reaction.save.archived_channel.app_error",
  });
});

test("custom emoji: added by the form, found in every way that the client looks, shown, used, and removed", async () => {
  const prefix = `e${newId().slice(0, 6)}`;
  const add = (name: string, bytes: Uint8Array, type: string) =>
    alice.client.createCustomEmoji(
      { creator_id: alice.id, name: `${prefix}_${name}` } as CustomEmoji,
      new File([bytes as never], `emoji.${type}`, { type: `image/${type}` }),
    );
  const small = await add(
    "one",
    makePng(64, 64, () => [1, 2, 3, 255]),
    "png",
  );
  expect(alice.last.status).toBe(200);
  expect(small).toMatchObject({ name: `${prefix}_one`, creator_id: alice.id, delete_at: 0 });
  const told = await bob.next("emoji_added", ({ parsed }) => parsed.emoji.id === small.id);
  expect(told.parsed.emoji).toEqual(small);
  const moving = await add("two", animatedGif, "gif");
  const photo = await add("three", jpeg, "jpeg");
  const ids = [small, moving, photo].map(({ id }) => id);
  const [listed, found, completed, named, named2, one] = await Promise.all([
    bob.client.getCustomEmojis(0, 200, "name"),
    bob.client.searchCustomEmoji(prefix, { prefix_only: "true" }),
    bob.client.autocompleteCustomEmoji(prefix),
    bob.client.getCustomEmojiByName(small.name),
    bob.client.getCustomEmojisByNames([small.name, photo.name, "no_such_emoji", "smile"]),
    bob.client.getCustomEmoji(small.id),
  ]);
  expect(listed.map(({ name }) => name)).toEqual(listed.map(({ name }) => name).sort());
  // Other tests make and delete some meanwhile: the same ones are in either order.
  const mine = (list: CustomEmoji[]) => list.map(({ id }) => id).filter((id) => ids.includes(id));
  expect(mine(listed)).toEqual([small, photo, moving].map(({ id }) => id));
  expect(mine(await bob.client.getCustomEmojis(0, 200, ""))).toEqual(ids);
  for (const each of [found, completed]) expect(each.map(({ id }) => id).sort()).toEqual([...ids].sort());
  expect(named2.map(({ id }) => id).sort()).toEqual([small.id, photo.id].sort());
  expect([named, one]).toEqual([small, small]);
  await expect(bob.client.getCustomEmojiByName("no_such_emoji")).rejects.toMatchObject({ status_code: 404 });
  for (const [emoji, type] of [
    [small, "image/png"],
    [moving, "image/gif"],
  ] as const) {
    const image = await bob.load(`emoji/${emoji.id}/image`);
    expect([image.status, image.get("content-type")]).toEqual([200, type]);
    expect(image.get("cache-control")).toBe("max-age=2592000, private");
  }
  const post = await alice.say(channel, `look :${small.name}: :smile:`);
  expect(post.metadata.emojis).toMatchObject([{ id: small.id, name: small.name }]);
  const posted = await bob.next("posted", ({ parsed }) => parsed.post.id === post.id);
  expect(posted.parsed.post.metadata.emojis).toEqual(post.metadata.emojis);
  await bob.client.addReaction(bob.id, post.id, photo.name);
  const [again] = await alice.client.getPostsByIds([post.id]);
  expect(again!.metadata.emojis.map(({ name }) => name).sort()).toEqual([small.name, photo.name].sort());
  const refused = (name: string) =>
    add(name, jpeg, "jpeg").then(
      () => "made",
      ({ status_code, message }) => [status_code, message.length > 5],
    );
  expect(await refused("one")).toEqual([400, true]);
  expect(await refused("b a d")).toEqual([400, true]);
  await expect(bob.client.deleteCustomEmoji(photo.id)).rejects.toMatchObject({ status_code: 403 });
  expect(await alice.client.deleteCustomEmoji(photo.id)).toEqual({ status: "OK" });
  expect((await bob.load(`emoji/${photo.id}/image`)).status).toBe(404);
  expect(await bob.client.getReactionsForPost(post.id)).toEqual([]);
  expect(await bob.client.searchCustomEmoji(photo.name)).toEqual([]);
});
