import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeUser, makeWorld, type Person } from "../harness/people.ts";

let node: OwnNode;
let admin: Person;
let ada: Person;
beforeAll(async () => {
  node = await ownNode({ env: { MM_SERVICESETTINGS_ENABLEBOTACCOUNTCREATION: "true" } });
  const world = await makeWorld({ users: 1, node });
  [ada] = world.users as [Person];
  admin = world.admin;
});
afterAll(() => node?.stop());

const make = async (fields: Record<string, unknown> = {}) =>
  (await admin.request("POST", "bots", { username: `bot-${newId()}`, ...fields })).body;

describe("bots (semantics 22.7, 22.8)", () => {
  it("are made, introduce themselves, change, and are listed", async () => {
    const socket = await admin.ws();
    // What turns text around is not kept (semantics 12.3).
    const bot = await make({ display_name: "Hel\u202eper", description: "helps" });
    expect(bot).toMatchObject({
      display_name: "Helper",
      description: "helps",
      owner_id: admin.id,
      delete_at: 0,
    });
    const { parsed } = await socket.next("posted", (e) => e.parsed.post.user_id === bot.user_id);
    expect(parsed.post).toMatchObject({ type: "add_bot_teams_channels", props: { from_bot: "true" } });
    expect(await admin.client.getBot(bot.user_id)).toEqual(bot);
    expect(await ada.client.getUser(bot.user_id)).toMatchObject({ is_bot: true, bot_description: "helps" });
    const username = `bot-${newId()}`;
    const patch = { username, display_name: "Other", description: "" };
    expect(await admin.client.patchBot(bot.user_id, patch)).toMatchObject(patch);
    expect(await ada.client.getUserByUsername(username)).toMatchObject({
      id: bot.user_id,
      first_name: "Other",
    });
    const given = await admin.client.assignBot(bot.user_id, ada.id);
    expect(given.owner_id).toBe(ada.id);
    expect((await admin.client.getBots(0, 200)).map(({ user_id }) => user_id)).toContain(bot.user_id);
    expect((await admin.client.disableBot(bot.user_id)).delete_at).toBeGreaterThan(0);
    expect((await admin.client.getBots(0, 200)).map(({ user_id }) => user_id)).not.toContain(bot.user_id);
    expect((await failureOf(admin.client.getBot(bot.user_id))).status_code).toBe(404);
    expect((await admin.request("GET", `bots/${bot.user_id}?include_deleted=true`)).status).toBe(200);
    expect((await admin.client.enableBot(bot.user_id)).delete_at).toBe(0);
    expect((await admin.client.getUser(bot.user_id)).delete_at).toBe(0);
    await admin.client.updateUserActive(ada.id, false);
    const orphaned = await admin.request("GET", "bots?only_orphaned=true&include_deleted=true");
    expect(orphaned.body.map(({ user_id }: any) => user_id)).toEqual([bot.user_id]);
    await admin.client.updateUserActive(ada.id, true);
  });

  it("refuses what it does not take, and who may not", async () => {
    const bot = await make();
    for (const fields of [
      { username: "" },
      { username: "a b" },
      { username: bot.username },
      { display_name: "x".repeat(65) },
      { description: "x".repeat(1_025) },
    ])
      expect((await admin.request("POST", "bots", { username: `bot-${newId()}`, ...fields })).status).toBe(
        400,
      );
    const user = await makeUser({ node });
    const path = `bots/${bot.user_id}`;
    for (const [method, where, body, status] of [
      ["POST", "bots", { username: "mine" }, 403],
      ["GET", "bots", undefined, 403],
      ["GET", path, undefined, 404],
      ["PUT", path, { username: "mine" }, 404],
      ["POST", `${path}/disable`, undefined, 404],
      ["POST", `${path}/enable`, undefined, 404],
      ["POST", `${path}/assign/${user.id}`, undefined, 404],
    ] as const)
      expect((await user.request(method, where, body)).status, where).toBe(status);
    expect((await admin.request("POST", `${path}/assign/${newId()}`)).status).toBe(404);
    expect((await admin.request("GET", `bots/${user.id}`)).status).toBe(404);
  });

  it("are made of accounts by administrators, and end their sessions", async () => {
    const user = await makeUser({ node });
    const other = await makeUser({ node });
    const path = `users/${user.id}/convert_to_bot`;
    expect((await other.request("POST", path)).status).toBe(403);
    expect((await admin.request("POST", path)).status).toBe(200);
    expect((await user.request("GET", "users/me")).status).toBe(401);
    expect((await admin.request("GET", `bots/${user.id}`)).body).toMatchObject({
      user_id: user.id,
      username: user.username,
      owner_id: user.id,
    });
    expect((await other.request("GET", `users/${user.id}`)).body.is_bot).toBe(true);
    expect((await admin.request("POST", path)).body.id).toBe("api.bot.is_bot_already");
    const login = { login_id: user.username, password: user.password };
    expect((await user.request("POST", "users/login", login)).status).toBeGreaterThanOrEqual(400);
  });

  it("are made only where that is turned on", async () => {
    const other = adminOf((await import("../harness/node.ts")).sharedNode());
    expect((await other.request("POST", "bots", { username: `bot-${newId()}` })).body.id).toBe(
      "api.bot.create_disabled",
    );
  });
});
