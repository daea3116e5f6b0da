// Logging in and out (client-flows 5): what the login page sends and how it tells one failure from another, the second factor,
// a new password and a verified address by mail, and what a browser is left with.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { totpCode } from "../../../workers/passwords/totp.ts";
import { failureOf } from "../../harness/client.ts";
import { type OwnNode, ownNode } from "../../harness/node.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../../harness/people.ts";
import { type MailServer, mailServer } from "../../mail/server.ts";
import { closeTabs, WebTab } from "../support/web-client.ts";

let mail: MailServer;
let node: OwnNode;
let admin: Person;
let ada: Person;
let teamName: string;

const MASKED = "api.user.login.invalid_credentials_email_username";

beforeAll(async () => {
  mail = await mailServer();
  node = await ownNode({
    env: {
      MM_SERVICESETTINGS_ENABLEMULTIFACTORAUTHENTICATION: "true",
      MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION: "true",
      MM_SERVICESETTINGS_MAXIMUMLOGINATTEMPTS: "3",
      MM_EMAILSETTINGS_SMTPSERVER: "127.0.0.1",
      MM_EMAILSETTINGS_SMTPPORT: String(mail.port),
      MM_EMAILSETTINGS_FEEDBACKEMAIL: "chat@example.com",
    },
  });
  admin = adminOf(node);
  await configure({ ServiceSettings: { SiteURL: node.url } });
  ada = await makeUser({ node });
  teamName = (await makeTeam(ada)).name;
});
afterAll(async () => {
  closeTabs();
  await node?.stop();
  await mail?.stop();
});

async function configure(settings: unknown): Promise<void> {
  expect((await admin.request("PUT", "config/patch", settings)).status).toBe(200);
}

const emailOf = (who: Person) => `${who.username}@example.com`;
const tabOf = async (who: Person) => new WebTab(node).login(who);

/** The token of the newest mail's link that leads to `path`. */
async function linkTo(path: string, to: string): Promise<URL> {
  for (;;) {
    const text = (await mail.next(to)).mail.text!;
    const found = text.match(/https?:\S+/g)?.find((link) => link.includes(`/${path}`));
    if (found) return new URL(found);
  }
}

