import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { Browser, request } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

const CALLBACK = "https://app.example.com/back";
let node: OwnNode;
let world: World;
let ada: Person;
beforeAll(async () => {
  node = await ownNode({
    env: {
      MM_SERVICESETTINGS_ENABLEDYNAMICCLIENTREGISTRATION: "true",
      MM_SERVICESETTINGS_DCRREDIRECTURIALLOWLIST: "https://*.example.com/**",
    },
  });
  world = await makeWorld({ users: 1, node });
  [ada] = world.users as [Person];
});
afterAll(() => node?.stop());

const FIELDS = {
  name: "Reader",
  description: "reads",
  callback_urls: [CALLBACK],
  homepage: "https://app.example.com",
};
const make = async (fields: Record<string, unknown> = {}) =>
  (await world.admin.request("POST", "oauth/apps", { ...FIELDS, ...fields })).body;
const post = (path: string, who: Person, body: unknown) => request(node, who.token, "POST", path, body);
const token = (form: Record<string, string>) =>
  request(node, "", "POST", "/oauth/access_token", new URLSearchParams(form).toString(), {
    "content-type": "application/x-www-form-urlencoded",
  });
const ask = (client_id: string, more: Record<string, string> = {}) => ({
  client_id,
  response_type: "code",
  redirect_uri: CALLBACK,
  state: "s&1",
  ...more,
});
async function codeOf(client: string, who = ada, more: Record<string, string> = {}): Promise<string> {
  const { status, body } = await post("/oauth/authorize", who, ask(client, more));
  expect(status).toBe(200);
  const url = new URL(body.redirect);
  expect(url.searchParams.get("state")).toBe("s&1");
  return url.searchParams.get("code")!;
}
const exchange = (app: any, code: string, more: Record<string, string> = {}) =>
  token({
    grant_type: "authorization_code",
    client_id: app.id,
    client_secret: app.client_secret,
    code,
    redirect_uri: CALLBACK,
    ...more,
  });
const me = (value: string) => request(node, value, "GET", "users/me");

describe("OAuth apps (semantics 22.1)", () => {
  it("are managed by administrators, and shown to others without their secret", async () => {
    const app = await make();
    expect(app).toMatchObject({ ...FIELDS, is_trusted: false, is_public: false, creator_id: world.admin.id });
    expect(app.client_secret).toHaveLength(26);
    const path = `oauth/apps/${app.id}`;
    expect((await world.admin.request("GET", path)).body).toEqual(app);
    expect((await world.admin.request("GET", "oauth/apps")).body).toContainEqual(app);
    expect((await ada.request("GET", `${path}/info`)).body).toMatchObject({ id: app.id, client_secret: "" });
    const changed = await world.admin.request("PUT", path, {
      ...FIELDS,
      id: app.id,
      name: "Other",
      is_trusted: true,
    });
    expect(changed.body).toMatchObject({ name: "Other", is_trusted: true, client_secret: app.client_secret });
    const { body } = await world.admin.request("POST", `${path}/regen_secret`);
    expect(body.client_secret).not.toBe(app.client_secret);
    for (const [method, sub, sent] of [
      ["GET", "oauth/apps", undefined],
      ["POST", "oauth/apps", FIELDS],
      ["GET", path, undefined],
      ["PUT", path, { ...FIELDS, id: app.id }],
      ["POST", `${path}/regen_secret`, undefined],
      ["DELETE", path, undefined],
    ] as const)
      expect((await ada.request(method, sub, sent)).status, `${method} ${sub}`).toBe(403);
    expect((await world.admin.request("DELETE", path)).status).toBe(200);
    expect((await world.admin.request("GET", path)).status).toBe(404);
  });

  it.each([
    { name: "" },
    { name: "x".repeat(65) },
    { description: "x".repeat(513) },
    { callback_urls: [] },
    { callback_urls: ["javascript:alert(1)"] },
    { callback_urls: ["https://a.example.com/#x"] },
    { homepage: "nowhere" },
    { icon_url: "data:x" },
  ])("refuse %j", async (fields) => {
    expect((await world.admin.request("POST", "oauth/apps", { ...FIELDS, ...fields })).status).toBe(400);
  });

  it("register themselves where the configuration says so, with redirect URIs it allows", async () => {
    const body = { redirect_uris: [CALLBACK], client_name: "Own", token_endpoint_auth_method: "none" };
    const made = await request(node, "", "POST", "oauth/apps/register", body);
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ redirect_uris: [CALLBACK], token_endpoint_auth_method: "none" });
    const other = { ...body, redirect_uris: ["https://example.org/x"] };
    expect((await request(node, "", "POST", "oauth/apps/register", other)).status).toBe(400);
    const { body: facts } = await request(node, "", "GET", "/.well-known/oauth-authorization-server");
    expect(facts.registration_endpoint).toMatch(/\/api\/v4\/oauth\/apps\/register$/);
  });

  it("register themselves no faster than a rate of their own, by address", async () => {
    const body = { redirect_uris: [CALLBACK], client_name: "Many" };
    const register = (address: string) =>
      request(node, "", "POST", "oauth/apps/register", body, { "X-Real-IP": address });
    const statuses = await Promise.all(Array.from({ length: 24 }, () => register("198.51.100.7")));
    const refused = statuses.filter(({ status }) => status === 429);
    expect(statuses.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(20);
    expect(refused.length).toBeGreaterThanOrEqual(2);
    expect(refused[0]!.body.id).toBe("api.context.rate_limit_exceeded.app_error");
    expect(Number(refused[0]!.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await register("198.51.100.8")).status).toBe(201);
  });
});

