import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import {
  adminOf,
  makeAdmin,
  makeChannel,
  makeTeam,
  makeUser,
  makeWorld,
  type Person,
  type World,
} from "../harness/people.ts";
import { database } from "../harness/sql.ts";

const sql = () => database();
/** By its name on the first page of every list, however many users other files have made. */
const early = () => ({ profile: { username: `aaaa${newId()}` } });
const ids = (users: { id: string }[]) => users.map(({ id }) => id).sort();

describe("profiles (semantics 14.5)", () => {
  let world: World;
  let ada: Person;
  let bob: Person;
  let admin: Person;

  beforeAll(async () => {
    world = await makeWorld({ users: 3 });
    [ada, bob] = world.users as [Person, Person];
    admin = adminOf(world.node);
    await ada.client.patchMe({ first_name: "Ada", last_name: "Lovelace", nickname: "Countess" });
  });

  it("show their owner all but the secrets", async () => {
    const me = await ada.client.getMe();
    expect(me).toMatchObject({
      id: ada.id,
      email: `${ada.username}@example.com`,
      auth_data: "",
      mfa_active: false,
      failed_attempts: 0,
    });
    expect(me.notify_props.desktop).toBe("mention");
    for (const secret of ["password", "mfa_secret"]) expect(me).not.toHaveProperty(secret);
    expect(await ada.client.getUserByUsername(ada.username)).toEqual(me);
  });

  it("show others less", async () => {
    for (const seen of [
      await bob.client.getUser(ada.id),
      await bob.client.getUserByUsername(ada.username),
      await bob.client.getUserByEmail(`${ada.username}@example.com`),
      (await bob.client.getProfilesByIds([ada.id]))[0],
    ]) {
      expect(seen).toMatchObject({
        id: ada.id,
        first_name: "Ada",
        email: `${ada.username}@example.com`,
        roles: "system_user",
      });
      for (const field of [
        "password",
        "mfa_secret",
        "notify_props",
        "email_verified",
        "last_password_update",
        "failed_attempts",
      ]) {
        expect(seen).not.toHaveProperty(field);
      }
    }
  });

  it("show administrators more", async () => {
    const seen = await admin.client.getUser(ada.id);
    expect(seen.notify_props).toBeDefined();
    expect(seen.failed_attempts).toBe(0);
    expect(seen).not.toHaveProperty("mfa_secret");
  });

  it("that do not exist are 404, and ids that are none 400", async () => {
    expect((await failureOf(bob.client.getUser(newId()))).status_code).toBe(404);
    expect((await failureOf(bob.client.getUserByUsername(`u${newId()}`))).status_code).toBe(404);
    expect((await bob.request("GET", "users/nope")).status).toBe(400);
    expect((await bob.request("GET", "users/email/nope")).status).toBe(400);
  });

  it("have an ETag, and cost nothing once known", async () => {
    const first = await ada.request("GET", "users/me");
    const etag = first.headers.get("etag")!;
    expect(etag).toBe(`11.6.0.${ada.id}.${first.body.update_at}..0.true.true.0`);
    const again = await ada.request("GET", "users/me", undefined, { "if-none-match": etag });
    expect({ status: again.status, text: again.text, etag: again.headers.get("etag") }).toEqual({
      status: 304,
      text: "",
      etag,
    });
    expect([again.headers.get("x-edgemost-sql"), again.headers.get("x-edgemost-objects")]).toEqual([
      "0",
      "0",
    ]);
    const listed = await ada.request("POST", "users/ids", [ada.id, bob.id]);
    expect(listed.headers.get("x-edgemost-sql")).toBe("0");
  });

  it("come by ids and names", async () => {
    expect(ids(await bob.client.getProfilesByIds([ada.id, newId(), "nonsense", bob.id]))).toEqual(
      [ada.id, bob.id].sort(),
    );
    expect(ids(await bob.client.getProfilesByUsernames([ada.username.toUpperCase(), `u${newId()}`]))).toEqual(
      [ada.id],
    );
    const me = await ada.client.getMe();
    expect(await bob.client.getProfilesByIds([ada.id], { since: me.update_at })).toEqual([]);
    expect(ids(await bob.client.getProfilesByIds([ada.id], { since: me.update_at - 1 }))).toEqual([ada.id]);
    expect((await bob.request("POST", "users/ids", [])).status).toBe(400);
    expect((await bob.request("POST", "users/ids", {})).status).toBe(400);
  });
});

