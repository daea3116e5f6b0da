// Every route of channels and the sidebar, with a user who may not.

import { beforeAll, expect, test } from "vitest";
import { channels } from "../../workers/api/v4/channels/index.ts";
import { sidebar } from "../../workers/api/v4/sidebar/index.ts";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { memberRow, now } from "./help.ts";

let world: World;
let owner: Person;
/** Of the team and the open channel, not of the private one. */
let member: Person;
/** Of nothing. */
let outsider: Person;
let open: { id: string; name: string };
let secret: { id: string; name: string };
let direct: { id: string; name: string };
let group: { id: string };

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [owner, member] = world.users as [Person, Person];
  outsider = await makeUser();
  open = world.channel;
  secret = await makeChannel(owner, world.team, { type: "P" });
  direct = await owner.client.createDirectChannel([owner.id, world.users[2]!.id]);
  group = await owner.client.createGroupChannel([world.users[2]!.id, world.admin.id]);
});

type Case = [method: string, path: string, body?: unknown];

/** For somebody who is in neither the team nor the channels. */
function forOutsiders(): Case[] {
  const { team } = world;
  const other = `users/${owner.id}`;
  const categories = `users/${outsider.id}/teams/${team.id}/channels/categories`;
  const favorites = `favorites_${owner.id}_${team.id}`;
  const category = { id: favorites, display_name: "x", channel_ids: [] };
  const texts = { name: `n-${newId()}`, display_name: "x" };
  const cases: Case[] = [
    ["POST", "channels", { team_id: team.id, type: "O", ...texts }],
    ["POST", "channels", { team_id: team.id, type: "P", ...texts }],
    ["POST", "channels/direct", [owner.id, member.id]],
    ["POST", "channels/stats/member_count", [open.id]],
    ["POST", "channels/search", { term: "x" }],
    ["GET", "channels"],
    ["GET", `teams/${team.id}/channels/name/${open.name}`],
    ["GET", `teams/${team.id}/channels/name/${secret.name}`],
    ["GET", `teams/${team.id}/channels/name/${direct.name}`],
    ["GET", `teams/name/${team.name}/channels/name/${open.name}`],
    ["GET", `teams/name/${team.name}/channels/name/${secret.name}`],
    ["GET", `teams/${team.id}/channels`],
    ["GET", `teams/${team.id}/channels/deleted`],
    ["GET", `teams/${team.id}/channels/private`],
    ["POST", `teams/${team.id}/channels/ids`, [open.id]],
    ["GET", `teams/${team.id}/channels/autocomplete?name=a`],
    ["POST", `teams/${team.id}/channels/search`, { term: "a" }],
    ["GET", `${other}/channels`],
    ["GET", `${other}/channel_members`],
    ["GET", `${other}/teams/${team.id}/channels`],
    ["GET", `${other}/teams/${team.id}/channels/members`],
    ["GET", `users/me/teams/${team.id}/channels`],
    ["GET", `users/me/teams/${team.id}/channels/members`],
    ["GET", `${other}/channels/${open.id}/unread`],
    ["GET", `users/me/channels/${open.id}/unread`],
    ["POST", `channels/members/${owner.id}/view`, { channel_id: open.id }],
    ["POST", `channels/members/${owner.id}/mark_read`, [open.id]],
    ["PUT", `channels/${open.id}/members/${owner.id}/notify_props`, { desktop: "all" }],
    ["POST", `channels/${group.id}/convert_to_channel`, { channel_id: group.id, team_id: team.id, ...texts }],
    ["POST", `channels/${open.id}/move`, { team_id: team.id }],
    ["POST", `channels/${direct.id}/members`, { user_id: outsider.id }],
    ["GET", `channels/${group.id}/common_teams`],
    ["GET", categories],
    ["POST", categories, { display_name: "x" }],
    ["PUT", categories, [category]],
    ["GET", `${categories}/order`],
    ["PUT", `${categories}/order`, [favorites]],
    ["GET", `${categories}/${favorites}`],
    ["PUT", `${categories}/${favorites}`, category],
    ["DELETE", `${categories}/${favorites}`],
  ];
  for (const { id } of [open, secret]) {
    const bookmark = `channels/${id}/bookmarks/${newId()}`;
    cases.push(
      ["GET", `channels/${id}/moderations`],
      ["PUT", `channels/${id}/moderations/patch`, []],
      ["PUT", `channels/${id}/scheme`, {}],
      ["GET", `channels/${id}/member_counts_by_group`],
      ["GET", `channels/${id}/members_minus_group_members`],
      ["GET", `channels/${id}/groups`],
      ["GET", `channels/${id}/access_control/attributes`],
      ["PUT", `channels/${id}/members/${owner.id}/autotranslation`, { autotranslation_disabled: true }],
      ["GET", `channels/${id}/bookmarks`],
      [
        "POST",
        `channels/${id}/bookmarks`,
        { display_name: "x", type: "link", link_url: "https://x.example" },
      ],
      ["PATCH", bookmark, { display_name: "x" }],
      ["DELETE", bookmark],
      ["POST", `${bookmark}/sort_order`, 1],
    );
  }
  for (const { id } of [open, secret, direct]) {
    cases.push(
      ["GET", `channels/${id}`],
      ["PUT", `channels/${id}`, { id, header: "x" }],
      ["PUT", `channels/${id}/patch`, { header: "x" }],
      ["PUT", `channels/${id}/privacy`, { privacy: "O" }],
      ["PUT", `channels/${id}/privacy`, { privacy: "P" }],
      ["DELETE", `channels/${id}`],
      ["POST", `channels/${id}/restore`],
      ["GET", `channels/${id}/stats`],
      ["GET", `channels/${id}/timezones`],
      ["GET", `channels/${id}/members`],
      ["POST", `channels/${id}/members/ids`, [owner.id]],
      ["GET", `channels/${id}/members/${owner.id}`],
      ["POST", `channels/${id}/members`, { user_id: outsider.id }],
      ["POST", `channels/${id}/members`, { user_ids: [outsider.id, member.id] }],
      ["DELETE", `channels/${id}/members/${owner.id}`],
      ["PUT", `channels/${id}/members/${outsider.id}/schemeRoles`, { scheme_user: true, scheme_admin: true }],
      ["PUT", `channels/${id}/members/${outsider.id}/roles`, { roles: "channel_user channel_admin" }],
    );
  }
  return cases;
}

