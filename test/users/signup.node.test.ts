import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId, randomToken } from "../../workers/model/id.ts";
import { client, failureOf, request } from "../harness/client.ts";
import { sharedNode } from "../harness/node.ts";
import { adminOf, loginAgain, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { type Edgemost, startEdgemost } from "../launcher/start.ts";

const account = (fields: Record<string, unknown> = {}) => {
  const username = `u${newId()}`;
  return { username, email: `${username}@example.com`, password: "Secret-pass-1", ...fields };
};

const signUp = (body: unknown, query = "", token = "") =>
  request(sharedNode(), token, "POST", `users${query}`, body);

describe("an account that an administrator makes", () => {
  const admin = adminOf(sharedNode());

  it("has what every account has (semantics 14.4)", async () => {
    const socket = await admin.ws();
    const { status, body } = await signUp(account({ first_name: "Ada", locale: "de" }), "", admin.token);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      roles: "system_user",
      delete_at: 0,
      first_name: "Ada",
      locale: "de",
      last_picture_update: 0,
      notify_props: {
        email: "true",
        push: "mention",
        desktop_threads: "all",
        mention_keys: "",
        channel: "true",
      },
      timezone: { useAutomaticTimezone: "true", automaticTimezone: "", manualTimezone: "" },
    });
    expect(body.password).toBeUndefined();
    expect((await socket.next("new_user", ({ data }) => data.user_id === body.id)).broadcast.user_id).toBe(
      "",
    );
    const preferences =
      await database()`select category, name, value from preferences where userid = ${body.id}`;
    expect(preferences.map(({ category, name, value }) => `${category}/${name}=${value}`).sort()).toEqual(
      ["recommended_next_steps/hide=false", "system_notice/GMasDM=true", `tutorial_step/${body.id}=0`].sort(),
    );
    const [row] = await database()`select * from users where id = ${body.id}`;
    expect(row).toMatchObject({
      authdata: null,
      authservice: "",
      mfasecret: "",
      failedattempts: 0,
      remoteid: null,
    });
    expect(row!.password).toMatch(/^\$pbkdf2\$f=SHA256,w=600000,l=32\$/);
  });

  it.each([
    ["an empty username", { username: "" }, "model.user.is_valid.username.app_error"],
    ["a reserved username", { username: "all" }, "model.user.is_valid.username.app_error"],
    ["a username with a space", { username: "a b" }, "model.user.is_valid.username.app_error"],
    ["a username of 65", { username: "u".repeat(65) }, "model.user.is_valid.username.app_error"],
    ["no e-mail address", { email: "nobody" }, "model.user.is_valid.email.app_error"],
    [
      "a long e-mail address",
      { email: `${"e".repeat(120)}@example.com` },
      "model.user.is_valid.email.app_error",
    ],
    ["a long nickname", { nickname: "n".repeat(65) }, "model.user.is_valid.nickname.app_error"],
    ["a long position", { position: "p".repeat(129) }, "model.user.is_valid.position.app_error"],
    ["a bad locale", { locale: "english" }, "model.user.is_valid.locale.app_error"],
    ["a short password", { password: "short" }, "model.user.is_valid.pwd_min_length.app_error"],
    ["a long password", { password: "p".repeat(73) }, "model.user.is_valid.pwd_max_length.app_error"],
    ["a number for a name", { username: 5 }, "api.context.invalid_body_param.app_error"],
    ["a NUL in a name", { nickname: "a\0b" }, "api.context.invalid_body_param.app_error"],
  ])("cannot have %s", async (_, fields, id) => {
    const { status, body } = await signUp(account(fields), "", admin.token);
    expect({ status, id: body.id }).toEqual({ status: 400, id });
  });

  it("lower-cases names, and takes none twice", async () => {
    const first = account();
    const upper = { ...first, username: first.username.toUpperCase(), email: first.email.toUpperCase() };
    const { body } = await signUp(upper, "", admin.token);
    expect(body).toMatchObject({ username: first.username, email: first.email });
    const sameName = await signUp(account({ username: first.username }), "", admin.token);
    expect(sameName).toMatchObject({ status: 400, body: { id: "app.user.save.username_exists.app_error" } });
    const sameEmail = await signUp(account({ email: first.email }), "", admin.token);
    expect(sameEmail).toMatchObject({ status: 400, body: { id: "app.user.save.email_exists.app_error" } });
  });

  it("is one, when two are asked for at the same time", async () => {
    const wanted = account();
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        signUp({ ...wanted, email: `${n}${wanted.email}` }, "", admin.token),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400]);
  });
});

