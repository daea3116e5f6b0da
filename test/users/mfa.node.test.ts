import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { totpCode } from "../../workers/passwords/totp.ts";
import { request } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeUser, type Person } from "../harness/people.ts";

let node: OwnNode;
let ada: Person;
beforeAll(async () => {
  node = await ownNode({
    env: { MM_SERVICESETTINGS_ENABLEMULTIFACTORAUTHENTICATION: "true" },
  });
  ada = await makeUser({ node });
});
afterAll(() => node?.stop());

/** The codes of the steps before, at and after now are three that may be used once each. */
const code = (secret: string, from = 0) => totpCode(secret, Math.floor(Date.now() / 30_000) + from);
const login = (who: Person, token = "") =>
  request(node, "", "POST", "users/login", { login_id: who.username, password: who.password, token });
const mfa = (by: Person, of: Person, body: unknown) => by.request("PUT", `users/${of.id}/mfa`, body);

describe("the second factor (semantics 14.15)", () => {
  it("is set up by a code, asked for at login, and each code works once", async () => {
    const made = await ada.request("POST", "users/me/mfa/generate");
    const { secret, qr_code } = made.body;
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(Buffer.from(qr_code, "base64").subarray(1, 4).toString()).toBe("PNG");
    expect((await mfa(ada, ada, { activate: true, code: "abc" })).body.id).toBe(
      "mfa.activate.bad_token.app_error",
    );
    expect((await mfa(ada, ada, { activate: true })).status).toBe(400);
    expect((await login(ada)).status).toBe(200);
    const first = await code(secret);
    expect((await mfa(ada, ada, { activate: true, code: first })).status).toBe(200);
    expect((await ada.request("GET", "users/me")).body.mfa_active).toBe(true);
    expect((await ada.request("POST", "users/me/mfa/generate")).status).toBe(400);
    expect((await login(ada)).body.id).toBe("mfa.validate_token.authenticate.app_error");
    const replayed = await login(ada, first);
    expect([replayed.status, replayed.body.id]).toEqual([401, "api.user.check_user_mfa.bad_code.app_error"]);
    const next = await code(secret, 1);
    expect((await login(ada, next)).status).toBe(200);
    expect((await login(ada, next)).status).toBe(401);
  });

  it("is reset by an administrator, and by nobody else", async () => {
    const bob = await makeUser({ node });
    expect((await mfa(bob, ada, { activate: false })).status).toBe(403);
    expect((await bob.request("POST", `users/${ada.id}/mfa/generate`)).status).toBe(403);
    expect((await login(ada)).status).toBe(401);
    expect((await mfa(adminOf(node), ada, { activate: false })).status).toBe(200);
    expect((await login(ada)).status).toBe(200);
  });
});
