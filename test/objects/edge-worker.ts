// The whole worker, with objects that tests may look into, and break.

import { hubOf } from "../../durable/placement.ts";
import type { Env } from "../../workers/env.ts";
import { envelope } from "../../workers/events/envelope.ts";
import main, { Hub as RealHub, Topic as RealTopic } from "../../workers/index.ts";
import { newId } from "../../workers/model/id.ts";

export { SqlPool } from "../../workers/index.ts";

export class Hub extends RealHub {
  private readonly born = Math.random();

  facts() {
    const { size } = this.connections;
    const lost = [...this.connections.values()].filter(({ lostAt }) => lostAt > 0);
    return {
      born: this.born,
      connections: size,
      /** Whose socket it knows to be gone. */
      lost: lost.map(({ userId }) => userId),
      unsaved: (this.journal as unknown as { dirty: boolean }).dirty,
      members: this.audience.members.size,
      users: [...this.audience.members.keys()],
    };
  }

  /** What an exception in an object's storage, or too much memory, does. */
  crash(): void {
    this.ctx.abort("a test's crash");
  }

  /** As if so much time had passed. */
  async age(ms: number): Promise<void> {
    for (const connection of this.connections.values()) {
      if (connection.lostAt > 0) connection.lostAt -= ms;
      if (connection.lastPing > 0) connection.lastPing -= ms;
    }
    await this.alarm();
  }

  /** An event that is not saved yet, and a crash. */
  crashAfterEvent(user: string): void {
    const events = [envelope("user_activation_status_change", {}, {})];
    this.deliver({ id: newId(), topic: `user:${user}`, events, effects: [] });
    this.crash();
  }

  /** The scheduled work that a hub does for everyone where nothing else does. */
  async minute(): Promise<void> {
    await (this as any).presence.tick(await this.context(), true);
  }

  alarmAt(): Promise<number | null> {
    return this.ctx.storage.getAlarm();
  }
}

export class Topic extends RealTopic {
  private readonly born = Math.random();

  facts() {
    return { born: this.born };
  }

  crash(): void {
    this.ctx.abort("a test's crash");
  }

  async crashAfterEvent(channel: string): Promise<void> {
    await this.announce(channel, "lost", newId());
    this.crash();
  }

  /** Publishes an event to the channel, with an id of the test's choice. */
  async announce(channel: string, text: string, id: string): Promise<void> {
    const events = [envelope("channel_updated", { channel: text }, { channel_id: channel })];
    await this.publish({ id, topic: `channel:${channel}`, events, effects: [] });
  }
}

export default {
  async fetch(request: Request, env: Env, exec: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/ready") return new Response("ready");
    if (pathname !== "/test") return main.fetch(request, env, exec);
    const { object, id, method, args } = (await request.json()) as Record<string, any>;
    const stub = (
      object === "hub" ? hubOf(env, id) : env.TOPIC.get(env.TOPIC.idFromName(`channel:${id}`))
    ) as any;
    try {
      return Response.json({ result: (await stub[method](...args)) ?? null });
    } catch (error) {
      return Response.json({ error: String(error) });
    }
  },
} satisfies ExportedHandler<Env>;
