// The web client's account settings (client-flows 17): what each panel sends, what it shows of the answer, and what the person's other
// tab and other people hear of it.

import type { OAuthApp } from "@mattermost/types/integrations";
import type { Team } from "@mattermost/types/teams";
import type { UserProfile } from "@mattermost/types/users";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { failureOf } from "../../harness/client.ts";
import { type OwnNode, ownNode } from "../../harness/node.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../../harness/people.ts";
import { type MailServer, mailServer } from "../../mail/server.ts";
import { openTab, type Tab } from "../support/tab.ts";
import { closeTabs, WebTab } from "../support/web-client.ts";

const ID = /^[a-z0-9]{26}$/;
const OK = { status: "OK" };
const CALLBACK = "https://app.example.com/back";

let mail: MailServer;
let node: OwnNode;
let admin: Person;
let ada: Person;
let team: Team;
/** Ada's, where she has the settings open; her other one; and Bob's. */
let tab: Tab;
let other: Tab;
let bob: Tab;

beforeAll(async () => {
  mail = await mailServer();
  node = await ownNode({
    env: {
      MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS: "true",
      MM_EMAILSETTINGS_SMTPSERVER: "127.0.0.1",
      MM_EMAILSETTINGS_SMTPPORT: String(mail.port),
      MM_EMAILSETTINGS_FEEDBACKEMAIL: "chat@example.com",
    },
  });
  admin = adminOf(node);
  await admin.client.patchConfig({ ServiceSettings: { SiteURL: node.url } });
  ada = await makeUser({ node });
  const bobby = await makeUser({ node });
  team = await makeTeam(ada, [bobby]);
  [tab, other, bob] = await Promise.all([openTab(ada), openTab(ada), openTab(bobby)]);
});
afterAll(async () => {
  closeTabs();
  await node?.stop();
  await mail?.stop();
});

/** What the client keeps of the person who is logged in, whatever it has patched. */
const FULL_USER = {
  id: expect.stringMatching(ID),
  create_at: expect.any(Number),
  update_at: expect.any(Number),
  delete_at: 0,
  username: expect.any(String),
  email: expect.any(String),
  nickname: expect.any(String),
  first_name: expect.any(String),
  last_name: expect.any(String),
  position: expect.any(String),
  roles: expect.any(String),
  locale: expect.any(String),
  notify_props: expect.objectContaining({ desktop: expect.any(String), mention_keys: expect.any(String) }),
  timezone: {
    useAutomaticTimezone: expect.any(String),
    automaticTimezone: expect.any(String),
    manualTimezone: expect.any(String),
  },
};

/** Patches as a panel does; her other tab must show the same, and Bob's the new name without what is hers alone. */
async function patch(fields: Record<string, unknown>): Promise<UserProfile> {
  const saved = await tab.client.patchMe(fields as never);
  expect(saved).toMatchObject({ ...FULL_USER, ...fields });
  const mine = await other.next("user_updated", ({ data }) => data.user.update_at === saved.update_at);
  expect(mine.data.user).toMatchObject({ ...FULL_USER, ...fields });
  const his = await bob.next("user_updated", ({ data }) => data.user.update_at === saved.update_at);
  expect(his.data.user).toMatchObject({ id: ada.id, username: saved.username, roles: saved.roles });
  // Keys with what is hers alone would be shown, or saved, as his own.
  expect(his.data.user.notify_props ?? {}).toEqual({});
  return saved;
}

describe("a field", () => {
  it("is saved alone, and the answer is the whole person", async () => {
    const before = await tab.client.getMe();
    const fields = { first_name: "Ada", last_name: "Lovelace", nickname: "Countess", position: "Analyst" };
    for (const [name, value] of Object.entries(fields)) await patch({ [name]: value });
    const me = await tab.client.getMe();
    expect(me).toMatchObject({ ...fields, email: before.email, roles: before.roles });
    expect(await bob.client.getUser(ada.id)).toMatchObject(fields);
    await patch({ locale: "de" });
    const berlin = { useAutomaticTimezone: "false", automaticTimezone: "", manualTimezone: "Europe/Berlin" };
    await patch({ timezone: berlin });
    await patch({ locale: "en" });
    ({ username: ada.username } = await patch({ username: `ada${Date.now()}` }));
    expect((await tab.client.getMe()).timezone).toEqual(berlin);
  });

  it("is the notifications, all keys as text", async () => {
    const props = {
      ...(await tab.client.getMe()).notify_props,
      desktop: "all",
      desktop_threads: "all",
      desktop_sound: "true",
      desktop_notification_sound: "Bing",
      calls_desktop_sound: "true",
      calls_notification_sound: "Calm",
      push: "mention",
      push_status: "online",
      push_threads: "all",
      email: "false",
      email_threads: "all",
      comments: "any",
      first_name: "true",
      channel: "true",
      mention_keys: "ada,engine",
      highlight_keys: "steam",
      auto_responder_active: "false",
      auto_responder_message: "",
    };
    const saved = await patch({ notify_props: props });
    expect(saved.notify_props).toEqual(props);
    for (const value of Object.values(saved.notify_props)) expect(typeof value).toBe("string");
    expect((await tab.client.getMe()).notify_props).toEqual(props);
  });

  it("says in words why it is refused, and changes nothing", async () => {
    const { username } = await tab.client.getMe();
    const taken = await failureOf(tab.client.patchMe({ username: bob.username }));
    expect(taken).toMatchObject({ status_code: 400, message: expect.stringMatching(/\w+ \w+/) });
    const long = await failureOf(tab.client.patchMe({ nickname: "n".repeat(65) }));
    expect([long.status_code, long.message.length > 5]).toEqual([400, true]);
    expect((await tab.client.getMe()).username).toBe(username);
  });
});

