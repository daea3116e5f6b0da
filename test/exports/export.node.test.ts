// What an export says of an install (semantics 25).

import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { uploadOne } from "../files/uploads.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { makePng } from "../images/make.ts";
import { type Exported, exportNow } from "./archive.ts";

const ALL = [
  "include_attachments",
  "include_archived_channels",
  "include_profile_pictures",
  "include_roles_and_schemes",
];

let node: OwnNode;
let world: World;
let ada: Person;
let bob: Person;
let eve: Person;
let everything: Exported;
let little: Exported;
const paths: string[] = [];
const PROPS = { key: null, attachments: [{ text: "attached", color: null }] };

const prefer = (who: Person, category: string, name: string, value: string) =>
  who.client.savePreferences(who.id, [{ user_id: who.id, category, name, value }]);
const find = (from: Exported, type: string, test: (value: any) => boolean) =>
  from.lines.filter((line) => line.type === type && test(line[type])).map((line) => line[type]);

async function picture(who: Person): Promise<void> {
  const form = new FormData();
  form.append("image", new Blob([makePng(8, 8, () => [255, 0, 0, 255]) as never]), "p.png");
  const answer = await fetch(`${node.url}/api/v4/users/${who.id}/image`, {
    method: "POST",
    headers: { authorization: `Bearer ${who.token}` },
    body: form,
  });
  expect(answer.status).toBe(200);
}

beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ node, users: 3 });
  [ada, bob, eve] = world.users as [Person, Person, Person];
  const { admin, channel } = world;
  // A channel that is archived, a role that is changed.
  const gone = await ada.client.createChannel({
    team_id: world.team.id,
    name: "gone",
    display_name: "Gone",
    type: "O",
  } as never);
  await ada.client.createPost({ channel_id: gone.id, message: "in an archived channel" } as never);
  await ada.client.deleteChannel(gone.id);
  const role = (await admin.request("GET", "roles/name/system_post_all")).body;
  await admin.request("PUT", `roles/${role.id}/patch`, { permissions: ["create_post", "add_reaction"] });
  // What people chose.
  for (const [category, name, value] of [
    ["theme", "", '{"sidebarBg":"#111111"}'],
    ["theme", world.team.id, '{"sidebarBg":"#222222"}'],
    ["display_settings", "use_military_time", "true"],
    ["display_settings", "collapse_previews", "true"],
    ["display_settings", "message_display", "compact"],
    ["display_settings", "channel_display_mode", "centered"],
    ["advanced_settings", "formatting", "false"],
    ["tutorial_step", ada.id, "999"],
    ["notifications", "email_interval", "900"],
    ["favorite_channel", channel.id, "true"],
  ] as const)
    await prefer(ada, category, name, value);
  const { notify_props } = await ada.client.getMe();
  await ada.client.patchMe({ notify_props: { ...notify_props, push: "all", mention_keys: "a,b" } } as never);
  await admin.request("PUT", `users/${ada.id}/status/custom`, { emoji: "palm_tree", text: "away" });
  await picture(ada);
  await picture(bob);
  // What was said.
  const kept = await uploadOne(ada, channel.id, "kept.txt", "kept");
  const lost = await uploadOne(ada, channel.id, "lost.txt", "lost");
  const root = await ada.client.createPost({
    channel_id: channel.id,
    message: "root",
    file_ids: [kept.id, lost.id],
    props: PROPS,
  } as never);
  await bob.client.createPost({ channel_id: channel.id, message: "reply", root_id: root.id } as never);
  const deleted = await bob.client.createPost({
    channel_id: channel.id,
    message: "deleted",
    root_id: root.id,
  } as never);
  await bob.client.deletePost(deleted.id);
  await bob.client.addReaction(bob.id, root.id, "smile");
  await prefer(bob, "flagged_post", root.id, "true");
  await ada.client.pinPost(root.id);
  await ada.client.patchPost({ id: root.id, message: "root, edited" } as never);
  // Direct channels: one that ada favours and bob has hidden, one of a user who is gone without a trace.
  const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
  await ada.client.createPost({ channel_id: direct.id, message: "direct" } as never);
  await prefer(ada, "favorite_channel", direct.id, "true");
  await prefer(ada, "direct_channel_show", bob.id, "true");
  await prefer(bob, "direct_channel_show", ada.id, "false");
  const ghost = await makeUser({ node });
  const haunted = await ghost.client.createDirectChannel([ghost.id, ada.id]);
  await ada.client.createPost({ channel_id: haunted.id, message: "to a ghost" } as never);
  const rows = await database(
    node,
  )`select id, path from fileinfo where id in ${database(node)([kept.id, lost.id])}`;
  paths.push(...[kept, lost].map(({ id }) => rows.find((row) => row.id === id)!.path as string));
  rmSync(join(node.dataDir, "files", paths[1]!));
  await database(node)`delete from users where id = ${ghost.id}`;
  await database(node)`update users set deleteat = 1234 where id = ${eve.id}`;
  everything = await exportNow(admin, ...ALL);
  little = await exportNow(admin);
});
afterAll(() => node?.stop());

