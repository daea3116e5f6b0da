// The web client invites people (client-flows 14): who is there already, members added at once, invitations by e-mail over a
// real SMTP server, the links of both kinds, and what comes when the mail server fails.

import type { TeamMembership } from "@mattermost/types/teams";
import type { UserProfile } from "@mattermost/types/users";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { type MailServer, mailServer } from "../mail/server.ts";
import { openTab, type Tab } from "./support/tab.ts";
import { WebTab } from "./support/web-client.ts";

let mail: MailServer;
let node: OwnNode;
let world: World;
let alice: Tab;
let bob: Tab;
let team: string;
const tabs: Tab[] = [];

beforeAll(async () => {
  mail = await mailServer();
  node = await ownNode({
    env: {
      MM_SERVICESETTINGS_ENABLEEMAILINVITATIONS: "true",
      MM_EMAILSETTINGS_SMTPSERVER: "127.0.0.1",
      MM_EMAILSETTINGS_SMTPPORT: String(mail.port),
    },
  });
  // Where the browser is, or the WebSocket's Origin is refused (websocket 1).
  await adminOf(node).client.patchConfig({ ServiceSettings: { SiteURL: node.url } } as never);
  world = await makeWorld({ node, users: 2 });
  [alice, bob] = (await Promise.all(world.users.map(opened))) as [Tab, Tab];
  team = world.team.id;
});

afterAll(async () => {
  for (const tab of tabs) tab.close();
  await node?.stop();
  await mail?.stop();
});

async function opened(who: Person): Promise<Tab> {
  const tab = await openTab(who);
  tabs.push(tab);
  return tab;
}

/** An account as the sign-up page makes it. */
const account = (email: string) => ({
  email,
  username: `new${newId()}`,
  password: "Secret-pass-1",
  allow_marketing: false,
});
const addressOf = (user: { username: string }) => `${user.username}@example.com`;
type Outcome<T> = T & { error: { id: string; message: string; status_code: number } | null };

test("existing users: found, who of them is in the team, and the others added with an outcome each", async () => {
  const [carol, dan] = await Promise.all([makeUser({ node }), makeUser({ node })]);
  const waiting = await opened(carol);
  const [first, found] = await Promise.all([
    alice.client.getProfiles(0, 20, {}),
    alice.client.searchUsers(carol.username, {} as never),
  ]);
  expect(first.length).toBeGreaterThanOrEqual(4);
  expect(found.map(({ id }) => id)).toEqual([carol.id]);
  const asked = [alice.id, bob.id, carol.id, dan.id];
  const inside = await alice.client.getTeamMembersByIds(team, asked);
  expect(inside.map(({ user_id }) => user_id).sort()).toEqual([alice.id, bob.id].sort());
  const nobody = newId();
  const answer = await alice.ask("POST", `teams/${team}/members/batch?graceful=true`, [
    ...[carol.id, bob.id, nobody].map((user_id) => ({ team_id: team, user_id })),
  ]);
  expect(answer.status).toBe(201);
  const outcomes = answer.data as Outcome<{ user_id: string; member: TeamMembership | null }>[];
  expect(outcomes.map(({ user_id }) => user_id)).toEqual([carol.id, bob.id, nobody]);
  expect(outcomes[0]).toMatchObject({
    member: { team_id: team, roles: "team_user", delete_at: 0 },
    error: null,
  });
  expect(outcomes[1]).toMatchObject({ member: { user_id: bob.id }, error: null });
  expect(outcomes[2]).toMatchObject({
    member: null,
    error: { id: expect.any(String), message: expect.any(String) },
  });
  // The one who was added has the team, and then its channels.
  const added = await waiting.next("added_to_team");
  expect(added.data).toEqual({ team_id: team, user_id: carol.id });
  const [teams, channels, members] = await Promise.all([
    waiting.client.getMyTeams(),
    waiting.client.getMyChannels(team),
    waiting.client.getMyChannelMembers(team),
  ]);
  expect(teams.map(({ id }) => id)).toEqual([team]);
  const names = channels.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["town-square", "off-topic"]));
  expect(members).toHaveLength(channels.length);
  const told = await alice.next("posted", ({ parsed }) => parsed.post.props.addedUserId === carol.id);
  expect(told.parsed.post).toMatchObject({ type: "system_add_to_team", props: { username: alice.username } });
});

