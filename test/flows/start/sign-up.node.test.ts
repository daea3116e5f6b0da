// Signing up on a server that has people (client-flows 4), with EnableOnboardingFlow off: by the open form, by a team's link, by
// an e-mailed invitation; and the simplest way to a team of one's own.

import type { Team } from "@mattermost/types/teams";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { failureOf } from "../../harness/client.ts";
import { type OwnNode, ownNode } from "../../harness/node.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../../harness/people.ts";
import { type MailServer, mailServer } from "../../mail/server.ts";
import { closeTabs, WebTab } from "../support/web-client.ts";

let mail: MailServer;
let node: OwnNode;
let owner: Person;
let team: Team;

beforeAll(async () => {
  mail = await mailServer();
  node = await ownNode({
    env: {
      MM_SERVICESETTINGS_ENABLEONBOARDINGFLOW: "false",
      MM_SERVICESETTINGS_ENABLEEMAILINVITATIONS: "true",
      MM_EMAILSETTINGS_SMTPSERVER: "127.0.0.1",
      MM_EMAILSETTINGS_SMTPPORT: String(mail.port),
      MM_EMAILSETTINGS_FEEDBACKEMAIL: "chat@example.com",
    },
  });
  await configure({ ServiceSettings: { SiteURL: node.url }, TeamSettings: { EnableOpenServer: true } });
  owner = await makeUser({ node });
  team = await owner.client.getTeam((await makeTeam(owner)).id);
});
afterAll(async () => {
  closeTabs();
  await node?.stop();
  await mail?.stop();
});

async function configure(settings: unknown): Promise<void> {
  expect((await adminOf(node).request("PUT", "config/patch", settings)).status).toBe(200);
}

const account = () => {
  const username = `u${newId()}`;
  return { username, email: `${username}@example.com`, password: "Secret-pass-1" };
};

/** What the form sends, and what follows: the login by id, then everything that `loadMe` asks. */
async function signUp(tab: WebTab, fields: ReturnType<typeof account>, token = "", inviteId = "") {
  const { client } = tab;
  const user = await client.createUser(fields as never, token, inviteId, "");
  expect(tab.last.status).toBe(201);
  const me = await client.loginById(user.id, fields.password, "");
  expect([tab.last.status, me.id]).toEqual([200, user.id]);
  for (const name of ["MMUSERID", "MMCSRF"]) expect(tab.readable.get(name)).toMatch(/^[a-z0-9]{26}$/);
  const [, , , , teams, members] = await Promise.all([
    client.getClientConfig(),
    client.getClientLicenseOld(),
    client.getMe(),
    client.getMyPreferences(),
    client.getMyTeams(),
    client.getMyTeamMembers(),
  ]);
  const [unreads] = await Promise.all([client.getMyTeamUnreads(true), client.getServerLimits()]);
  return { user, teams, members, unreads };
}

/** To the team's town square, as the client goes there once it is a member. */
async function townOf(tab: WebTab, name: string) {
  const { client } = tab;
  const me = tab.readable.get("MMUSERID")!;
  const town = await client.getChannelByNameAndTeamName(name, "town-square", true);
  const [member, posts] = await Promise.all([
    client.getChannelMember(town.id, me),
    client.getPostsUnread(town.id, me, 30, 30, true, true, false),
    client.viewMyChannel(town.id),
  ]);
  expect(member).toMatchObject({ user_id: me, channel_id: town.id });
  expect(member.roles.split(" ")).toContain("channel_user");
  expect([posts.prev_post_id, posts.next_post_id]).toEqual(["", ""]);
  return { town, posts };
}

it("an account of the open form chooses a team, or makes one", async () => {
  const tab = new WebTab(node);
  const config = await tab.client.getClientConfig();
  expect(config).toMatchObject({ NoAccounts: "false", EnableOpenServer: "true" });
  const mine = account();
  const { user, teams, members, unreads } = await signUp(tab, mine);
  expect([teams, members, unreads]).toEqual([[], [], []]);
  expect(user).toMatchObject({ roles: "system_user", email: mine.email, email_verified: false });
  expect((await tab.client.getClientConfig()).EnableOnboardingFlow).toBe("false");

  // /select_team
  const open = await adminOf(node).client.patchTeam({ id: team.id, allow_open_invite: true } as Team);
  await tab.connect();
  const listed = (await tab.client.getTeams(0, 30, true)) as unknown as {
    teams: Team[];
    total_count: number;
  };
  expect(listed.total_count).toBe(1);
  expect(listed.teams).toMatchObject([{ id: open.id, display_name: open.display_name, delete_at: 0 }]);
  const member = await tab.client.addToTeam(team.id, user.id);
  expect([tab.last.status, member.team_id, member.delete_at]).toEqual([201, team.id, 0]);
  await tab.next("added_to_team", ({ data }) => data.team_id === team.id && data.user_id === user.id);
  await townOf(tab, team.name);

  // /create_team/display_name, then /create_team/team_url
  const name = `own-${newId().slice(0, 8)}`;
  expect(await tab.client.checkIfTeamExists(team.name)).toEqual({ exists: true });
  expect(await tab.client.checkIfTeamExists(name)).toEqual({ exists: false });
  const made = await tab.client.createTeam({ name, display_name: "Own", type: "O" } as Team);
  expect([tab.last.status, made.name, made.delete_at]).toEqual([201, name, 0]);
  expect(made.invite_id).toMatch(/^[a-z0-9]{26}$/);
  const roles = (await tab.client.getMyTeamMembers()).map((each) => each.roles).sort();
  expect(roles).toEqual(["team_user", "team_user team_admin"]);
  await townOf(tab, name);
  expect((await failureOf(tab.client.createTeam(made))).server_error_id).toBe(
    "app.team.save.existing.app_error",
  );
});

