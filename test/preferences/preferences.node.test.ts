import type { PreferenceType } from "@mattermost/types/preferences";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let world: World;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
});

const one = (category: string, name: string, value: string, of = alice): PreferenceType => ({
  user_id: of.id,
  category,
  name,
  value,
});
const put = (preferences: unknown, of = alice, by = alice) =>
  by.request("PUT", `users/${of.id}/preferences`, preferences);
const remove = (preferences: unknown, of = alice, by = alice) =>
  by.request("POST", `users/${of.id}/preferences/delete`, preferences);

describe("preferences (semantics 16.1, 16.2)", () => {
  it("stores, changes, tells and deletes them, with events", async () => {
    const user = await makeUser();
    const socket = await user.ws();
    await user.client.getMe();
    const list = [
      one("display_settings", "use_military_time", "true", user),
      one("theme", "", '{"type":"Onyx","sidebarBg":"#123456"}', user),
    ];
    const saved = await put(list, user, user);
    expect(saved.body).toEqual({ status: "OK" });
    expect(saved.headers.get("x-edgemost-sql")).toBe("1");
    expect((await socket.next("preferences_changed")).parsed.preferences).toEqual(list);
    expect((await socket.next("sidebar_category_updated")).data).toEqual({});
    await put([one("display_settings", "use_military_time", "false", user)], user, user);
    const all = await user.client.getMyPreferences();
    expect(all).toContainEqual(one("display_settings", "use_military_time", "false", user));
    const byCategory = await user.request("GET", `users/me/preferences/display_settings`);
    expect(byCategory.body).toEqual([one("display_settings", "use_military_time", "false", user)]);
    const byName = await user.request("GET", "users/me/preferences/display_settings/name/use_military_time");
    expect(byName.body).toEqual(one("display_settings", "use_military_time", "false", user));
    await remove([list[0]], user, user);
    expect((await socket.next("preferences_deleted")).parsed.preferences).toEqual([list[0]]);
    expect((await user.request("GET", "users/me/preferences/display_settings")).status).toBe(404);
    expect(
      (await user.request("GET", "users/me/preferences/display_settings/name/use_military_time")).status,
    ).toBe(400);
  });

  it("keeps the last of two with the same key", async () => {
    await put([one("test", "twice", "1"), one("test", "twice", "2")]);
    expect((await alice.request("GET", "users/me/preferences/test/name/twice")).body.value).toBe("2");
  });

  it("makes bad colours white", async () => {
    await put([
      one(
        "theme",
        world.team.id,
        '{"type":"custom","codeTheme":"github","linkColor":"red","sidebarBg":"#fff"}',
      ),
    ]);
    const { body } = await alice.request("GET", `users/me/preferences/theme/name/${world.team.id}`);
    expect(JSON.parse(body.value)).toEqual({
      type: "custom",
      codeTheme: "github",
      linkColor: "#ffffff",
      sidebarBg: "#fff",
    });
  });

  it("refuses what it does not take", async () => {
    const many = Array.from({ length: 101 }, (_, i) => one("test", `n${i}`, "1"));
    for (const body of [
      [],
      many,
      {},
      [one("", "a", "1")],
      [one("c".repeat(33), "a", "1")],
      [one("test", "é".repeat(17), "1")],
      [one("test", "a", "x".repeat(20_001))],
      [one("theme", "", "[]")],
      [one("theme", "", "red")],
      [one("theme", "", '{"sidebarBg":1}')],
      [one("sidebar_settings", "limit_visible_dms_gms", "41")],
      [one("sidebar_settings", "limit_visible_dms_gms", "0")],
      [{ user_id: alice.id, category: 1, name: "a", value: "b" }],
      [one("test", "a", "\u0000")],
    ]) {
      expect((await put(body)).status, JSON.stringify(body).slice(0, 80)).toBe(400);
    }
    expect((await put(many.slice(1))).status).toBe(200);
    expect((await put([one("test", "long", "😀".repeat(20_000))])).status).toBe(200);
    expect((await put([one("test", "a", "1", bob)])).status).toBe(403);
    expect((await put([one("test", "a", "1", bob)], bob)).status).toBe(403);
    expect((await remove([one("test", "a", "1", bob)])).status).toBe(403);
    expect((await alice.request("GET", `users/${bob.id}/preferences`)).status).toBe(403);
    expect((await world.admin.request("GET", `users/${bob.id}/preferences`)).status).toBe(200);
  });

  it("flags only posts that one may read", async () => {
    const post = await alice.client.createPost({ channel_id: world.channel.id, message: "flag me" } as never);
    const secret = await makeChannel(bob, world.team, { type: "P" });
    const hidden = await bob.client.createPost({ channel_id: secret.id, message: "not me" } as never);
    expect((await put([one("flagged_post", post.id, "true")])).status).toBe(200);
    expect((await put([one("flagged_post", hidden.id, "true")])).status).toBe(403);
    expect((await put([one("flagged_post", newId(), "true")])).status).toBe(404);
    expect((await put([one("flagged_post", "x", "true")])).status).toBe(404);
  });

  it("moves a favourite channel into the favourites of the sidebar", async () => {
    const sql = database(world.node);
    await alice.request("GET", `users/me/teams/${world.team.id}/channels/categories`);
    const [favorites] =
      await sql`select id from sidebarcategories where userid = ${alice.id} and teamid = ${world.team.id} and type = 'favorites'`;
    if (!favorites) return;
    const channels = async () =>
      (
        await sql`select channelid from sidebarchannels where userid = ${alice.id} and categoryid = ${favorites.id} order by sortorder`
      ).map((row) => row.channelid);
    const other = await makeChannel(alice, world.team);
    await put([one("favorite_channel", world.channel.id, "true")]);
    await put([one("favorite_channel", other.id, "true")]);
    expect(await channels()).toEqual([other.id, world.channel.id]);
    await put([one("favorite_channel", other.id, "false")]);
    await remove([one("favorite_channel", world.channel.id, "true")]);
    expect(await channels()).toEqual([]);
  });
});