describe("lists of users (semantics 14.20)", () => {
  let world: World;
  let ada: Person;
  let bob: Person;
  let cat: Person;
  let outsider: Person;
  let admin: Person;

  beforeAll(async () => {
    world = await makeWorld({ users: 3 });
    [ada, bob, cat] = world.users as [Person, Person, Person];
    outsider = await makeUser(early());
    admin = adminOf(world.node);
  });

  it("of a team", async () => {
    const members = await ada.client.getProfilesInTeam(world.team.id);
    expect(ids(members)).toEqual(ids(world.users));
    expect(members.map(({ username }) => username)).toEqual(
      world.users.map(({ username }) => username).sort(),
    );
    expect(await ada.client.getProfilesInTeam(world.team.id, 1, 2)).toHaveLength(1);
    for (const sort of ["last_activity_at", "create_at"]) {
      expect(ids(await ada.client.getProfilesInTeam(world.team.id, 0, 60, sort))).toEqual(ids(world.users));
    }
    const admins = await ada.client.getProfilesInTeam(world.team.id, 0, 60, "", { team_roles: "team_admin" });
    expect(ids(admins)).toEqual([ada.id]);
    const plain = await ada.client.getProfilesInTeam(world.team.id, 0, 60, "", { team_roles: "team_user" });
    expect(ids(plain)).toEqual([bob.id, cat.id].sort());
    expect(ids(await admin.client.getProfilesNotInTeam(world.team.id, false, 0, 200))).not.toContain(ada.id);
  });

  it("of a channel", async () => {
    const channel = await makeChannel(ada, world.team, { members: [bob], type: "P" });
    for (const sort of ["", "status", "admin"]) {
      expect(ids(await bob.client.getProfilesInChannel(channel.id, 0, 60, sort))).toEqual(
        [ada.id, bob.id].sort(),
      );
    }
    expect((await bob.client.getProfilesInChannel(channel.id, 0, 60, "admin"))[0]!.id).toBe(ada.id);
    expect(ids(await bob.client.getProfilesNotInChannel(world.team.id, channel.id, false))).toEqual([cat.id]);
    expect(await bob.client.getProfilesNotInChannel(world.team.id, channel.id, false, 0, 60, cat.id)).toEqual(
      [],
    );
    expect((await failureOf(cat.client.getProfilesInChannel(channel.id))).status_code).toBe(403);
    expect(
      (await failureOf(cat.client.getProfilesNotInChannel(world.team.id, channel.id, false))).status_code,
    ).toBe(403);
  });

  it("of a group channel", async () => {
    const group = await ada.client.createGroupChannel([ada.id, bob.id, cat.id]);
    const answer = await ada.client.getProfilesInGroupChannels([group.id, world.channel.id, newId()]);
    expect(Object.keys(answer)).toEqual([group.id]);
    expect(ids((answer as any)[group.id])).toEqual(ids([ada, bob, cat]));
    expect(await outsider.client.getProfilesInGroupChannels([group.id])).toEqual({});
    const known = await ada.client.getKnownUsers();
    expect(known).toEqual(expect.arrayContaining([bob.id, cat.id]));
    expect(known).not.toContain(ada.id);
  });

  it("are for members", async () => {
    for (const query of [`in_team=${world.team.id}`, `not_in_team=${world.team.id}`, "without_team=1"]) {
      const team = await outsider.request("GET", `users?${query}`);
      expect({ query, status: team.status }).toEqual({ query, status: 403 });
    }
    const without = ids(await admin.client.getProfilesWithoutTeam(0, 200, {}));
    expect(without).toContain(outsider.id);
    expect(without).not.toContain(ada.id);
  });

  it.each([
    ["sort=nonsense"],
    ["sort=status"],
    ["sort=create_at"],
    ["in_team=nonsense"],
    ["not_in_channel=abcdefghijklmnopqrstuvwxyz"],
  ])("refuse ?%s", async (query) => {
    expect((await ada.request("GET", `users?${query}`)).status).toBe(400);
  });

  it("by role and activation", async () => {
    const gone = await makeUser(early());
    await admin.client.updateUserActive(gone.id, false);
    const inactive = await admin.client.getProfiles(0, 200, { inactive: true });
    expect(inactive.every(({ delete_at }) => delete_at > 0)).toBe(true);
    expect(ids(inactive)).toContain(gone.id);
    const other = await makeAdmin();
    // Other files make administrators and end them, so that no two lists need be the same.
    for (const filter of [{ roles: "system_admin" }, { role: "system_admin" }]) {
      const admins = await admin.client.getProfiles(0, 100, filter);
      expect(admins.every(({ roles }) => roles.includes("system_admin"))).toBe(true);
      expect(ids(admins)).toEqual(expect.arrayContaining([admin.id, other.id]));
    }
  });

  it("are counted", async () => {
    const { total_users_count } = await ada.client.getTotalUsersStats();
    expect(total_users_count).toBeGreaterThan(4);
    expect((await failureOf(ada.client.getFilteredUsersStats({}))).status_code).toBe(403);
    expect(await admin.client.getFilteredUsersStats({ in_team: world.team.id })).toEqual({
      total_users_count: 3,
    });
    const all = await admin.client.getFilteredUsersStats({ include_deleted: true, include_bots: true });
    expect(all.total_users_count).toBeGreaterThan(total_users_count);
  });
});