it.each([
  [{ username: "sysadmin" }, "app.user.save.username_exists.app_error"],
  [{ email: "sysadmin@example.com" }, "app.user.save.email_exists.app_error"],
  [{ username: "no spaces" }, "model.user.is_valid.username.app_error"],
  [{ email: "nonsense" }, "model.user.is_valid.email.app_error"],
  [{ password: "1234567" }, "model.user.is_valid.pwd_min_length.app_error"],
])("the form shows what is wrong with %o beside its field", async (fields, id) => {
  const tab = new WebTab(node);
  const failure = await failureOf(tab.client.createUser({ ...account(), ...fields } as never, "", "", ""));
  expect(failure).toMatchObject({ server_error_id: id, status_code: 400 });
  expect(failure.message).not.toBe("");
});

it("a team's link lets in who signs up, and who has an account", async () => {
  const tab = new WebTab(node);
  const info = await tab.client.getTeamInviteInfo(team.invite_id);
  expect(info).toEqual({
    id: team.id,
    name: team.name,
    display_name: team.display_name,
    description: expect.any(String),
  });
  const { user, teams } = await signUp(tab, account(), "", team.invite_id);
  expect(teams.map(({ id }) => id)).toEqual([team.id]);
  // A second time is no harm: the client asks it of somebody whom the sign-up has let in.
  const member = await tab.client.addToTeamFromInvite("", team.invite_id);
  expect(tab.last.status).toBe(201);
  expect(member).toMatchObject({ team_id: team.id, user_id: user.id, delete_at: 0, roles: "team_user" });
  const { posts } = await townOf(tab, team.name);
  expect(Object.values(posts.posts).map(({ type }) => type)).toContain("system_join_team");

  const other = await new WebTab(node).login(await makeUser({ node }));
  await other.connect();
  const joined = await other.client.addToTeamFromInvite("", team.invite_id);
  expect([other.last.status, joined.team_id]).toEqual([201, team.id]);
  await other.next("added_to_team");
  await townOf(other, team.name);
  const wrong = await failureOf(other.client.addToTeamFromInvite("", newId()));
  expect(wrong.status_code).toBeGreaterThanOrEqual(400);
  expect(wrong.status_code).not.toBe(401);
  expect((await failureOf(tab.client.getTeamInviteInfo(newId()))).status_code).toBe(404);

  // Who may not join has no account either, and can try again with another address.
  const domain = { allowed_domains: "corp.example.org" };
  const strict = await owner.client.getTeam((await makeTeam(owner, [], domain)).id);
  const mine = account();
  const refused = await failureOf(
    new WebTab(node).client.createUser(mine as never, "", strict.invite_id, ""),
  );
  expect(refused).toMatchObject({
    server_error_id: "api.user.create_user.accepted_domain.app_error",
    status_code: 400,
  });
  const fitting = { ...mine, email: `${newId()}@corp.example.org` };
  expect((await signUp(new WebTab(node), fitting, "", strict.invite_id)).teams).toHaveLength(1);
});

it("an e-mailed invitation lets in who signs up by it, or logs in by it, and each one once", async () => {
  const sender = await new WebTab(node).login(owner);
  const guest = await makeUser({ node });
  const { email } = await guest.client.getMe();
  const mine = account();
  const sent = await sender.ask("POST", `teams/${team.id}/invite/email?graceful=true`, [mine.email, email]);
  expect(sent.data).toEqual([
    { email: mine.email, error: null },
    { email, error: null },
  ]);
  const invitation = async (to: string) => {
    for (;;) {
      const link = /https?:\S+signup_user_complete\S+/.exec((await mail.next(to)).mail.text!)?.[0];
      if (link) return new URL(link);
    }
  };
  const link = await invitation(mine.email);
  expect(link.origin).toBe(node.url);
  expect(JSON.parse(link.searchParams.get("d")!)).toMatchObject({ email: mine.email, name: team.name });
  const tab = new WebTab(node);
  const token = link.searchParams.get("t")!;
  const { user, teams } = await signUp(tab, mine, token);
  expect(user).toMatchObject({ email: mine.email, email_verified: true });
  expect(teams.map(({ id }) => id)).toEqual([team.id]);
  const again = await failureOf(new WebTab(node).client.createUser(account() as never, token, "", ""));
  expect(again).toMatchObject({
    server_error_id: "api.user.create_user.signup_link_invalid.app_error",
    status_code: 400,
  });

  const second = (await invitation(email)).searchParams.get("t")!;
  const other = await new WebTab(node).login(guest);
  const member = await other.client.addToTeamFromInvite(second, "");
  expect([other.last.status, member.user_id, member.team_id]).toEqual([201, guest.id, team.id]);
  expect((await failureOf(other.client.addToTeamFromInvite(second, ""))).status_code).toBe(400);
  await townOf(other, team.name);
});

it("a closed server says so, but for its invitations", async () => {
  await configure({ TeamSettings: { EnableOpenServer: false } });
  const tab = new WebTab(node);
  expect((await tab.client.getClientConfig()).EnableOpenServer).toBe("false");
  const failure = await failureOf(tab.client.createUser(account() as never, "", "", ""));
  expect(failure).toMatchObject({ server_error_id: "api.user.create_user.no_open_server", status_code: 403 });
  expect((await signUp(tab, account(), "", team.invite_id)).teams).toHaveLength(1);
});