it("preferences are saved and removed, in her other tab too", async () => {
  const preference = (category: string, name: string, value: string) => ({
    user_id: ada.id,
    category,
    name,
    value,
  });
  const theme = JSON.stringify({ type: "Onyx", sidebarBg: "#202228" });
  const saved = [
    preference("display_settings", "use_military_time", "true"),
    preference("display_settings", "channel_display_mode", "full"),
    preference("display_settings", "message_display", "compact"),
    preference("display_settings", "name_format", "full_name"),
    preference("sidebar_settings", "show_unread_section", "true"),
    preference("sidebar_settings", "limit_visible_dms_gms", "20"),
    preference("advanced_settings", "send_on_ctrl_enter", "true"),
    preference("advanced_settings", "feature_enabled_markdown_preview", "true"),
    preference("notifications", "email_interval", "30"),
    preference("theme", team.id, theme),
    preference("theme", "", theme),
  ];
  expect(await tab.client.savePreferences(ada.id, saved)).toEqual(OK);
  const heard = await other.next("preferences_changed");
  expect(heard.parsed.preferences).toEqual(expect.arrayContaining(saved));
  expect(heard.broadcast.user_id).toBe(ada.id);
  expect(await tab.client.getMyPreferences()).toEqual(expect.arrayContaining(saved));
  const themes = saved.filter(({ category }) => category === "theme");
  expect(await tab.client.deletePreferences(ada.id, themes)).toEqual(OK);
  expect((await other.next("preferences_deleted")).parsed.preferences).toEqual(themes);
  const left = (await tab.client.getMyPreferences()) as unknown as typeof saved;
  expect(left.filter(({ category }) => category === "theme")).toEqual([]);
  await bob.none("preferences_changed");
});

