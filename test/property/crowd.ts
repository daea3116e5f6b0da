import type { Channel } from "@mattermost/types/channels";
import type { SocketEvent } from "../harness/contract/events.ts";
import { makeWorld, type NodeAddress, type Person, type World } from "../harness/people.ts";
import type { TestSocket } from "../harness/socket.ts";
import { Model } from "./model.ts";
import { fetchState } from "./state.ts";

/** A person at a client. */
export interface Actor {
  person: Person;
  socket: TestSocket;
  model: Model;
  /** Events that the model has. */
  applied: number;
  down: boolean;
  stepsDown: number;
  resumes: number;
}

/** On the edge, what the API tells may be old for a while; elsewhere this only lasts where something is wrong. */
const PATIENCE_MS = 10_000;
/** Steps that a person may stay away: more could bring more events than a node keeps for a client. */
const MAX_STEPS_DOWN = 12;

interface Acknowledged {
  id: string;
  message: string;
  /** User ids; all of them have to see it, once. */
  members: string[];
}

/** Several people in a team, and what is known of them without events: who is where, and what was acknowledged. */
export class Crowd {
  readonly world: World;
  readonly actors: Actor[];
  /** Who is in each channel that can be posted in. */
  readonly members = new Map<string, Set<string>>();
  readonly archived = new Map<string, Set<string>>();
  readonly acknowledged: Acknowledged[] = [];

  private constructor(world: World, actors: Actor[]) {
    this.world = world;
    this.actors = actors;
    for (const [channel, people] of Object.entries(actors[0]!.model.state.people))
      this.members.set(channel, new Set(Object.keys(people)));
  }

  /** `node`: another one than the shared. */
  static async open(count: number, node?: NodeAddress): Promise<Crowd> {
    const world = await makeWorld({ users: count, ...(node ? { node } : {}) });
    const sockets = await Promise.all(world.users.map((person) => person.ws()));
    const ids = world.users.map(({ id }) => id);
    const actors = await Promise.all(
      world.users.map(async (person, i) => {
        const socket = sockets[i]!;
        // What comes during the fetch may be in it or not: nobody does anything, so only this is still to come.
        await socket.next(
          "status_change",
          ({ data }) => data.user_id === person.id && data.status === "online",
        );
        await socket.settled();
        const state = await fetchState(person, world.team.id, ids);
        return {
          person,
          socket,
          model: new Model(person.id, state),
          applied: socket.events.length,
          down: false,
          stepsDown: 0,
          resumes: 0,
        };
      }),
    );
    return new Crowd(world, actors);
  }

  fetch(actor: Actor) {
    return fetchState(
      actor.person,
      this.world.team.id,
      this.actors.map(({ person }) => person.id),
    );
  }

  catchUp(actor: Actor): void {
    const { events } = actor.socket;
    for (; actor.applied < events.length; actor.applied++) actor.model.apply(events[actor.applied]!);
  }

  channelsOf(actor: Actor): string[] {
    return [...this.members].filter(([, people]) => people.has(actor.person.id)).map(([id]) => id);
  }

  made(channel: Pick<Channel, "id">, people: string[]): void {
    this.members.set(channel.id, new Set(people));
  }

  acknowledge(post: { id: string; channel_id: string; message: string }): void {
    this.acknowledged.push({
      id: post.id,
      message: post.message,
      members: [...(this.members.get(post.channel_id) ?? [])],
    });
  }

  drop(actor: Actor): void {
    if (actor.down) return;
    actor.socket.drop();
    actor.down = true;
    actor.stepsDown = 0;
  }

  /** Another step begins: who has been away for long comes back. */
  async tick(): Promise<void> {
    for (const actor of this.actors)
      if (actor.down && ++actor.stepsDown > MAX_STEPS_DOWN) await this.resume(actor);
  }

  /** Comes back; the node kept everything, so nothing may be fetched afresh. */
  async resume(actor: Actor): Promise<void> {
    if (!actor.down) return;
    actor.down = false;
    actor.resumes++;
    if (!(await actor.socket.resume())) throw new Error(`${actor.person.username} was not resumed`);
  }

  /**
   * Everybody is connected and has got all that was sent; a marker that all of them see tells so. What a node does
   * after its answer (the status of who has posted) comes a little later, so states that differ are looked at again.
   */
  async check(): Promise<string[]> {
    for (const actor of this.actors) await this.resume(actor);
    const marker = await this.world.users[0]!.client.createPost({
      channel_id: this.world.channel.id,
      message: "marker",
    });
    this.acknowledge(marker);
    const seen = (actor: Actor) =>
      actor.socket.waitFor(
        () =>
          actor.socket.events.some(({ event, parsed }) => event === "posted" && parsed.post.id === marker.id),
        "marker",
      );
    await Promise.all(this.actors.map(seen));
    const problems = await Promise.all(this.actors.map((actor) => this.compare(actor)));
    return [...problems.flat(), ...this.countPosts()];
  }

  private async compare(actor: Actor): Promise<string[]> {
    let found: string[] = [];
    for (const until = Date.now() + PATIENCE_MS; ; ) {
      const fresh = await this.fetch(actor);
      await actor.socket.settled();
      this.catchUp(actor);
      found = [...actor.model.surprises, ...actor.model.compare(fresh)];
      if (found.length === 0 || Date.now() > until) break;
    }
    return found.map((line) => `${actor.person.username}: ${line}`);
  }

  /** Every acknowledged post has come exactly once to all who were members. */
  private countPosts(): string[] {
    const found: string[] = [];
    const ours = new Set(this.actors.map(({ person }) => person.id));
    for (const { person, socket } of this.actors) {
      const times = new Map<string, number>();
      for (const { event, parsed } of socket.events)
        if (event === "posted") times.set(parsed.post.id, (times.get(parsed.post.id) ?? 0) + 1);
      for (const { id, message, members } of this.acknowledged) {
        if (!members.includes(person.id)) continue;
        const count = times.get(id) ?? 0;
        if (count !== 1) found.push(`${person.username} has got ${id} (${message}) ${count} times`);
      }
      for (const [id, count] of times)
        if (count > 1) found.push(`${person.username} has got ${id} ${count} times`);
      found.push(...repeated(socket, ours).map((line) => `${person.username}: ${line}`));
    }
    return [...new Set(found)];
  }
}

/** Every one of these events tells something that happens once. */
const ONCE = new Set([
  "posted",
  "post_edited",
  "post_deleted",
  "reaction_added",
  "reaction_removed",
  "preferences_changed",
  "user_updated",
  "channel_created",
  "channel_updated",
  "direct_added",
]);

/** Sent to everyone on the node, and not about these users. */
export function isElsewhere({ data, broadcast }: SocketEvent, users: ReadonlySet<string>): boolean {
  const { user_id, channel_id, team_id } = broadcast;
  return !user_id && !channel_id && !team_id && !users.has(data.user?.id);
}

function repeated(socket: TestSocket, users: ReadonlySet<string>): string[] {
  const seen = new Set<string>();
  return socket.events.flatMap((whole) => {
    const { event, data } = whole;
    if (!ONCE.has(event) || isElsewhere(whole, users)) return [];
    const text = event + JSON.stringify(data);
    if (seen.has(text)) return [`came twice: ${text.slice(0, 300)}`];
    seen.add(text);
    return [];
  });
}