test("an invitation by e-mail leads to the sign-up, the team and the channels that it names, once", async () => {
  const [lobby, secret] = await Promise.all([
    makeChannel(world.users[0]!, world.team),
    makeChannel(world.users[0]!, world.team, { type: "P" }),
  ]);
  const [good, bad] = [`guest-${newId()}@example.com`, `refused-${newId()}@example.com`];
  const sent = (await alice.client.sendEmailInvitesToTeamAndChannelsGracefully(
    team,
    [lobby.id, secret.id],
    [good, bad, "nonsense"],
    'Come & see "us"\nsoon',
  )) as unknown as Outcome<{ email: string }>[];
  expect(sent.map(({ email, error }) => [email, error?.id ?? null])).toEqual([
    [good, null],
    [bad, "api.team.invite_members.unable_to_send_email_with_defaults.app_error"],
    ["nonsense", "api.team.invite_members.invalid_email.app_error"],
  ]);
  for (const { error } of sent.slice(1)) expect(error!.message.length).toBeGreaterThan(5);
  const letter = (await mail.next(good)).mail;
  expect(letter.text).toContain('> Come & see "us"\n> soon');
  expect(letter.html).toContain("Come &amp; see &quot;us&quot;<br>soon");
  const link = new URL(/http:\S+/.exec(letter.text!)![0]);
  expect(link.href.startsWith(`${node.url}/signup_user_complete/`)).toBe(true);
  expect(JSON.parse(link.searchParams.get("d")!)).toMatchObject({ email: good, name: world.team.name });

  const guest = new WebTab(node);
  const made = account("another@example.com");
  const user = await guest.client.createUser(made as unknown as UserProfile, link.searchParams.get("t")!, "");
  expect(guest.last.status).toBe(201);
  expect(user).toMatchObject({ email: good, username: made.username, roles: "system_user" });
  await guest.login(made);
  const [teams, channels] = await Promise.all([guest.client.getMyTeams(), guest.client.getMyChannels(team)]);
  expect(teams.map(({ id }) => id)).toEqual([team]);
  expect(channels.map(({ id }) => id)).toEqual(expect.arrayContaining([lobby.id, secret.id]));
  const joined = await alice.next(
    "posted",
    ({ parsed }) => parsed.post.channel_id === secret.id && parsed.post.user_id === user.id,
  );
  expect(joined.parsed.post.type).toBe("system_join_channel");
  const again = new WebTab(node);
  await expect(
    again.client.createUser(account(good) as unknown as UserProfile, link.searchParams.get("t")!, ""),
  ).rejects.toMatchObject({ server_error_id: "api.user.create_user.signup_link_invalid.app_error" });
});

test("an invitation names only channels of the team that the sender may add people to", async () => {
  const foreign = await makeChannel(world.users[1]!, world.team, { type: "P" });
  const direct = await alice.client.createDirectChannel([alice.id, bob.id]);
  const invite = (channelIds: string[]) =>
    bob.ask("POST", `teams/${team}/invite/email?graceful=true`, { emails: ["x@example.com"], channelIds });
  for (const id of [direct.id, newId(), "x"]) expect((await invite([id])).status).toBe(400);
  const hers = await makeChannel(world.users[0]!, world.team, { type: "P" });
  expect((await invite([hers.id])).status).toBe(403);
  expect((await invite([foreign.id])).status).toBe(200);
  // Somebody who has an account already opens the mail's link.
  const erin = await makeUser({ node });
  const { client } = bob;
  await client.sendEmailInvitesToTeamAndChannelsGracefully(team, [foreign.id], [addressOf(erin)], "");
  // Before it: the welcome that every account gets.
  const isInvitation = async () => {
    const { text } = (await mail.next(addressOf(erin))).mail;
    return /[?&]t=(\w+)/.exec(text!)?.[1];
  };
  const token = (await isInvitation()) ?? (await isInvitation());
  const member = await erin.client.addToTeamFromInvite(token, "");
  expect(member).toMatchObject({ team_id: team, user_id: erin.id, roles: "team_user", delete_at: 0 });
  expect((await erin.client.getMyChannels(team)).map(({ id }) => id)).toContain(foreign.id);
  await expect(erin.client.addToTeamFromInvite(token, "")).rejects.toMatchObject({
    server_error_id: "api.team.invalidate_token.invalid.app_error",
  });
});

test("the team's link: shown to anybody, taken by who has an account or makes one, dead once renewed", async () => {
  const frank = await opened(await makeUser({ node }));
  const invite = (await alice.client.getTeam(team)).invite_id;
  expect(invite).toMatch(/^[a-z0-9]{26}$/);
  expect((await bob.client.getTeam(team)).invite_id).toBe(invite);
  const anybody = new WebTab(node);
  expect(await anybody.client.getTeamInviteInfo(invite)).toEqual({
    id: team,
    name: world.team.name,
    display_name: world.team.display_name,
    description: "",
  });
  const member = await frank.client.addToTeamFromInvite("", invite);
  expect(frank.last.status).toBe(201);
  expect(member).toMatchObject({ team_id: team, user_id: frank.id, roles: "team_user", delete_at: 0 });
  await frank.next("added_to_team");
  const twice = await frank.client.joinTeam(invite);
  expect(twice).toMatchObject({ team_id: team, user_id: frank.id });
  const made = account(`${newId()}@example.com`);
  const user = await anybody.client.createUser(made as unknown as UserProfile, "", invite);
  await anybody.login(made);
  expect((await anybody.client.getMyTeamMembers()).map((each) => [each.team_id, each.user_id])).toEqual([
    [team, user.id],
  ]);
  const renewed = await alice.client.regenerateTeamInviteId(team);
  expect(renewed.id).toBe(team);
  expect(renewed.invite_id).not.toBe(invite);
  const told = await bob.next("update_team");
  expect(told.parsed.team).toMatchObject({ id: team, invite_id: "", email: "" });
  await expect(anybody.client.getTeamInviteInfo(invite)).rejects.toMatchObject({ status_code: 404 });
  const late = account(`${newId()}@example.com`) as unknown as UserProfile;
  await expect(new WebTab(node).client.createUser(late, "", invite)).rejects.toMatchObject({
    server_error_id: "api.user.create_user.signup_link_invalid.app_error",
  });
});

test("without a mail server, each address says so, and nothing else fails", async () => {
  await mail.stop();
  const sent = (await alice.client.sendEmailInvitesToTeamGracefully(team, [
    "late@example.com",
  ])) as unknown as Outcome<{
    email: string;
  }>[];
  expect(sent).toMatchObject([
    {
      email: "late@example.com",
      error: { id: "api.team.invite_members.unable_to_send_email_with_defaults.app_error", status_code: 500 },
    },
  ]);
});
