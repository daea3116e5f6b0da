import { beforeAll, describe, expect, it } from "vitest";
import { failureOf } from "./client.ts";
import { makeWorld, type World } from "./people.ts";
import { database } from "./sql.ts";

let world: World;
beforeAll(async () => {
  world = await makeWorld({ users: 3 });
});

describe("the harness", () => {
  it("makes people that are who they say", async () => {
    const { users, team, channel, admin, node } = world;
    const rows = await database(node)`select userid from channelmembers where channelid = ${channel.id}`;
    expect(rows.map((row) => row.userid).sort()).toEqual(users.map((user) => user.id).sort());
    for (const user of [...users, admin]) {
      const [session] = await database(node)`select userid from sessions where token = ${user.token}`;
      expect(session?.userid).toBe(user.id);
    }
    expect(channel.team_id).toBe(team.id);
  });

  it("reports the error of a call that fails", async () => {
    const failure = await failureOf(world.users[0]!.client.getChannel("bad"));
    expect(failure.status_code).toBe(400);
  });

  it.each(["header", "cookie", "challenge"] as const)("opens a socket by %s", async (by) => {
    const socket = await world.users[0]!.ws({ by });
    expect(socket.events[0]).toMatchObject({ event: "hello", seq: 0 });
    expect((await socket.call("ping")).data?.text).toBe("pong");
    await socket.none("typing");
  });

  it("comes back after a broken connection", async () => {
    const socket = await world.users[1]!.ws();
    socket.drop();
    expect(await socket.resume()).toBe(true);
    expect(socket.events.filter((event) => event.event === "hello")).toHaveLength(1);
    expect(await socket.resume({ sequence: 99 })).toBe(false);
  });
});
