import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeWorld, type Person, person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let node: OwnNode;
let world: World;
let ada: Person;
let bob: Person;
let admin: Person;
beforeAll(async () => {
  node = await ownNode({
    env: {
      MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS: "true",
      MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION: "true",
    },
  });
  world = await makeWorld({ users: 2, node });
  [ada, bob] = world.users as [Person, Person];
  admin = world.admin;
  await admin.client.updateUserRoles(ada.id, "system_user system_user_access_token");
});
afterAll(() => node?.stop());

const create = async (who: Person, of = who) =>
  (await who.client.createUserAccessToken(of.id, "for a script")) as any;
const withToken = (of: Person, token: string) => person(node, { ...of, token });

describe("personal access tokens (semantics 14.16)", () => {
  it("stand for their user until they are revoked", async () => {
    const { token, ...shown } = await create(ada);
    expect(shown).toMatchObject({ user_id: ada.id, description: "for a script", is_active: true });
    const script = withToken(ada, token);
    const uses = await Promise.all(Array.from({ length: 8 }, () => script.request("GET", "users/me")));
    expect(uses.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const sessions = await database(
      node,
    )`select props, expiresat - createat as life from sessions where token = ${token}`;
    expect(sessions).toHaveLength(1);
    expect(sessions[0]!.props).toMatchObject({ type: "UserAccessToken", user_access_token_id: shown.id });
    expect((await script.request("GET", "users/me")).headers.get("x-edgemost-sql")).toBe("0");
    const post = await script.client.createPost({
      channel_id: world.channel.id,
      message: "by script",
    } as never);
    expect(post.user_id).toBe(ada.id);
    const socket = await script.ws();
    expect(await ada.client.getUserAccessToken(shown.id)).toEqual(shown);
    expect(await ada.client.getUserAccessTokensForUser(ada.id)).toContainEqual(shown);
    await ada.client.revokeUserAccessToken(shown.id);
    expect((await script.request("GET", "users/me")).status).toBe(401);
    await bob.client.createPost({ channel_id: world.channel.id, message: "unheard" } as never);
    await socket.none("posted", (e) => e.parsed.post.message === "unheard");
    expect((await failureOf(ada.client.getUserAccessToken(shown.id))).status_code).toBe(404);
  });

  it("can be disabled and enabled", async () => {
    const { token, id } = await create(ada);
    const script = withToken(ada, token);
    const status = async () => (await script.request("GET", "users/me")).status;
    expect(await status()).toBe(200);
    await ada.client.disableUserAccessToken(id);
    expect(await status()).toBe(401);
    await ada.client.enableUserAccessToken(id);
    expect(await status()).toBe(200);
    await admin.client.updateUserActive(ada.id, false);
    expect(await status()).toBe(401);
    await admin.client.updateUserActive(ada.id, true);
    expect(await status()).toBe(200);
    [ada] = [withToken(ada, token)];
  });

  it("are for those who may have them, of themselves; administrators see all", async () => {
    expect((await failureOf(create(bob))).status_code).toBe(403);
    expect((await failureOf(create(ada, bob))).status_code).toBe(403);
    const theirs = await create(admin, bob);
    expect(withToken(bob, theirs.token)).toBeDefined();
    expect((await withToken(bob, theirs.token).client.getMe()).id).toBe(bob.id);
    for (const path of [`users/tokens/${theirs.id}`, `users/${bob.id}/tokens`, "users/tokens"])
      expect((await ada.request("GET", path)).status, path).toBe(403);
    for (const action of ["revoke", "disable", "enable"]) {
      expect((await ada.request("POST", `users/tokens/${action}`, { token_id: theirs.id })).status).toBe(403);
      expect((await admin.request("POST", `users/tokens/${action}`, { token_id: newId() })).status).toBe(404);
      expect((await admin.request("POST", `users/tokens/${action}`, { token_id: "x" })).status).toBe(400);
    }
    expect((await ada.request("POST", "users/tokens/search", { term: "a" })).status).toBe(403);
    const found = await admin.request("POST", "users/tokens/search", { term: bob.username.slice(0, 12) });
    expect(found.body.map(({ id }: any) => id)).toContain(theirs.id);
    expect(JSON.stringify((await admin.request("GET", "users/tokens")).body)).not.toContain(theirs.token);
    const answer = await admin.request("POST", `users/${bob.id}/tokens`, { description: "" });
    expect(answer.status).toBe(400);
    expect(
      (await admin.request("POST", `users/${bob.id}/tokens`, { description: "x".repeat(256) })).status,
    ).toBe(400);
  });

  it("of bots are all they have to log in with", async () => {
    const { body: bot } = await admin.request("POST", "bots", { username: `bot-${newId()}` });
    const { token } = (await admin.client.createUserAccessToken(bot.user_id, "x")) as any;
    const me = person(node, { id: bot.user_id, username: bot.username, password: "", token });
    expect(await me.client.getMe()).toMatchObject({ id: bot.user_id, is_bot: true });
    await ada.client.addUsersToTeam(world.team.id, [bot.user_id]);
    await ada.client.addToChannels([bot.user_id], world.channel.id);
    const post = await me.client.createPost({ channel_id: world.channel.id, message: "beep" } as never);
    expect(post.props.from_bot).toBe("true");
    await admin.client.disableBot(bot.user_id);
    expect((await failureOf(me.client.getMe())).status_code).toBe(401);
  });
});