describe("the login page", () => {
  it("logs in, and loads the person", async () => {
    const tab = new WebTab(node);
    const { client } = tab;
    await Promise.all([client.getClientConfig(), client.getClientLicenseOld()]);
    const profile = await client.login(ada.username, ada.password, "");
    expect(tab.last.status).toBe(200);
    expect(profile).toMatchObject({
      id: ada.id,
      username: ada.username,
      email: emailOf(ada),
      roles: "system_user",
      delete_at: 0,
      locale: "en",
      notify_props: { desktop: expect.any(String), mention_keys: expect.any(String) },
    });
    expect(Object.keys(profile)).not.toContain("password");
    const token = tab.last.headers.get("token")!;
    expect(Object.fromEntries(tab.cookies)).toEqual({
      MMAUTHTOKEN: expect.objectContaining({ value: token, httpOnly: true, path: "/", secure: false }),
      MMUSERID: expect.objectContaining({ value: ada.id, httpOnly: false, path: "/", secure: false }),
      MMCSRF: expect.objectContaining({ httpOnly: false, path: "/", sameSite: undefined }),
    });
    const days = (tab.cookies.get("MMUSERID")!.expires! - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29.9);
    const [config, , me] = await Promise.all([
      client.getClientConfig(),
      client.getClientLicenseOld(),
      client.getMe(),
      client.getMyPreferences(),
      client.getMyTeams(),
      client.getMyTeamMembers(),
    ]);
    expect([config.MaxPostSize, me.id]).toEqual(["16383", ada.id]);
    const [unreads] = await Promise.all([client.getMyTeamUnreads(true), client.getServerLimits()]);
    expect(unreads).toMatchObject([
      { msg_count: 0, mention_count: 0, thread_count: 0, thread_mention_count: 0 },
    ]);
    expect(await client.getChannelByNameAndTeamName(teamName, "town-square", true)).toMatchObject({
      name: "town-square",
    });
  });

  it("sets Secure cookies behind a proxy that speaks TLS", async () => {
    const tab = new WebTab(node);
    const body = { login_id: ada.username, password: ada.password, token: "", deviceId: "" };
    await tab.ask("POST", "users/login", body, { "X-Forwarded-Proto": "https" });
    expect([...tab.cookies.values()].map(({ secure }) => secure)).toEqual([true, true, true]);
  });

  it("says what went wrong, and takes no failure for the end of a session", async () => {
    const bot = await admin.client.createBot({ username: `bot${newId()}`, display_name: "" } as never);
    const gone = await makeUser({ node });
    await admin.client.updateUserActive(gone.id, false);
    const tab = new WebTab(node, "de");
    const cases: [login: string, password: string, id: string, status: number][] = [
      [ada.username, "wrong-password", MASKED, 401],
      ["nobody-of-that-name", "wrong-password", MASKED, 401],
      ["", "wrong-password", MASKED, 401],
      [ada.username, "", "api.user.login.blank_pwd.app_error", 400],
      [bot.username, "whatever-it-is", "api.user.login.bot_login_forbidden.app_error", 401],
      [gone.username, gone.password, "api.user.login.inactive.app_error", 401],
    ];
    for (const [login, password, id, status] of cases) {
      const failure = await failureOf(tab.client.login(login, password, ""));
      expect(failure).toMatchObject({ server_error_id: id, status_code: status });
      expect(failure.message).not.toBe("");
      expect(tab.cookies.size).toBe(0);
    }
    for (const [setting, id] of [
      ["EnableSignInWithEmail", "api.user.login.invalid_credentials_username"],
      ["EnableSignInWithUsername", "api.user.login.invalid_credentials_email"],
    ] as const) {
      await configure({ EmailSettings: { [setting]: false } });
      expect((await tab.client.getClientConfig())[setting]).toBe("false");
      const login = setting === "EnableSignInWithEmail" ? emailOf(ada) : ada.username;
      expect((await failureOf(tab.client.login(login, ada.password, ""))).server_error_id).toBe(id);
      await configure({ EmailSettings: { [setting]: true } });
    }
  });

  it("locks an account after too many failures, and a new password opens it again", async () => {
    const bob = await makeUser({ node });
    const tab = new WebTab(node);
    const attempt = async (password: string) =>
      (await failureOf(tab.client.login(bob.username, password, ""))).server_error_id;
    for (let n = 0; n < 3; n++) expect(await attempt("wrong-password")).toBe(MASKED);
    expect(await attempt(bob.password)).toBe("api.user.check_user_login_attempts.too_many.app_error");

    expect(await tab.client.sendPasswordResetEmail(emailOf(bob))).toEqual({ status: "OK" });
    const link = await linkTo("reset_password_complete", emailOf(bob));
    expect(link.origin).toBe(node.url);
    const token = link.searchParams.get("token")!;
    expect((await failureOf(tab.client.resetUserPassword(token, "short"))).server_error_id).toBe(
      "model.user.is_valid.pwd_min_length.app_error",
    );
    expect(await tab.client.resetUserPassword(token, "Secret-pass-2")).toEqual({ status: "OK" });
    expect((await failureOf(tab.client.resetUserPassword(token, "Secret-pass-3"))).server_error_id).toBe(
      "api.user.reset_password.invalid_link.app_error",
    );
    expect((await tab.client.login(bob.username, "Secret-pass-2", "")).id).toBe(bob.id);
    expect(await new WebTab(node).client.sendPasswordResetEmail("nobody@example.com")).toEqual({
      status: "OK",
    });
  });

  it("learns that no magic link is to be had, and asks for the password", async () => {
    const tab = new WebTab(node);
    expect((await tab.client.getClientConfig()).EnableGuestMagicLink).toBe("false");
    const { status, data } = await tab.ask("POST", "users/login/type", { login_id: ada.username });
    expect([status, data.status_code]).toEqual([404, 404]);
    const desktop = await failureOf(tab.client.loginWithDesktopToken(newId()));
    expect(desktop.status_code).toBeGreaterThanOrEqual(400);
  });
});

describe("the second factor", () => {
  it("shows its form, logs in by the code, and can be removed", async () => {
    const tab = await tabOf(ada);
    await tab.connect();
    expect((await tab.client.getClientConfig()).EnableMultifactorAuthentication).toBe("true");
    const made = await tab.client.generateMfaSecret(ada.id);
    expect(tab.last.headers.get("cache-control")).toBe("no-cache");
    expect(made).toEqual({ secret: expect.stringMatching(/^[A-Z2-7]{32}$/), qr_code: expect.any(String) });
    // No code is taken twice: this time step's, then the next one's, which both still count if the step ends on the way.
    const code = (from: number) => totpCode(made.secret, Math.floor(Date.now() / 30_000) + from);
    // A 401 that ends no session (http-conventions 3.2): the page of the second factor shows it.
    tab.mayEnd = true;
    const mistyped = await failureOf(tab.client.updateUserMfa(ada.id, true, "000000"));
    tab.mayEnd = false;
    expect(mistyped.server_error_id).toBe("mfa.activate.bad_token.app_error");
    expect(await tab.client.updateUserMfa(ada.id, true, await code(0))).toEqual({ status: "OK" });
    await tab.next("user_updated", ({ data }) => data.user.id === ada.id && data.user.mfa_active === true);

    const page = new WebTab(node);
    const asked = await failureOf(page.client.login(ada.username, ada.password, ""));
    expect(asked).toMatchObject({
      server_error_id: "mfa.validate_token.authenticate.app_error",
      status_code: 401,
    });
    expect(page.cookies.size).toBe(0);
    const wrong = await failureOf(page.client.login(ada.username, ada.password, "000000"));
    expect(wrong.server_error_id).toBe("api.user.check_user_mfa.bad_code.app_error");
    expect((await failureOf(page.client.login(ada.username, "wrong-password", ""))).server_error_id).toBe(
      MASKED,
    );
    expect(await page.client.login(ada.username, ada.password, await code(1))).toMatchObject({
      id: ada.id,
      mfa_active: true,
    });
    expect(await tab.client.updateUserMfa(ada.id, false, "")).toEqual({ status: "OK" });
    expect(await tabOf(ada)).toBeInstanceOf(WebTab);
  });
});

