// By which service an account logs in, bots that become users, and what TeamSettings say of addresses and direct messages.
// On a node of its own, for its configuration.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeTeam, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { CERTIFICATE } from "../mail/certificate.ts";
import { type MailServer, mailServer } from "../mail/server.ts";

let mail: MailServer;
let node: OwnNode;
let world: World;
let admin: Person;
const folder = mkdtempSync(join(tmpdir(), "edgemost-sign-in-"));

beforeAll(async () => {
  const certificates = join(folder, "authority.pem");
  writeFileSync(certificates, CERTIFICATE);
  mail = await mailServer();
  node = await ownNode({
    env: {
      NODE_EXTRA_CA_CERTS: certificates,
      MM_SERVICESETTINGS_SITEURL: "https://chat.example.com",
      MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION: "true",
      MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS: "true",
      MM_EMAILSETTINGS_SMTPSERVER: "127.0.0.1",
      MM_EMAILSETTINGS_SMTPPORT: String(mail.port),
      MM_EMAILSETTINGS_FEEDBACKEMAIL: "chat@example.com",
      MM_TEAMSETTINGS_RESTRICTCREATIONTODOMAINS: "@Example.com, example.org",
      MM_TEAMSETTINGS_RESTRICTDIRECTMESSAGE: "team",
    },
  });
  world = await makeWorld({ node, users: 2 });
  admin = world.admin;
}, 60_000);

