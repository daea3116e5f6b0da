import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let world: World;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
});

const statusOf = async (user: Person) => (await bob.client.getStatus(user.id)).status;
const becomes = (user: Person, status: string) =>
  expect.poll(() => statusOf(user), { timeout: 15_000 }).toBe(status);
const put = (user: Person, body: Record<string, unknown>, of = user) =>
  user.request("PUT", `users/${of.id}/status`, { user_id: of.id, ...body });

describe("a status (semantics 15)", () => {
  it("is offline before the first connection, online with one, offline after the last", async () => {
    const user = await makeUser();
    expect(await bob.client.getStatus(user.id)).toMatchObject({ status: "offline", manual: false });
    const [first, second] = [await user.ws(), await user.ws()];
    await becomes(user, "online");
    expect((await first.next("status_change")).data).toEqual({ status: "online", user_id: user.id });
    await first.close();
    await new Promise((done) => setTimeout(done, 800));
    expect(await statusOf(user)).toBe("online");
    await second.close();
    await becomes(user, "offline");
  });

  it("stays online over a page that reloads", async () => {
    const user = await makeUser();
    const socket = await user.ws();
    await socket.next("status_change");
    const watcher = await user.ws();
    socket.drop();
    await socket.resume();
    await new Promise((done) => setTimeout(done, 700));
    expect(await statusOf(user)).toBe("online");
    await watcher.none("status_change");
  });

  it("follows the user's choice, whatever the connections do", async () => {
    const user = await makeUser();
    const socket = await user.ws();
    await socket.next("status_change");
    const other = await bob.ws();
    for (const status of ["away", "offline", "dnd"]) {
      const answer = await put(user, { status });
      expect(answer.body).toMatchObject({ user_id: user.id, status, manual: true, dnd_end_time: 0 });
      expect((await socket.next("status_change")).data.status).toBe(status);
      const again = await user.ws();
      await user.request("POST", "channels/members/me/view", { channel_id: "" });
      await again.close();
      expect(await bob.client.getStatus(user.id)).toMatchObject({ status, manual: true });
    }
    await put(user, { status: "online" });
    expect((await socket.next("status_change")).data.status).toBe("online");
    expect(await bob.client.getStatus(user.id)).toMatchObject({ status: "online", manual: false });
    // Others ask.
    await other.none("status_change", ({ data }) => data.user_id === user.id);
  });

  it("remembers what was before a timed do-not-disturb", async () => {
    const user = await makeUser();
    await user.ws();
    await becomes(user, "online");
    const end = Math.floor(Date.now() / 1_000) + 3_633;
    const answer = await put(user, { status: "dnd", dnd_end_time: end });
    expect(answer.body.dnd_end_time).toBe(end - (end % 60));
    const [row] = await database(world.node)`select * from status where userid = ${user.id}`;
    expect(row).toMatchObject({ status: "dnd", manual: true, prevstatus: "online" });
    expect(Number(row!.dndendtime)).toBe(end - (end % 60));
  });

  it("is told for many at once", async () => {
    // Of people without connections, whose statuses nothing else changes.
    const [one, fresh] = [await makeUser(), await makeUser()];
    const body = [alice.id, one.id, fresh.id, alice.id, newId()];
    const answer = await alice.request("POST", "users/status/ids", body);
    expect(answer.body.map((status: any) => status.user_id).sort()).toEqual(
      [alice.id, one.id, fresh.id].sort(),
    );
    await alice.request("POST", "users/status/ids", body);
    const cached = await alice.request("POST", "users/status/ids", body.slice(0, 3));
    expect(cached.headers.get("x-edgemost-sql")).toBe("0");
  });

  it("refuses what it cannot be", async () => {
    for (const body of [
      { status: "ooo" },
      { status: "busy" },
      {},
      { status: "dnd", dnd_end_time: -1 },
      { status: "dnd", dnd_end_time: "x" },
    ]) {
      expect((await put(alice, body)).status).toBe(400);
    }
    expect(
      (await alice.request("PUT", `users/${alice.id}/status`, { user_id: bob.id, status: "away" })).status,
    ).toBe(400);
    expect((await put(alice, { status: "away" }, bob)).status).toBe(403);
    expect((await put(world.admin, { status: "away" }, bob)).body).toMatchObject({ status: "away" });
    await put(bob, { status: "online" });
    expect((await alice.request("GET", `users/${newId()}/status`)).status).toBe(404);
    expect((await alice.request("GET", "users/x/status")).status).toBe(400);
    for (const body of [[], ["x"], {}, null])
      expect((await alice.request("POST", "users/status/ids", body)).status).toBe(400);
  });

  it("becomes online by posting and viewing, without a connection", async () => {
    const user = await makeUser();
    await alice.client.addUsersToTeam(world.team.id, [user.id]);
    await alice.client.addToChannels([user.id], world.channel.id);
    await user.client.viewMyChannel(world.channel.id);
    await becomes(user, "online");
    await put(user, { status: "offline" });
    await put(user, { status: "online" });
    expect(await statusOf(user)).toBe("online");
  });

  it("goes away when the desktop app says so and nothing was done for long", async () => {
    const user = await makeUser();
    const socket = await user.ws();
    await becomes(user, "online");
    await socket.call("user_update_active_status", { user_is_active: false });
    expect(await statusOf(user)).toBe("online");
    await socket.call("user_update_active_status", { user_is_active: false, manual: true });
    expect(await bob.client.getStatus(user.id)).toMatchObject({ status: "away", manual: true });
    await socket.call("user_update_active_status", { user_is_active: true });
    expect(await statusOf(user)).toBe("away");
    await socket.call("user_update_active_status", { user_is_active: true, manual: true });
    expect(await statusOf(user)).toBe("online");
    expect((await socket.call("user_update_active_status", {})).error?.status_code).toBe(400);
  });
});
