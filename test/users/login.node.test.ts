import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { totpCode } from "../../workers/passwords/totp.ts";
import { Browser, request } from "../harness/client.ts";
import { cheapHash } from "../harness/hash.ts";
import { sharedNode } from "../harness/node.ts";
import { adminOf, makeUser, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

const node = sharedNode();
const sql = () => database();
const login = (body: unknown, headers?: Record<string, string>) =>
  request(node, "", "POST", "users/login", body, headers);
const idOf = async (answer: ReturnType<typeof login>) => {
  const { status, body } = await answer;
  return { status, id: body.id };
};
const MASKED = { status: 401, id: "api.user.login.invalid_credentials_email_username" };

describe("login (http-conventions 2.2)", () => {
  let user: Person;

  beforeAll(async () => {
    user = await makeUser();
  });

  it("takes username, e-mail address in any case, or id", async () => {
    const started = Date.now();
    for (const name of [
      { login_id: user.username.toUpperCase() },
      { login_id: `${user.username}@Example.com` },
      { id: user.id },
    ]) {
      const { status, body, headers } = await login({ ...name, password: user.password });
      expect({ status, id: body.id, secret: body.password }).toEqual({
        status: 200,
        id: user.id,
        secret: undefined,
      });
      expect(headers.get("token")).toMatch(/^[a-z0-9]{26}$/);
      expect(headers.getSetCookie()).toEqual([]);
    }
    const [row] = await sql()`select lastlogin, failedattempts from users where id = ${user.id}`;
    expect(Number(row!.lastlogin)).toBeGreaterThanOrEqual(started);
  });

  it("gives a browser its three cookies", async () => {
    const browser = new Browser(node);
    const answer = await browser.login(user.username, user.password);
    const set = answer.headers.getSetCookie();
    expect(set.map((cookie) => cookie.split("=")[0])).toEqual(["MMAUTHTOKEN", "MMUSERID", "MMCSRF"]);
    expect(set.map((cookie) => /HttpOnly/.test(cookie))).toEqual([true, false, false]);
    for (const cookie of set) expect(cookie).toMatch(/; Path=\/; Max-Age=2592000; Expires=/);
  });

  it.each([
    ["a wrong password", () => ({ login_id: user.username, password: "wrong" })],
    ["an unknown name", () => ({ login_id: `u${newId()}`, password: "wrong" })],
    ["no name", () => ({ password: "wrong" })],
    ["a name that is no text", () => ({ login_id: 7, password: "wrong" })],
  ])("tells nothing of %s", async (_, body) => {
    expect(await idOf(login(body()))).toEqual(MASKED);
  });

  it.each([["null"], ["[]"], ["{"], [""], ['{"login_id":"x"}'], ['{"login_id":"x","password":5}']])(
    "takes the body %s for a blank password",
    async (body) => {
      expect(await idOf(login(body))).toEqual({ status: 400, id: "api.user.login.blank_pwd.app_error" });
    },
  );

  it("locks an account after 10 failures, until an administrator lets it go on", async () => {
    const victim = await makeUser();
    const attempt = (password: string) => idOf(login({ login_id: victim.username, password }));
    for (let n = 0; n < 10; n++) expect(await attempt("wrong")).toEqual(MASKED);
    const locked = { status: 401, id: "api.user.check_user_login_attempts.too_many.app_error" };
    expect(await attempt(victim.password)).toEqual(locked);
    const admin = adminOf(node);
    expect((await victim.request("POST", `users/${victim.id}/reset_failed_attempts`)).status).toBe(403);
    expect((await admin.client.getUser(victim.id)).failed_attempts).toBe(10);
    await admin.client.resetFailedAttempts(victim.id);
    expect((await attempt(victim.password)).status).toBe(200);
  });

  it("counts failures that run at the same time", async () => {
    const victim = await makeUser();
    const guess = (password: string) => idOf(login({ login_id: victim.username, password }));
    const guesses = await Promise.all(Array.from({ length: 15 }, (_, n) => guess(`wrong ${n}`)));
    expect((await guess(victim.password)).status).toBe(401);
    // One that comes when ten have failed already is not even looked at.
    const failed = guesses.filter(({ id }) => id === MASKED.id).length;
    expect(failed).toBeGreaterThanOrEqual(10);
    const [row] = await sql()`select failedattempts from users where id = ${victim.id}`;
    expect(row!.failedattempts).toBe(failed);
  });

  it("resets the count", async () => {
    await login({ login_id: user.username, password: "wrong" });
    expect((await user.client.getMe()).failed_attempts).toBeGreaterThan(0);
    await login({ login_id: user.username, password: user.password });
    expect((await user.client.getMe()).failed_attempts).toBe(0);
  });

  it("replaces old hashes", async () => {
    const old = "$2a$10$fVH8e28OQRj9tqiDXs1e1uxpsjN0c7II7YPKXua2NAKYvM6iQk7dq";
    const password = "abcdefghijklmnopqrstuvwxyz";
    for (const hash of [old, cheapHash(password)]) {
      await sql()`update users set password = ${hash} where id = ${user.id}`;
      expect((await login({ login_id: user.username, password })).status).toBe(200);
      const stored = async () => (await sql()`select password from users where id = ${user.id}`)[0]!.password;
      await expect.poll(stored, { timeout: 15_000 }).toMatch(/^\$pbkdf2\$f=SHA256,w=600000,l=32\$/);
      expect((await login({ login_id: user.username, password })).status).toBe(200);
      expect((await login({ login_id: user.username, password: `${password}x` })).status).toBe(401);
    }
    user.password = password;
  });

  it("refuses bots, deactivated and unverified accounts", async () => {
    const bot = await makeUser();
    await sql()`insert into bots (userid, description, ownerid, createat, updateat, deleteat, lasticonupdate) values (${bot.id}, '', ${user.id}, 1, 1, 0, 0)`;
    expect((await idOf(login({ login_id: bot.username, password: bot.password }))).id).toBe(
      "api.user.login.bot_login_forbidden.app_error",
    );
    const gone = await makeUser();
    await adminOf(node).client.updateUserActive(gone.id, false);
    expect(await idOf(login({ login_id: gone.username, password: gone.password }))).toEqual({
      status: 401,
      id: "api.user.login.inactive.app_error",
    });
    expect(await idOf(login({ login_id: gone.username, password: "wrong" }))).toEqual(MASKED);
  });

  it("asks for the second factor, and takes a code once", async () => {
    const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const careful = await makeUser();
    await sql()`update users set mfaactive = true, mfasecret = ${secret} where id = ${careful.id}`;
    const attempt = (token: string) =>
      login({ login_id: careful.username, password: careful.password, token });
    expect((await idOf(attempt(""))).id).toBe("mfa.validate_token.authenticate.app_error");
    const code = await totpCode(secret, Math.floor(Date.now() / 30_000));
    const other = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
    expect((await idOf(attempt(other))).id).toBe("api.user.check_user_mfa.bad_code.app_error");
    const answers = await Promise.all([attempt(code), attempt(code)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
    expect(answers.find(({ status }) => status === 200)!.body.mfa_secret).toBeUndefined();
  });

  it("is in the account's history", async () => {
    const rows =
      await sql()`select action, extrainfo from audits where userid = ${user.id} and action = '/api/v4/users/login'`;
    expect(rows.some(({ extrainfo }) => extrainfo === `success session_user=${user.id}`)).toBe(true);
    expect(rows.some(({ extrainfo }) => extrainfo.startsWith("failure"))).toBe(true);
  });

  it("does not hold up other requests", async () => {
    const waits: number[] = [];
    const logins = Array.from({ length: 12 }, () =>
      login({ login_id: user.username, password: user.password }),
    );
    const began = performance.now();
    let running = true;
    const done = Promise.all(logins).then(() => {
      running = false;
    });
    while (running) {
      const started = performance.now();
      await user.client.getMe();
      waits.push(performance.now() - started);
    }
    await done;
    const oneLogin = (performance.now() - began) / logins.length;
    waits.sort((a, b) => a - b);
    // In the node itself the hashes would be in the way: each request would wait for one at least.
    expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(oneLogin / 4);
  });
});

describe("logout", () => {
  it("ends the session, and is fine without one", async () => {
    const user = await makeUser();
    await user.client.logout();
    expect((await request(node, user.token, "GET", "users/me")).status).toBe(401);
    const without = await request(node, "", "POST", "users/logout");
    expect(without).toMatchObject({ status: 200, body: { status: "OK" } });
    expect(without.headers.getSetCookie()[0]).toMatch(/^MMAUTHTOKEN=;.*Max-Age=0/);
  });
});
