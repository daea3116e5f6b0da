import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { Browser, failureOf, request } from "../harness/client.ts";
import { type OwnNode, ownNode, sharedNode } from "../harness/node.ts";
import { adminOf, loginAgain, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

const node = sharedNode();
const sql = () => database();

async function loginWith(user: Person, deviceId: string, agent = "vitest/1.0") {
  const body = { login_id: user.username, password: user.password, device_id: deviceId };
  const answer = await request(node, "", "POST", "users/login", body, { "user-agent": agent });
  return answer.headers.get("token")!;
}

const statusOf = async (token: string) => (await request(node, token, "GET", "users/me")).status;

describe("sessions (http-conventions 2.4 to 2.6)", () => {
  let world: World;
  let user: Person;
  let other: Person;

  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [other, user] = world.users as [Person, Person];
  });

  it("are listed without their tokens", async () => {
    const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0";
    await loginWith(user, "", agent);
    const sessions = await user.client.getSessions(user.id);
    expect(sessions.every(({ token }) => token === "")).toBe(true);
    const session = sessions.find(({ props }) => props.browser === "Firefox/127.0")!;
    expect(session).toMatchObject({
      user_id: user.id,
      roles: "system_user",
      is_oauth: false,
      device_id: "",
      local: false,
    });
    expect(session.props).toMatchObject({
      platform: "Linux",
      os: "Linux",
      isMobile: "false",
      isSaml: "false",
      isOAuthUser: "false",
    });
    expect(session.expires_at - session.create_at).toBe(720 * 3_600_000);
    expect(session.team_members.map(({ team_id }) => team_id)).toEqual([world.team.id]);
  });

  it("are nobody else's business", async () => {
    const [session] = await user.client.getSessions(user.id);
    for (const call of [
      () => other.client.getSessions(user.id),
      () => other.client.revokeSession(user.id, session!.id),
      () => other.client.revokeAllSessionsForUser(user.id),
      () => other.client.revokeSessionsForAllUsers(),
    ]) {
      expect(await failureOf(call())).toMatchObject({
        status_code: 403,
        server_error_id: "api.context.permissions.app_error",
      });
    }
    expect(await adminOf(node).client.getSessions(user.id)).not.toHaveLength(0);
    // Another user's session under one's own name.
    expect((await failureOf(other.client.revokeSession(other.id, session!.id))).status_code).toBe(400);
    expect(await statusOf(user.token)).toBe(200);
  });

  it("stop working when revoked, their sockets too", async () => {
    const second = await loginAgain(user);
    const socket = await second.ws();
    const sessions = await user.client.getSessions(user.id);
    const newest = sessions.reduce((a, b) => (a.create_at > b.create_at ? a : b));
    await user.client.revokeSession(user.id, newest.id);
    expect(await statusOf(second.token)).toBe(401);
    await user.client.patchMe({ nickname: `n${newId()}` });
    await socket.none("user_updated", ({ data }) => data.user.id === user.id);
    expect(await statusOf(user.token)).toBe(200);
  });

  it("need a session_id to be revoked", async () => {
    expect((await user.request("POST", "users/me/sessions/revoke", {})).status).toBe(400);
    expect((await user.request("POST", "users/me/sessions/revoke", { session_id: newId() })).body.id).toBe(
      "api.context.invalid_url_param.app_error",
    );
  });

  it("of one user all end at once", async () => {
    const some = await makeUser();
    const more = await loginAgain(some);
    await some.client.revokeAllSessionsForUser(some.id);
    expect([await statusOf(some.token), await statusOf(more.token)]).toEqual([401, 401]);
    expect(await sql()`select from sessions where userid = ${some.id}`).toHaveLength(0);
  });

  it("with the same device replace each other", async () => {
    const some = await makeUser();
    const device = `apple_rn-v2:${newId()}`;
    const first = await loginWith(some, device);
    const second = await loginWith(some, device);
    expect([await statusOf(first), await statusOf(second), await statusOf(some.token)]).toEqual([
      401, 200, 200,
    ]);
    const [session] = (await some.client.getSessions(some.id)).filter(
      ({ device_id }) => device_id === device,
    );
    expect(session!.props.isMobile).toBe("true");
  });

  it("get their device later, and go on", async () => {
    const some = await makeUser();
    const device = `android_rn-v2:${newId()}`;
    const old = await loginWith(some, device);
    const body = { device_id: device, device_notification_disabled: "true", mobile_version: "2.43.0" };
    const answer = await some.request("PUT", "users/sessions/device", body);
    expect(answer).toMatchObject({ status: 200, body: { status: "OK" } });
    expect(answer.headers.getSetCookie()[0]).toMatch(new RegExp(`^MMAUTHTOKEN=${some.token};`));
    expect([await statusOf(old), await statusOf(some.token)]).toEqual([401, 200]);
    const [session] = await some.client.getSessions(some.id);
    expect(session).toMatchObject({
      device_id: device,
      props: { device_notification_disabled: "true", mobile_version: "2.43.0" },
    });
    for (const bad of [
      {},
      { device_notification_disabled: "yes" },
      { mobile_version: "two" },
      { device_id: "d".repeat(513) },
    ]) {
      expect((await some.request("PUT", "users/sessions/device", bad)).status).toBe(400);
    }
  });

  it("are at most 500 of a user", async () => {
    const some = await makeUser();
    const now = Date.now();
    const rows = Array.from({ length: 505 }, (_, n) => ({
      id: newId(),
      token: newId(),
      createat: now - n,
      expiresat: now + 1e8,
      lastactivityat: now - n * 100,
      userid: some.id,
      deviceid: "",
      roles: "system_user",
      isoauth: false,
      props: sql().json({}),
      expirednotify: false,
    }));
    await sql()`insert into sessions ${sql()(rows as never)}`;
    expect(await statusOf(rows[504]!.token)).toBe(200);
    const token = await loginWith(some, "");
    expect(await sql()`select from sessions where userid = ${some.id}`).toHaveLength(500);
    expect([await statusOf(token), await statusOf(rows[0]!.token), await statusOf(rows[504]!.token)]).toEqual(
      [200, 200, 401],
    );
  });

  it("that have expired are none", async () => {
    const some = await makeUser();
    await sql()`update sessions set expiresat = ${Date.now() - 1} where userid = ${some.id}`;
    // What a node has cached it believes, until it ends by what it knows; a fresh token is looked up.
    const token = newId();
    await sql()`update sessions set token = ${token} where userid = ${some.id}`;
    expect(await statusOf(token)).toBe(401);
  });

  it("are looked up again before a node takes them for expired", async () => {
    const some = await makeUser();
    const token = newId();
    const end = Date.now() + 3_000;
    await sql()`update sessions set token = ${token}, expiresat = ${end} where userid = ${some.id}`;
    expect(await statusOf(token)).toBe(200);
    // Another node extends it.
    await sql()`update sessions set expiresat = ${Date.now() + 1e8} where userid = ${some.id}`;
    await new Promise((done) => setTimeout(done, end - Date.now() + 100));
    expect(await statusOf(token)).toBe(200);
  });

  it("note their activity, at most every five minutes", async () => {
    const some = await makeUser();
    const token = newId();
    const long = Date.now() - 400_000;
    await sql()`update sessions set token = ${token}, lastactivityat = ${long} where userid = ${some.id}`;
    await statusOf(token);
    const read = async () =>
      Number((await sql()`select lastactivityat from sessions where token = ${token}`)[0]!.lastactivityat);
    await expect.poll(read, { timeout: 15_000 }).toBeGreaterThan(long);
    const noted = await read();
    await statusOf(token);
    expect(await read()).toBe(noted);
  });

  it("leave a history, for their owner to read", async () => {
    const history = await user.client.getUserAudits(user.id, 0, 5);
    expect(history[0]).toMatchObject({
      user_id: user.id,
      action: expect.stringMatching(/^\/api\/v4\/users/),
    });
    expect((await failureOf(other.client.getUserAudits(user.id))).status_code).toBe(403);
  });

  it("of cookies need the CSRF token to change anything", async () => {
    const browser = new Browser(node);
    await browser.login(user.username, user.password);
    const forged = await browser.request("POST", "users/logout", undefined, {
      "X-CSRF-Token": "wrong",
      "X-Requested-With": "",
    });
    expect(forged.status).toBe(401);
    expect(forged.headers.getSetCookie()[0]).toMatch(/^MMAUTHTOKEN=;/);
  });
});

describe("all sessions of everyone", () => {
  let own: OwnNode;
  beforeAll(async () => {
    own = await ownNode();
  }, 120_000);
  afterAll(() => own?.stop());

  it("end by an administrator", async () => {
    const user = await makeUser({ node: own });
    const socket = await user.ws();
    const admin = adminOf(own);
    expect((await failureOf(user.client.revokeSessionsForAllUsers())).status_code).toBe(403);
    await admin.client.revokeSessionsForAllUsers();
    for (const token of [user.token, own.admin.token])
      expect((await request(own, token, "GET", "users/me")).status).toBe(401);
    const again = await loginAgain(user, own);
    await again.client.patchMe({ nickname: "n" });
    await socket.none("user_updated", ({ data }) => data.user.id === user.id);
  });
});