afterAll(async () => {
  await node?.stop();
  await mail?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const sql = () => database(node);
const send = (path: string, body: unknown, token = "") => request(node, token, "POST", path, body);
const login = (user: Person, password = user.password) =>
  send("users/login", { login_id: user.username, password });
const auth = (user: { id: string }, auth_service: string, auth_data: string, by = admin) =>
  by.request("PUT", `users/${user.id}/auth`, { auth_service, auth_data });
const switching = (fields: object, token = "") => send("users/login/switch", fields, token);
const told = async (user: Person) => {
  const address = `${user.username}@example.com`;
  for (;;) {
    const { mail: got } = await mail.next(address);
    if (got.subject?.includes("sign-in method")) return got.text;
  }
};

describe("PUT /users/{id}/auth", () => {
  it("is for who manages the system, and takes what makes sense", async () => {
    const [ada, bob] = world.users as [Person, Person];
    expect((await auth(bob, "gitlab", "7", ada)).status).toBe(403);
    expect((await auth(ada, "gitlab", "7", ada)).status).toBe(403);
    for (const [service, data] of [
      ["myspace", "7"],
      ["constructor", "7"],
      ["gitlab", ""],
      ["", "7"],
      ["gitlab", "7".repeat(129)],
    ] as const)
      expect((await auth(bob, service, data)).status, `${service} ${data}`).toBe(400);
    expect((await auth({ id: newId() }, "gitlab", "7")).status).toBe(404);
    expect((await login(bob)).status).toBe(200);
  });

  it("ends sessions and sockets, forgets the password, and tells the user by mail", async () => {
    const user = await makeUser({ node });
    const socket = await user.ws();
    const data = newId();
    const answer = await auth(user, "gitlab", data);
    expect([answer.status, answer.body]).toEqual([200, { auth_service: "gitlab", auth_data: data }]);
    expect((await user.request("GET", "users/me")).status).toBe(401);
    expect((await socket.call("get_statuses")).error?.status_code).toBe(401);
    expect(await told(user)).toContain("GitLab");
    expect((await login(user)).status).toBe(401);
    expect(await admin.client.getUser(user.id)).toMatchObject({ auth_service: "gitlab", auth_data: data });
    const [row] = await sql()`select password, authdata, failedattempts from users where id = ${user.id}`;
    expect(row).toMatchObject({ password: "", authdata: data });
    // What a service says who a user is holds for one account.
    const other = await makeUser({ node });
    const taken = await auth(other, "gitlab", data);
    expect([taken.status, taken.body.id]).toEqual([400, "app.user.update_auth_data.email_exists.app_error"]);
    expect((await login(other)).status).toBe(200);
  });

  it("gives back an account to a password, which an administrator may set at once", async () => {
    const user = await makeUser({ node });
    await auth(user, "saml", newId());
    expect((await auth(user, "email", "")).body).toEqual({ auth_service: "", auth_data: "" });
    expect((await login(user)).status).toBe(401);
    const path = `users/${user.id}/password`;
    expect((await admin.request("PUT", path, { new_password: "Another-1-word" })).status).toBe(200);
    expect((await login(user, "Another-1-word")).status).toBe(200);
    // The console's "switch to e-mail and password" does both in one.
    await auth(user, "saml", newId());
    expect((await admin.request("PUT", path, { new_password: user.password })).status).toBe(200);
    expect((await login(user)).status).toBe(200);
    expect((await admin.client.getUser(user.id)).auth_service).toBe("");
  });
});

describe("POST /users/login/switch", () => {
  it.each([
    ["email", "gitlab", 501, "api.user.get_authorization_code.unsupported.app_error"],
    ["email", "saml", 501, "api.admin.saml.not_available.app_error"],
    ["email", "ldap", 501, "api.admin.ldap.not_available.app_error"],
    ["ldap", "email", 501, "api.admin.ldap.not_available.app_error"],
    ["gitlab", "saml", 400, "api.context.invalid_body_param.app_error"],
    ["email", "email", 400, "api.context.invalid_body_param.app_error"],
    ["email", "myspace", 400, "api.context.invalid_body_param.app_error"],
  ])("from %s to %s: %i", async (current_service, new_service, status, id) => {
    const { email } = await admin.client.getMe();
    const answer = await switching({ current_service, new_service, email, password: admin.password });
    expect([answer.status, answer.body.id]).toEqual([status, id]);
  });

  it("lets who is logged in by a service change to a password, and nobody else", async () => {
    const user = await makeUser({ node });
    const asked = {
      current_service: "gitlab",
      new_service: "email",
      email: `${user.username}@example.com`,
      password: "Another-1-word",
    };
    const refused = async (token: string) => (await switching(asked, token)).body.id;
    // Without the current password, an account that has one is not changed.
    expect(await refused(user.token)).toBe("api.user.oauth_to_email.context.app_error");
    const { body: program } = await admin.request("POST", `users/${user.id}/tokens`, { description: "t" });
    await auth(user, "gitlab", newId());
    expect((await request(node, program.token, "GET", "users/me")).status).toBe(200);
    expect(await refused(program.token)).toBe("api.user.oauth_to_email.context.app_error");
    expect(await refused("")).toBe("api.user.oauth_to_email.context.app_error");
    expect(await refused(world.users[0]!.token)).toBe("api.user.oauth_to_email.context.app_error");
    const token = await desktopSession(user);
    expect((await switching({ ...asked, password: "short" }, token)).status).toBe(400);
    expect((await switching(asked, token)).body).toEqual({ follow_link: "/login?extra=signin_change" });
    expect((await request(node, token, "GET", "users/me")).status).toBe(401);
    expect((await login(user, asked.password)).status).toBe(200);
    // Each leaves after its own answer, so that either may come first.
    const both = `${await told(user)} ${await told(user)}`;
    expect(both).toContain("GitLab");
    expect(both).toContain("e-mail and password");
  });
});

/** A token as another service's login makes it; `age` in seconds. */
async function desktopToken(user: Person, age = 0): Promise<string> {
  const token = newId();
  const at = Math.floor(Date.now() / 1_000) - age;
  await sql()`insert into desktoptokens (token, createat, userid) values (${token}, ${at}, ${user.id})`;
  return token;
}
const desktopLogin = (token: string) => send("users/login/desktop_token", { token, device_id: "" });
async function desktopSession(user: Person): Promise<string> {
  return (await desktopLogin(await desktopToken(user))).headers.get("token")!;
}

describe("POST /users/login/desktop_token (http-conventions 2.2)", () => {
  it("opens a session once, for 180 s, to users of other services, with cookies", async () => {
    const user = await makeUser({ node });
    const idOf = async (token: string) => {
      const { status, body } = await desktopLogin(token);
      return [status, body.id];
    };
    const refusal = [401, "api.user.login_with_desktop_token.not_oauth_or_saml_user.app_error"];
    expect(await idOf(await desktopToken(user))).toEqual(refusal);
    await auth(user, "ldap", newId());
    expect(await idOf(await desktopToken(user))).toEqual(refusal);
    await auth(user, "gitlab", newId());
    expect(await idOf(await desktopToken(user, 190))).toEqual([401, "app.desktop_token.validate.expired"]);
    const token = await desktopToken(user, 100);
    const answer = await desktopLogin(token);
    expect([answer.status, answer.body.id]).toEqual([200, user.id]);
    const names = answer.headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
    expect(names).toEqual(["MMAUTHTOKEN", "MMUSERID", "MMCSRF"]);
    const session = answer.headers.get("token")!;
    expect((await request(node, session, "GET", "users/me")).body.id).toBe(user.id);
    const [row] = await sql()`select props from sessions where token = ${session}`;
    expect(row!.props).toMatchObject({ isOAuthUser: "true", isSaml: "false" });
    expect(await idOf(token)).toEqual([401, "app.desktop_token.validate.invalid"]);
    expect((await send("users/login/desktop_token", {})).status).toBe(400);
    await admin.request("PUT", `users/${user.id}/active`, { active: false });
    expect(await idOf(await desktopToken(user))).toEqual([401, "api.user.login.inactive.app_error"]);
  });
});

describe("POST /bots/{id}/convert_to_user", () => {
  it("makes a bot a user: for who manages the system", async () => {
    const { body: bot } = await admin.request("POST", "bots", { username: `bot-${newId()}` });
    const { body: pat } = await admin.request("POST", `users/${bot.user_id}/tokens`, { description: "t" });
    const as = (token: string) => request(node, token, "GET", "users/me");
    expect((await as(pat.token)).body.is_bot).toBe(true);
    const path = `bots/${bot.user_id}/convert_to_user`;
    const email = `${newId()}@example.com`;
    const fields = { password: "Another-1-word", email, first_name: "Robin" };
    const [ada] = world.users as [Person];
    expect((await ada.request("POST", path, fields)).status).toBe(403);
    expect((await admin.request("POST", path, { email })).status).toBe(400);
    expect((await admin.request("POST", path, { ...fields, password: "x" })).status).toBe(400);
    const taken = { ...fields, email: `${ada.username}@example.com` };
    expect((await admin.request("POST", path, taken)).status).toBe(400);
    expect((await as(pat.token)).body.is_bot).toBe(true);

    const socket = await ada.ws();
    expect((await admin.request("POST", path, fields)).body).toEqual({ status: "OK" });
    await socket.next(
      "user_updated",
      ({ parsed }) => parsed.user.id === bot.user_id && parsed.user.is_bot !== true,
    );
    expect(await ada.client.getUser(bot.user_id)).toMatchObject({ first_name: "Robin", email });
    expect((await admin.request("GET", `bots/${bot.user_id}?include_deleted=true`)).status).toBe(404);
    const { status, body } = await send("users/login", { login_id: email, password: fields.password });
    expect([status, body.roles]).toEqual([200, "system_user"]);
    // The token goes on as a user's.
    expect((await as(pat.token)).body).toMatchObject({ id: bot.user_id });
    const [row] = await sql()`select props from sessions where token = ${pat.token}`;
    expect(row!.props.is_bot).toBeUndefined();
    expect((await admin.request("POST", path, fields)).status).toBe(404);
  });

  it("makes it an administrator where asked, and a user a bot again", async () => {
    const { body: bot } = await admin.request("POST", "bots", { username: `bot-${newId()}` });
    const fields = { password: "Another-1-word" };
    const path = `bots/${bot.user_id}/convert_to_user?set_system_admin=true`;
    expect((await admin.request("POST", path, fields)).status).toBe(200);
    const signIn = () => send("users/login", { login_id: bot.username, ...fields });
    const { body, headers } = await signIn();
    expect(body.roles.split(" ").sort()).toEqual(["system_admin", "system_user"]);
    const token = headers.get("token")!;
    expect((await request(node, token, "GET", "audits")).status).toBe(200);
    expect((await world.users[0]!.request("POST", `users/${bot.user_id}/convert_to_bot`)).status).toBe(403);
    expect((await admin.request("POST", `users/${bot.user_id}/convert_to_bot`)).status).toBe(200);
    expect((await request(node, token, "GET", "users/me")).status).toBe(401);
    expect((await signIn()).body.id).toBe("api.user.login.bot_login_forbidden.app_error");
  });
});

describe("GET /users/invalid_emails", () => {
  it("lists active people whose address is of no accepted domain, to who may see the console's users", async () => {
    const [inside, outside, gone, alike] = await Promise.all([1, 2, 3, 4].map(() => makeUser({ node })));
    const rename = (user: Person, domain: string) =>
      sql()`update users set email = ${`${user.username}@${domain}`} where id = ${user.id}`;
    await rename(inside!, "example.org");
    await rename(outside!, "elsewhere.net");
    await rename(gone!, "elsewhere.net");
    await rename(alike!, "notexample.com");
    await admin.request("PUT", `users/${gone!.id}/active`, { active: false });
    const ids = async (query = "") =>
      (await admin.request("GET", `users/invalid_emails${query}`)).body.map(
        (user: { id: string }) => user.id,
      );
    const expected = [outside!, alike!]
      .sort((a, b) => (a.username < b.username ? -1 : 1))
      .map(({ id }) => id);
    expect(await ids()).toEqual(expected);
    expect(await ids("?page=1&per_page=1")).toEqual([expected[1]]);
    expect((await inside!.request("GET", "users/invalid_emails")).status).toBe(403);
    const { body } = await admin.request("PUT", "config/patch", { TeamSettings: { EnableOpenServer: true } });
    expect(body.TeamSettings.EnableOpenServer).toBe(true);
    expect((await admin.request("GET", "users/invalid_emails")).body.id).toBe(
      "api.users.invalid_emails.enable_open_server.app_error",
    );
  });
});

describe("GET /sharedchannels/users/{id}/can_dm/{id}", () => {
  it("follows RestrictDirectMessage", async () => {
    const [ada, bob] = world.users as [Person, Person];
    const stranger = await makeUser({ node });
    const can = async (by: Person, from: Person, to: Person) =>
      (await by.request("GET", `sharedchannels/users/${from.id}/can_dm/${to.id}`)).body.can_dm;
    expect(await can(ada, ada, bob)).toBe(true);
    expect(await can(ada, ada, ada)).toBe(true);
    expect(await can(ada, ada, stranger)).toBe(false);
    expect(await can(admin, admin, stranger)).toBe(true);
    await makeTeam(stranger, [ada]);
    expect(await can(ada, ada, stranger)).toBe(true);
    expect(await can(ada, bob, stranger)).toBe(false);
    expect((await bob.request("POST", "channels/direct", [bob.id, stranger.id])).status).toBe(403);
    expect((await ada.request("POST", "channels/direct", [ada.id, stranger.id])).status).toBe(201);
  });
});