describe("the code flow (semantics 22.2 to 22.5)", () => {
  it("gives a session whose posts name the app, which can be renewed and taken back", async () => {
    const app = await make();
    const code = await codeOf(app.id);
    expect(code).toHaveLength(52);
    const first = await exchange(app, code);
    expect(first.body).toMatchObject({ token_type: "bearer", scope: "user" });
    expect(first.headers.get("cache-control")).toBe("no-store");
    expect((await exchange(app, code)).status).toBe(400);
    expect((await me(first.body.access_token)).body.id).toBe(ada.id);
    expect((await request(node, "", "GET", `users/me?access_token=${first.body.access_token}`)).status).toBe(
      200,
    );
    const draft = { channel_id: world.channel.id, message: "from an app" };
    const posted = await request(node, first.body.access_token, "POST", "posts", draft);
    expect(posted.body.props.from_oauth_app).toBe("true");
    const authorized = await ada.request("GET", "users/me/oauth/apps/authorized");
    expect(authorized.body).toMatchObject([{ id: app.id, client_secret: "" }]);
    // An app may not let others in.
    const asApp = await request(node, first.body.access_token, "POST", "/oauth/authorize", ask(app.id));
    expect(asApp.status).toBe(403);

    const again = { grant_type: "refresh_token", client_id: app.id, client_secret: app.client_secret };
    const second = await token({ ...again, refresh_token: first.body.refresh_token });
    expect(second.status).toBe(200);
    expect((await me(first.body.access_token)).status).toBe(401);
    expect((await me(second.body.access_token)).status).toBe(200);
    expect((await token({ ...again, refresh_token: first.body.refresh_token })).status).toBe(400);
    expect((await post("/oauth/deauthorize", ada, { client_id: app.id })).status).toBe(200);
    expect((await me(second.body.access_token)).status).toBe(401);
    expect((await token({ ...again, refresh_token: second.body.refresh_token })).status).toBe(400);
    expect((await ada.request("GET", "users/me/oauth/apps/authorized")).body).toEqual([]);
  });

  it("exchanges a code once, however many ask at once, and leaves one session", async () => {
    const app = await make();
    const code = await codeOf(app.id);
    const answers = await Promise.all(Array.from({ length: 6 }, () => exchange(app, code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const more = await Promise.all([codeOf(app.id), codeOf(app.id), codeOf(app.id)]);
    const tokens = await Promise.all(more.map((each) => exchange(app, each)));
    const alive = await Promise.all(tokens.map(({ body }) => me(body.access_token)));
    expect(alive.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("ends the sessions of an app that is deleted", async () => {
    const app = await make();
    const { body } = await exchange(app, await codeOf(app.id));
    expect((await me(body.access_token)).status).toBe(200);
    await world.admin.request("DELETE", `oauth/apps/${app.id}`);
    expect((await me(body.access_token)).status).toBe(401);
  });

  it("refuses what is not the code's", async () => {
    const [app, other] = [await make(), await make()];
    const code = await codeOf(app.id);
    expect((await exchange(app, code, { client_secret: newId() })).status).toBe(403);
    expect((await exchange(app, code, { client_secret: "" })).status).toBe(403);
    expect((await exchange(other, code)).status).toBe(400);
    expect((await exchange(app, code, { redirect_uri: `${CALLBACK}/x` })).status).toBe(400);
    expect((await exchange(app, code, { grant_type: "password" })).status).toBe(400);
    await database(node)`update oauthauthdata set createat = createat - 601000 where code = ${code}`;
    expect((await exchange(app, code)).status).toBe(400);
    const bad: Record<string, string>[] = [
      { redirect_uri: "https://evil.example.com" },
      { response_type: "id" },
      { scope: "x".repeat(129) },
    ];
    for (const more of bad) expect((await post("/oauth/authorize", ada, ask(app.id, more))).status).toBe(400);
    expect((await request(node, "", "POST", "/oauth/authorize", ask(app.id))).status).toBe(401);
  });

  it("asks public clients for PKCE, and gives them no refresh token", async () => {
    const app = await make({ is_public: true });
    expect(app.client_secret).toBe("");
    expect((await post("/oauth/authorize", ada, ask(app.id))).status).toBe(400);
    const code_verifier = newId() + newId();
    const code_challenge = createHash("sha256").update(code_verifier).digest("base64url");
    const code = await codeOf(app.id, ada, { code_challenge, code_challenge_method: "S256" });
    expect((await exchange(app, code)).status).toBe(400);
    expect((await exchange(app, code, { code_verifier: newId() + newId() })).status).toBe(400);
    const got = await exchange(app, code, { code_verifier });
    expect(got.body.refresh_token).toBe("");
    expect((await me(got.body.access_token)).status).toBe(200);
  });

  it("shows a page that cannot be framed and escapes the app's name, and asks a browser for its CSRF token", async () => {
    const app = await make({ name: "</script><b>x" });
    const user = await makeUser({ node });
    const browser = new Browser(node);
    await browser.login(user.username, user.password);
    const page = await browser.request("GET", `/oauth/authorize?${new URLSearchParams(ask(app.id))}`);
    expect(page.status).toBe(200);
    expect(page.headers.get("x-frame-options")).toBe("DENY");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(page.text).not.toContain("<b>x");
    expect(page.text.match(/<\/script>/g)).toHaveLength(1);
    const bare = { cookie: browser.cookieHeader };
    const forged = await request(node, "", "POST", "/oauth/authorize", ask(app.id), bare);
    expect(forged.status).toBe(401);
  });

  it("needs no consent for trusted apps, and sends a stranger to the login", async () => {
    const app = await make({ is_trusted: true });
    const url = `${node.url}/oauth/authorize?${new URLSearchParams(ask(app.id))}`;
    const headers = { authorization: `Bearer ${ada.token}` };
    const answer = await fetch(url, { redirect: "manual", headers });
    expect(answer.status).toBe(302);
    expect(answer.headers.get("location")).toMatch(
      /^https:\/\/app\.example\.com\/back\?code=[a-z0-9]{52}&state=/,
    );
    const stranger = await fetch(url, { redirect: "manual" });
    expect(stranger.headers.get("location")).toMatch(/^\/login\?redirect_to=/);
  });
});