describe("an account of one's own", () => {
  let world: World;
  let owner: Person;

  beforeAll(async () => {
    world = await makeWorld({ users: 1 });
    owner = world.users[0]!;
  });

  it("needs an invitation on a closed server", async () => {
    expect(await signUp(account())).toMatchObject({
      status: 403,
      body: { id: "api.user.create_user.no_open_server" },
    });
    expect((await signUp(account(), "", owner.token)).status).toBe(403);
    for (const query of ["?iid=nothing", `?iid=${newId()}`, "?t=nothing", `?t=${randomToken(64)}`]) {
      expect((await signUp(account(), query)).body.id).toBe(
        "api.user.create_user.signup_link_invalid.app_error",
      );
    }
  });

  it("is in the team whose invitation link it came by", async () => {
    const team = await owner.client.getTeam(world.team.id);
    const { status, body } = await signUp(account(), `?iid=${team.invite_id}`);
    expect({ status, roles: body.roles, verified: body.email_verified }).toEqual({
      status: 201,
      roles: "system_user",
      verified: false,
    });
    expect(await owner.client.getTeamMember(team.id, body.id)).toMatchObject({
      user_id: body.id,
      delete_at: 0,
    });
  });

  it("comes of an e-mailed token once, with the token's address", async () => {
    const token = randomToken(64);
    const email = `${newId()}@example.com`;
    const extra = JSON.stringify({ teamId: world.team.id, email, senderId: owner.id });
    await database()`insert into tokens values (${token}, ${Date.now()}, 'team_invitation', ${extra})`;
    const answers = await Promise.all([signUp(account(), `?t=${token}`), signUp(account(), `?t=${token}`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400]);
    const { body } = answers.find(({ status }) => status === 201)!;
    expect(body).toMatchObject({ email, email_verified: true });
    expect((await owner.client.getTeamMember(world.team.id, body.id)).user_id).toBe(body.id);
  });

  it("does not come of an expired token", async () => {
    const token = randomToken(64);
    const extra = JSON.stringify({ teamId: world.team.id, email: `${newId()}@example.com` });
    await database()`insert into tokens values (${token}, ${Date.now() - 49 * 3_600_000}, 'team_invitation', ${extra})`;
    expect((await signUp(account(), `?t=${token}`)).body.id).toBe(
      "api.user.create_user.signup_link_expired.app_error",
    );
  });
});

describe("the first account (semantics 14.3)", () => {
  let node: Edgemost;

  beforeAll(async () => {
    node = await startEdgemost();
  });
  afterAll(() => node?.stop());

  it("of several at the same time is the only administrator, and needs no open server", async () => {
    const make = () => request(node, "", "POST", "users", account());
    const answers = await Promise.all([make(), make(), make(), make()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403]);
    const { body } = answers.find(({ status }) => status === 201)!;
    expect(body.roles).toBe("system_admin system_user");
    expect((await make()).status).toBe(403);
    expect(await database(node)`select roles from users`).toEqual([{ roles: "system_admin system_user" }]);
  });
});

describe("people", () => {
  it("log in as often as they like", async () => {
    const user = await makeUser();
    const again = await loginAgain(user);
    expect(again.token).not.toBe(user.token);
    expect((await again.client.getMe()).id).toBe(user.id);
    expect((await failureOf(client(sharedNode().url, newId()).getMe())).status_code).toBe(401);
  });
});