it("comes in the order of the format, everything once", async () => {
  expect(everything.lines[0]).toMatchObject({ type: "version", version: 1 });
  const order = "version role team channel user bot post emoji direct_channel direct_post".split(" ");
  const places = everything.lines.map(({ type }) => order.indexOf(type));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  const count = async (what: string) =>
    (await database(node).unsafe(`select count(*)::int as n from ${what}`))[0]!.n;
  const counted = (type: string) => find(everything, type, () => true).length;
  expect(counted("team")).toBe(await count("teams where deleteat = 0"));
  expect(counted("user")).toBe(
    await count("users u where not exists (select from bots b where b.userid = u.id)"),
  );
  expect(counted("channel")).toBe(await count("channels where type in ('O', 'P')"));
});

it("has what people chose", () => {
  const [user] = find(everything, "user", ({ username }) => username === ada.username);
  expect(user).toMatchObject({
    profile_image: `users/${ada.id}/profile.png`,
    theme: '{"sidebarBg":"#111111"}',
    military_time: "true",
    collapse_previews: "true",
    message_display: "compact",
    channel_display_mode: "centered",
    use_formatting: "false",
    tutorial_step: "999",
    email_interval: "fifteen",
    notify_props: { mobile: "all", mention_keys: "a,b" },
    custom_status: { emoji: "palm_tree", text: "away" },
    teams: [{ name: world.team.name, roles: "team_user team_admin", theme: '{"sidebarBg":"#222222"}' }],
  });
  expect(user.preferences).toBeUndefined();
  const seat = user.teams[0].channels.find(({ name }: any) => name === world.channel.name);
  expect(seat).toMatchObject({ favorite: true, roles: "channel_user channel_admin", msg_count: 1 });
  expect(find(everything, "user", ({ username }) => username === eve.username)).toMatchObject([
    { delete_at: 1234 },
  ]);
  expect(everything.files).toContain(`data/users/${ada.id}/profile.png`);
});

it("has posts with all that belongs to them, and only files that the archive has", () => {
  const [post] = find(everything, "post", ({ message }) => message === "root, edited");
  expect(post).toMatchObject({
    team: world.team.name,
    channel: world.channel.name,
    user: ada.username,
    edit_at: expect.any(Number),
    is_pinned: true,
    flagged_by: [bob.username],
    reactions: [{ user: bob.username, emoji_name: "smile", create_at: expect.any(Number) }],
    replies: [{ user: bob.username, message: "reply" }],
    attachments: [{ path: paths[0] }],
  });
  expect(post.thread_followers.map(({ user }: any) => user).sort()).toEqual(
    [ada.username, bob.username].sort(),
  );
  // Nulls of a post's own stay.
  expect(post.props).toMatchObject(PROPS);
  expect(post.replies).toHaveLength(1);
  expect(everything.files).toContain(`data/${paths[0]}`);
  expect(everything.files).not.toContain(`data/${paths[1]}`);
  expect(everything.job.data.missing_files).toBe("1");
});

it("has direct channels whose users are all there, with who sees and favours them", () => {
  const members = [ada.username, bob.username].sort();
  const directs = find(everything, "direct_channel", (one) => one.members.includes(ada.username));
  expect(directs).toMatchObject([{ members, favorited_by: [ada.username], shown_by: [ada.username] }]);
  const participants = directs[0].participants.map(({ username }: any) => username);
  expect(participants).toEqual(members);
  const posts = find(everything, "direct_post", () => true);
  expect(posts).toMatchObject([{ channel_members: members, message: "direct" }]);
});

it("has roles, archived channels, pictures and attachments only where they are asked for", () => {
  const changed = ({ name }: any) => name.startsWith("system_");
  expect(find(everything, "role", changed)).toEqual([
    expect.objectContaining({ name: "system_post_all", permissions: ["create_post", "add_reaction"] }),
  ]);
  expect(find(everything, "channel", ({ name }) => name === "gone")).toMatchObject([
    { deleted_at: expect.any(Number) },
  ]);
  const archived = ({ message }: any) => message === "in an archived channel";
  expect(find(everything, "post", archived)).toHaveLength(1);
  expect(find(little, "post", archived)).toEqual([]);
  expect(find(little, "channel", ({ name }) => name === "gone")).toEqual([]);
  expect(little.lines.filter(({ type }) => type === "role")).toEqual([]);
  expect(little.files).toEqual([]);
  const [post] = find(little, "post", ({ message }) => message === "root, edited");
  expect(post.attachments).toBeUndefined();
  expect(find(little, "user", (user) => user.profile_image !== undefined)).toEqual([]);
});
