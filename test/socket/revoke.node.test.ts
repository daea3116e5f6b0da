import { beforeAll, describe, expect, it } from "vitest";
import { loginAgain, makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import type { TestSocket } from "../harness/socket.ts";

let world: World;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
});

const typing = () => alice.request("POST", `users/${alice.id}/typing`, { channel_id: world.channel.id });

async function isSilent(socket: TestSocket): Promise<boolean> {
  // What was written to it before may still be on its way.
  await socket.call("ping");
  const before = socket.events.length;
  await typing();
  const reply = await socket.call("ping");
  return (
    reply.error?.id === "api.web_socket_router.not_authenticated.app_error" &&
    reply.error.status_code === 401 &&
    socket.events.length === before
  );
}

describe("revoked means revoked", () => {
  it("lets the socket of a session that was logged out fall silent, but not close", async () => {
    const second = await loginAgain(bob);
    const [revoked, other] = [await second.ws(), await bob.ws()];
    await second.request("POST", "users/logout");
    expect(await isSilent(revoked)).toBe(true);
    expect(revoked.closed).toBeUndefined();
    await other.next("typing");
  });

  it("does so for all sessions of a user", async () => {
    const user = await makeUser();
    await alice.client.addUsersToTeam(world.team.id, [user.id]);
    await alice.client.addToChannels([user.id], world.channel.id);
    const sockets = [await user.ws(), await (await loginAgain(user)).ws()];
    await user.request("POST", `users/${user.id}/sessions/revoke/all`);
    for (const socket of sockets) expect(await isSilent(socket)).toBe(true);
  });

  it("silences a deactivated user", async () => {
    const user = await makeUser();
    const socket = await user.ws();
    await world.admin.request("PUT", `users/${user.id}/active`, { active: false });
    await expect.poll(() => isSilent(socket)).toBe(true);
  });

  it("stops a channel's events for one who was removed, and starts them for one who was added", async () => {
    const secret = await makeChannel(alice, world.team, { type: "P" });
    const socket = await bob.ws();
    await alice.request("POST", `users/${alice.id}/typing`, { channel_id: secret.id });
    await socket.none("typing");
    await alice.client.addToChannel(bob.id, secret.id);
    await alice.request("POST", `users/${alice.id}/typing`, { channel_id: secret.id });
    await socket.next("typing", ({ broadcast }) => broadcast.channel_id === secret.id);
    await alice.client.removeFromChannel(bob.id, secret.id);
    await alice.request("POST", `users/${alice.id}/typing`, { channel_id: secret.id });
    await socket.none("typing");
  });

  it("stops a team's channels for one who has left the team", async () => {
    const user = await makeUser();
    await alice.client.addUsersToTeam(world.team.id, [user.id]);
    await alice.client.addToChannels([user.id], world.channel.id);
    const socket = await user.ws();
    await typing();
    await socket.next("typing");
    await alice.client.removeFromTeam(world.team.id, user.id);
    await typing();
    await socket.none("typing");
  });
});