describe("security", () => {
  it("changes the password, lists sessions and what was done, and ends another session", async () => {
    const wrong = await failureOf(tab.client.updateUserPassword(ada.id, "Wrong-pass-1", "Better-pass-2"));
    // 401 would log her out.
    expect([wrong.status_code, wrong.message.length > 5]).toEqual([400, true]);
    const short = await failureOf(tab.client.updateUserPassword(ada.id, ada.password, "short"));
    expect(short.status_code).toBe(400);
    expect(await tab.client.updateUserPassword(ada.id, ada.password, "Better-pass-2")).toEqual(OK);
    ada.password = "Better-pass-2";
    // TerminateSessionsOnPasswordChange: everywhere but here.
    other.mayEnd = true;
    expect((await failureOf(other.client.getMe())).status_code).toBe(401);
    other.close();
    other = await openTab(ada);
    const phone = await new WebTab(node).login(ada);
    const sessions = await tab.client.getSessions(ada.id);
    for (const session of sessions)
      expect(session).toMatchObject({
        id: expect.stringMatching(ID),
        user_id: ada.id,
        create_at: expect.any(Number),
        last_activity_at: expect.any(Number),
        expires_at: expect.any(Number),
        device_id: expect.any(String),
        is_oauth: false,
        roles: expect.any(String),
        props: { browser: expect.any(String), os: expect.any(String), platform: expect.any(String) },
      });
    expect(JSON.stringify(sessions)).not.toContain(phone.cookies.get("MMAUTHTOKEN")!.value);
    const newest = sessions.toSorted((a, b) => b.create_at - a.create_at)[0]!;
    expect(await tab.client.revokeSession(ada.id, newest.id)).toEqual(OK);
    phone.mayEnd = true;
    expect((await failureOf(phone.client.getMe())).status_code).toBe(401);
    expect((await tab.client.getMe()).id).toBe(ada.id);
    // What the Access History names is looked up by these paths; it is written after the answer.
    const audits = await vi.waitFor(
      async () => {
        const list = await tab.client.getUserAudits(ada.id, 0, 200);
        const actions = list.map(({ action }) => action);
        for (const action of [`/api/v4/users/${ada.id}/password`, "/api/v4/users/login"])
          expect(actions).toContain(action);
        return list;
      },
      { timeout: 10_000 },
    );
    for (const audit of audits)
      expect(audit).toMatchObject({
        id: expect.any(String),
        create_at: expect.any(Number),
        user_id: ada.id,
        action: expect.any(String),
        extra_info: expect.any(String),
        ip_address: expect.any(String),
        session_id: expect.any(String),
      });
    expect((await failureOf(bob.client.getSessions(ada.id))).status_code).toBe(403);
  });

  it("changes the address by the password, and verifies it by mail", async () => {
    const email = `ada.new${Date.now()}@example.com`;
    // A 401 that ends no session (http-conventions 3.2).
    tab.mayEnd = true;
    const wrong = await failureOf(tab.client.patchMe({ email, password: "Wrong-pass-1" }));
    tab.mayEnd = false;
    expect(wrong.server_error_id).toBe("api.user.check_user_password.invalid.app_error");
    const saved = await tab.client.patchMe({ email, password: ada.password });
    expect(saved).toMatchObject({ ...FULL_USER, email });
    expect((await other.next("user_updated", ({ data }) => data.user.email === email)).data.user.id).toBe(
      ada.id,
    );
    expect(await tab.client.sendVerificationEmail(email)).toEqual(OK);
    let link: RegExpExecArray | null = null;
    while (!link) link = /do_verify_email\S*[?&]token=(\w+)/.exec((await mail.next(email)).mail.text!);
    expect(await tab.client.verifyUserEmail(link[1]!)).toEqual(OK);
    expect(await tab.client.getMe()).toMatchObject({ email, email_verified: true });
  });

  it("lists the apps that she let in, and shuts them out", async () => {
    expect(await tab.client.getAuthorizedOAuthApps(ada.id)).toEqual([]);
    const app = await admin.client.createOAuthApp({
      name: "Reader",
      description: "reads",
      callback_urls: [CALLBACK],
      homepage: "https://app.example.com",
      is_trusted: false,
    } as unknown as OAuthApp);
    const info = await tab.client.getOAuthAppInfo(app.id);
    expect(info).toMatchObject({ id: app.id, name: "Reader", homepage: "https://app.example.com" });
    const { redirect } = (await tab.client.authorizeOAuthApp("code", app.id, CALLBACK, "s", "user")) as never;
    expect(new URL(redirect).searchParams.get("code")).toMatch(/\w+/);
    expect(await tab.client.getAuthorizedOAuthApps(ada.id)).toMatchObject([{ id: app.id, name: "Reader" }]);
    await tab.client.deauthorizeOAuthApp(app.id);
    expect(await tab.client.getAuthorizedOAuthApps(ada.id)).toEqual([]);
  });

  it("makes access tokens, once she has the role", async () => {
    expect((await failureOf(tab.client.createUserAccessToken(ada.id, "script"))).status_code).toBe(403);
    const roles = "system_user system_user_access_token";
    await admin.client.updateUserRoles(ada.id, roles);
    expect((await tab.next("user_role_updated")).data).toEqual({ user_id: ada.id, roles });
    const [role] = await tab.client.getRolesByNames(["system_user_access_token"]);
    expect(role!.permissions).toContain("create_user_access_token");
    const made = await tab.client.createUserAccessToken(ada.id, "script");
    const shown = { id: made.id, user_id: ada.id, description: "script", is_active: true };
    expect(made).toMatchObject({ ...shown, token: expect.stringMatching(ID) });
    const listed = await tab.client.getUserAccessTokensForUser(ada.id, 0, 200);
    expect(listed).toMatchObject([shown]);
    expect(listed[0]!.token || "").toBe("");
    expect(await tab.client.disableUserAccessToken(made.id)).toEqual(OK);
    expect((await tab.client.getUserAccessToken(made.id)).is_active).toBe(false);
    expect(await tab.client.enableUserAccessToken(made.id)).toEqual(OK);
    expect(await tab.client.revokeUserAccessToken(made.id)).toEqual(OK);
    expect(await tab.client.getUserAccessTokensForUser(ada.id)).toEqual([]);
  });
});