describe("search (semantics 14.18, 14.19)", () => {
  let world: World;
  let ada: Person;
  let bob: Person;
  let cat: Person;
  const mark = newId().slice(0, 12);

  beforeAll(async () => {
    world = await makeWorld({ users: 3 });
    [ada, bob, cat] = world.users as [Person, Person, Person];
    await ada.client.patchMe({ first_name: `Ada${mark}`, last_name: "Love%lace" });
    await bob.client.patchMe({ nickname: `The ${mark} Builder` });
    await cat.client.patchMe({ last_name: `${mark}son` });
  });

  const search = (term: string, options = {}) => ada.client.searchUsers(term, options).then(ids);

  it("finds parts of names, of every word", async () => {
    expect(await search(mark.toUpperCase())).toEqual(ids(world.users));
    expect(await search(`@${bob.username.slice(0, -1)}`)).toEqual([bob.id]);
    expect(await search(`builder ${mark}`)).toEqual([bob.id]);
    expect(await search(`ada${mark} love%`)).toEqual([ada.id]);
    expect(await search(`ada${mark} %x`)).toEqual([]);
    expect(await search(cat.id)).toEqual([cat.id]);
    expect(await search(`${cat.username}@example`)).toEqual([cat.id]);
  });

  it("keeps to team and channel", async () => {
    const channel = await makeChannel(ada, world.team, { members: [bob] });
    const team = { team_id: world.team.id };
    expect(await search(mark, team)).toEqual(ids(world.users));
    expect(await search(mark, { in_channel_id: channel.id })).toEqual(ids([ada, bob]));
    expect(await search(mark, { ...team, not_in_channel_id: channel.id })).toEqual([cat.id]);
    expect(await search(mark, { not_in_team_id: world.team.id })).toEqual([]);
    const stranger = await makeUser();
    for (const options of [team, { in_channel_id: channel.id }, { without_team: true }]) {
      expect((await failureOf(stranger.client.searchUsers(mark, options as never))).status_code).toBe(403);
    }
  });

  it.each([
    [{ term: "" }],
    [{}],
    [{ term: "x", limit: 0 }],
    [{ term: "x", limit: 1_001 }],
    [{ term: "x", team_id: "y" }],
    [{ term: 5 }],
  ])("refuses %j", async (body) => {
    expect((await ada.request("POST", "users/search", body)).status).toBe(400);
  });

  it("finds inactive users only when asked", async () => {
    const gone = await makeUser();
    await adminOf(world.node).client.updateUserActive(gone.id, false);
    expect(await search(gone.username)).toEqual([]);
    expect(await search(gone.username, { allow_inactive: true })).toEqual([gone.id]);
  });

  it("completes names, those in the channel apart", async () => {
    const channel = await makeChannel(ada, world.team, { members: [bob] });
    const inChannel: any = await ada.client.autocompleteUsers(mark, world.team.id, channel.id);
    expect([ids(inChannel.users), ids(inChannel.out_of_channel)]).toEqual([ids([ada, bob]), [cat.id]]);
    const inTeam: any = await ada.client.autocompleteUsers(mark, world.team.id, "");
    expect(ids(inTeam.users)).toEqual(ids(world.users));
    const anywhere: any = await ada.client.autocompleteUsers(mark, "", "", { limit: 2 });
    expect(anywhere.users).toHaveLength(2);
    const other = await makeTeam(await makeUser());
    expect((await failureOf(ada.client.autocompleteUsers(mark, other.id, ""))).status_code).toBe(403);
  });
});

describe("who may not view members", () => {
  it("sees those of the own teams and channels only", async () => {
    const world = await makeWorld({ users: 2 });
    const [ada, bob] = world.users as [Person, Person];
    const stranger = await makeUser();
    // A guest of an existing install: no view_members anywhere.
    await sql()`update users set roles = 'system_guest' where id = ${bob.id}`;
    const again = newId();
    await sql()`update sessions set token = ${again} where userid = ${bob.id}`;
    const asGuest = {
      ...bob,
      request: (method: string, path: string, body?: unknown) =>
        bob.request(method, path, body, { authorization: `Bearer ${again}` }),
    };
    await adminOf(world.node).client.patchUser({ id: bob.id, nickname: "guest" } as never);
    expect((await asGuest.request("GET", `users/${ada.id}`)).status).toBe(200);
    expect((await asGuest.request("GET", `users/${stranger.id}`)).status).toBe(403);
    expect((await asGuest.request("GET", `users/username/${stranger.username}`)).status).toBe(403);
    expect(ids((await asGuest.request("POST", "users/ids", [ada.id, stranger.id])).body)).toEqual([ada.id]);
    expect((await asGuest.request("POST", "users/usernames", [stranger.username])).body).toEqual([]);
    expect((await asGuest.request("POST", "users/search", { term: stranger.username })).body).toEqual([]);
    expect(ids((await asGuest.request("GET", "users?per_page=200")).body)).not.toContain(stranger.id);
  });
});
