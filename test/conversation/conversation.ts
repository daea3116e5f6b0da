import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminOf, makeUser, type NodeAddress, type Person } from "../harness/people.ts";
import { accounts } from "./accounts.ts";
import { channels } from "./channels.ts";
import { files } from "./files.ts";
import { messages } from "./messages.ts";
import { reading } from "./reading.ts";
import { type Actor, Ear, type Scene } from "./scene.ts";
import { teams } from "./teams.ts";
import { threads } from "./threads.ts";

interface Told {
  event: string;
  broadcast: { user_id: string; channel_id: string; team_id: string };
}

/** Three people talk through the official client, and touch every core noun. The steps build on each other. */
export function describeConversation(what: string, start: () => Promise<NodeAddress> | NodeAddress): void {
  describe(what, () => {
    const scene = {} as Scene;

    beforeAll(async () => {
      scene.node = await start();
      scene.admin = adminOf(scene.node);
      const people = await Promise.all(
        ["Ada", "Bob", "Cat"].map((first_name) => makeUser({ node: scene.node, profile: { first_name } })),
      );
      [scene.ada, scene.bob, scene.cat] = (await Promise.all(people.map((person) => enter(person)))) as [
        Actor,
        Actor,
        Actor,
      ];
    });

    afterAll(() => {
      for (const actor of [scene.ada, scene.bob, scene.cat]) actor?.ear.close();
    });

    for (const steps of [accounts, teams, channels, messages, threads, files, reading]) steps(scene);

    it("has lost no event on the way", async () => {
      for (const { ear, socket } of [scene.ada, scene.bob, scene.cat]) {
        await socket.settled();
        // Without what is sent to everyone: tests that share the node cause it at any moment, also between the two sockets.
        expect(ear.missed).toBe(0);
        const names = (events: Told[]) =>
          events
            .filter(({ event }) => event !== "status_change" && event !== "hello")
            .filter(({ broadcast }) => broadcast.user_id || broadcast.channel_id || broadcast.team_id)
            .map(({ event }) => event)
            .sort();
        await expect.poll(() => names(ear.heard)).toEqual(names(socket.events));
      }
    });
  });
}

async function enter(person: Person): Promise<Actor> {
  const ear = await Ear.open(person.node.url, person.token);
  const socket = await person.ws({ by: "cookie" });
  return { ...person, ear, socket };
}