describe("an address that is to be verified", () => {
  it("leads to the page that waits for it, and from the mail's link to the login", async () => {
    await configure({ EmailSettings: { RequireEmailVerification: true } });
    const eve = { username: `eve${newId()}`, email: `${newId()}@example.com`, password: "Secret-pass-1" };
    await configure({ TeamSettings: { EnableOpenServer: true } });
    const tab = new WebTab(node);
    const user = await tab.client.createUser(eve as never, "", "", "");
    const refused = await failureOf(tab.client.loginById(user.id, eve.password, ""));
    expect(refused).toMatchObject({
      server_error_id: "api.user.login.not_verified.app_error",
      status_code: 401,
    });
    expect((await linkTo("do_verify_email", eve.email)).searchParams.get("email")).toBe(eve.email);
    expect(await tab.client.sendVerificationEmail(eve.email)).toEqual({ status: "OK" });
    const second = await linkTo("do_verify_email", eve.email);
    expect([second.origin, second.searchParams.get("email")]).toEqual([node.url, eve.email]);
    expect(await tab.client.verifyUserEmail(second.searchParams.get("token")!)).toEqual({ status: "OK" });
    const used = await failureOf(tab.client.verifyUserEmail(second.searchParams.get("token")!));
    expect(used).toMatchObject({
      server_error_id: "api.user.verify_email.bad_link.app_error",
      status_code: 400,
    });
    expect(await tab.client.login(eve.email, eve.password, "")).toMatchObject({ email_verified: true });
    await configure({ EmailSettings: { RequireEmailVerification: false } });
  });
});

describe("logging out", () => {
  it("answers OK whoever asks, and leaves the browser's own cookies to the client", async () => {
    const tab = await tabOf(ada);
    await tab.connect();
    const other = await tabOf(ada);
    const response = await tab.client.logout();
    expect([response.status, tab.last.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(tab.cookies.has("MMAUTHTOKEN")).toBe(false);
    expect(tab.readable.get("MMUSERID")).toBe(ada.id);
    tab.close();
    // The next load: the client has dropped MMUSERID, and asks for configuration and licence afresh.
    const config = await tab.client.getClientConfig();
    expect([config.MaxPostSize, config.EnableSignInWithEmail]).toEqual([undefined, "true"]);
    expect((await failureOf(tab.client.getMe())).status_code).toBe(401);
    expect((await tab.client.logout()).status).toBe(200);
    expect((await other.client.getMe()).id).toBe(ada.id);
    await tab.login(ada);
    expect((await tab.client.getMe()).id).toBe(ada.id);
  });

  it("happens to a browser whose session was ended elsewhere, and it can log in over what is left", async () => {
    const [tab, other] = [await tabOf(ada), await tabOf(ada)];
    tab.mayEnd = true;
    const sessions = await other.client.getSessions(ada.id);
    const ended = sessions.find(
      ({ create_at }) => create_at === Math.max(...sessions.map((s) => s.create_at)),
    );
    expect(ended).toMatchObject({ user_id: ada.id, token: "" });
    expect(await other.client.revokeAllSessionsForUser(ada.id)).toEqual({ status: "OK" });
    const failure = await failureOf(tab.client.getMe());
    expect(failure).toMatchObject({
      status_code: 401,
      server_error_id: "api.context.session_expired.app_error",
    });
    await tab.login(ada);
    expect((await tab.client.getMe()).id).toBe(ada.id);
  });

  it("happens by a wrong CSRF token, where X-Requested-With does not vouch for the request", async () => {
    const tab = await tabOf(ada);
    const body = { timezone: { useAutomaticTimezone: "true", automaticTimezone: "UTC", manualTimezone: "" } };
    const stale = await tab.ask("PUT", "users/me/patch", body, { "X-CSRF-Token": newId() });
    expect(stale.status).toBe(200);
    tab.mayEnd = true;
    const forged = { "X-CSRF-Token": newId(), "X-Requested-With": "" };
    const refused = await tab.ask("PUT", "users/me/patch", body, forged);
    expect([refused.status, refused.data.id]).toEqual([401, "api.context.session_expired.app_error"]);
    expect(tab.cookies.has("MMAUTHTOKEN")).toBe(false);

    await configure({ ServiceSettings: { ExperimentalStrictCSRFEnforcement: true } });
    await tab.login(ada);
    tab.mayEnd = false;
    expect((await tab.client.patchMe(body as never)).id).toBe(ada.id);
    expect((await tab.login(ada)).cookies.size).toBe(3);
    expect((await tab.client.logout()).status).toBe(200);
    await configure({ ServiceSettings: { ExperimentalStrictCSRFEnforcement: false } });
  });
});