test("an outsider is refused by every route, and nothing has changed", async () => {
  const before = await Promise.all([open, secret].map((channel) => now(owner, channel)));
  const answers = await Promise.all(
    forOutsiders().map(async ([method, path, body]) => {
      const answer = await outsider.request(method, path, body);
      return { call: `${method} ${path}`, status: answer.status };
    }),
  );
  expect(answers.filter(({ status }) => status !== 403 && status !== 404)).toEqual([]);
  expect(await Promise.all([open, secret].map((channel) => now(owner, channel)))).toEqual(before);
  expect(await memberRow(owner, open, outsider.id)).toBeUndefined();
  expect(await memberRow(owner, open, owner.id)).toBeDefined();
});

test("every route of both nouns is among those tried, or serves every session", async () => {
  const tried = forOutsiders().map(([method, path]) => `${method} ${path.split("?")[0]}`);
  const anySession = new Set([
    "POST /api/v4/channels/group/search",
    "GET /api/v4/teams/{team_id}/channels/search_autocomplete",
    // Everybody may open group channels; whom with is decided by cfg RestrictDirectMessage.
    "POST /api/v4/channels/group",
  ]);
  const missing = [...channels, ...sidebar].filter(({ method, path }) => {
    if (anySession.has(`${method} ${path}`)) return false;
    const pattern = new RegExp(`^${method} ${path.replace("/api/v4/", "").replace(/\{\w+\}/g, "[^/]+")}$`);
    return !tried.some((one) => pattern.test(one));
  });
  expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test("what serves every session shows nothing of others", async () => {
  expect((await outsider.request("POST", "channels/group/search", { term: owner.username })).body).toEqual(
    [],
  );
  const own = await outsider.request("GET", `teams/${world.team.id}/channels/search_autocomplete?name=`);
  expect(own.body).toEqual([]);
  expect((await outsider.request("POST", "channels/search?system_console=false", { term: "" })).body).toEqual(
    [],
  );
});

test("a plain member may not what administrators may", async () => {
  const cases: Case[] = [
    ["PUT", `channels/${open.id}/privacy`, { privacy: "P" }],
    [
      "PUT",
      `channels/${open.id}/members/${member.id}/schemeRoles`,
      { scheme_user: true, scheme_admin: true },
    ],
    ["PUT", `channels/${open.id}/members/${member.id}/roles`, { roles: "channel_user channel_admin" }],
    ["POST", `channels/${open.id}/restore`],
    ["POST", `channels/${open.id}/move`, { team_id: world.team.id }],
    ["DELETE", `channels/${open.id}?permanent=true`],
    ["POST", `channels/${secret.id}/members`, { user_id: member.id }],
    ["GET", `channels/${secret.id}`],
    ["PUT", `channels/${secret.id}/patch`, { header: "x" }],
    ["POST", "channels/stats/member_count", [open.id, secret.id]],
    ["POST", `teams/${world.team.id}/channels/ids`, [open.id, secret.id]],
    ["GET", `teams/${world.team.id}/channels/private`],
    ["GET", "channels"],
    ["POST", "channels/search", { term: "x" }],
    ["GET", `users/${owner.id}/teams/${world.team.id}/channels/members`],
    ["GET", `users/${owner.id}/teams/${world.team.id}/channels/categories`],
  ];
  for (const [method, path, body] of cases) {
    const answer = await member.request(method, path, body);
    expect([answer.status, answer.body.id], `${method} ${path}`).toEqual([
      403,
      "api.context.permissions.app_error",
    ]);
  }
  const byName = await member.request("GET", `teams/${world.team.id}/channels/name/${secret.name}`);
  expect(byName.status).toBe(404);
});

test("what needs a licence is refused as Mattermost does without one", async () => {
  const { admin } = world;
  const answers: [Case, number, string][] = [
    [["GET", `channels/${open.id}/moderations`], 403, "api.channel.get_channel_moderations.license.error"],
    [["PUT", `channels/${open.id}/scheme`, {}], 403, "api.channel.update_channel_scheme.license.error"],
    [
      ["GET", `channels/${open.id}/member_counts_by_group`],
      403,
      "api.channel.channel_member_counts_by_group.license.error",
    ],
    [["GET", `channels/${open.id}/groups`], 501, "api.license_error"],
  ];
  for (const [[method, path, body], status, id] of answers) {
    const answer = await admin.request(method, path, body);
    expect([answer.status, answer.body.id], path).toEqual([status, id]);
  }
});

test("a team administrator finds private channels by name; only a right to read opens them", async () => {
  const hidden = await makeChannel(member, world.team, { type: "P" });
  const found = await owner.request("GET", `teams/${world.team.id}/channels/name/${hidden.name}`);
  expect(found.body.id).toBe(hidden.id);
  const joined = await owner.request("POST", `channels/${hidden.id}/members`, { user_id: owner.id });
  expect(joined.status).toBe(201);
});

test("a removed member has no rights left, on the very next request", async () => {
  const channel = await makeChannel(owner, world.team, { type: "P", members: [member] });
  expect((await member.request("GET", `channels/${channel.id}`)).status).toBe(200);
  await owner.client.removeFromChannel(member.id, channel.id);
  expect((await member.request("GET", `channels/${channel.id}`)).status).toBe(403);
  const listed = await member.request("GET", `users/me/teams/${world.team.id}/channels`);
  expect(listed.body.map(({ id }: { id: string }) => id)).not.toContain(channel.id);
});

test("the administrator may, without being a member", async () => {
  const { admin, team } = world;
  const list = await admin.request("GET", `users/${owner.id}/teams/${team.id}/channels`);
  expect(list.body.map(({ id }: { id: string }) => id)).toContain(secret.id);
  expect((await admin.request("PUT", `channels/${secret.id}/patch`, { purpose: "seen" })).body.purpose).toBe(
    "seen",
  );
  expect(
    (await admin.request("GET", `users/${owner.id}/teams/${team.id}/channels/categories`)).body.order,
  ).toHaveLength(3);
});
