import { lastActivityOf } from "../../workers/actions/status/activity.ts";
import { presence } from "../../workers/actions/status/presence.ts";
import { caches } from "../../workers/cache/caches.ts";
import type { Context } from "../../workers/context.ts";
import { log } from "../../workers/log/log.ts";
import { relayOf } from "../../workers/ports/bus/redis.ts";
import { membership } from "../../workers/ports/cluster/membership.ts";
import type { Audience } from "./audience/audience.ts";

/** How long a user without connections stays online: a page that reloads is back by then (semantics 15.3). */
const LEAVE_MS = 500;
const LEAVE_BATCH = 32;

async function connected(ctx: Context, userIds: string[]): Promise<void> {
  if (ctx.env.PROFILE === "cluster") await relayOf(ctx.env).arrived(userIds);
  await presence.connected(ctx, userIds);
}

/** In a cluster a user is offline when the last connection on any node is gone. */
async function disconnected(ctx: Context, userIds: string[]): Promise<void> {
  const gone = ctx.env.PROFILE === "cluster" ? await relayOf(ctx.env).left(userIds) : userIds;
  if (gone.length > 0) await presence.disconnected(ctx, gone);
}

/** Once per process: a hub that is made anew in it has sockets to come back. */
let startedHere = false;

/**
 * Tells the statuses what happens to the users' connections. One piece of work at a time and each with all the users
 * that have come together meanwhile, so that ten thousand clients that reconnect cost some tens of statements.
 */
export class Presence {
  private readonly audience: Audience;
  private readonly context: () => Promise<Context>;
  private readonly arrived = new Set<string>();
  private readonly left = new Set<string>();
  private leaving: ReturnType<typeof setTimeout> | undefined;
  private leaveNow = false;
  private atStart = false;
  private working: Promise<void> | undefined;

  constructor(audience: Audience, context: () => Promise<Context>) {
    this.audience = audience;
    this.context = context;
  }

  /** The process has just started: everyone is offline, before anyone arrives. */
  started(): void {
    if (startedHere) return;
    startedHere = true;
    this.atStart = true;
    this.work();
  }

  arrive(userId: string): void {
    this.left.delete(userId);
    this.arrived.add(userId);
    this.work();
  }

  /** One of the user's connections has lost its socket, or its session. */
  leave(userId: string): void {
    if (this.isActive(userId)) {
      this.others(userId);
      return;
    }
    this.left.add(userId);
    if (this.left.size >= LEAVE_BATCH) this.leaveAll();
    else this.leaving ??= setTimeout(() => this.leaveAll(), LEAVE_MS);
  }

  /** Once a minute; `all`: for users elsewhere, too. */
  async tick(ctx: Context, all: boolean): Promise<void> {
    const active = [...this.audience.members.keys()].filter((id) => this.isActive(id));
    await presence.idle(ctx, active);
    if (!all || !membership.leads) return;
    // Back to "online" must not last for one who is not connected.
    for (const id of await presence.expired(ctx)) if (!this.isActive(id)) this.leave(id);
  }

  /** The node ends: everyone here is offline. */
  async drain(): Promise<void> {
    for (const id of this.audience.members.keys()) this.left.add(id);
    this.leaveAll();
    await this.working;
  }

  isActive(userId: string): boolean {
    const member = this.audience.members.get(userId);
    if (member) for (const connection of member.connections) if (connection.active) return true;
    return false;
  }

  /** Others of the user's connections remain (websocket 8). Only known where requests tell this isolate what sessions do. */
  private others(userId: string): void {
    if (!caches.coherent) return;
    let latest = 0;
    for (const { active, lastActivity, sessionId } of this.audience.members.get(userId)!.connections) {
      if (active) latest = Math.max(latest, lastActivity, lastActivityOf(sessionId, userId));
    }
    void this.run((ctx) => presence.fewer(ctx, userId, latest));
  }

  private leaveAll(): void {
    clearTimeout(this.leaving);
    this.leaving = undefined;
    this.leaveNow = true;
    this.work();
  }

  private work(): void {
    this.working ??= this.workOff().finally(() => {
      this.working = undefined;
    });
  }

  private async workOff(): Promise<void> {
    while (this.atStart || this.arrived.size > 0 || this.leaveNow) {
      if (this.atStart) {
        this.atStart = false;
        await this.run(presence.started);
      }
      const arrived = [...this.arrived];
      this.arrived.clear();
      if (arrived.length > 0) await this.run((ctx) => connected(ctx, arrived));
      if (!this.leaveNow) continue;
      this.leaveNow = false;
      const gone = [...this.left].filter((id) => !this.isActive(id));
      this.left.clear();
      if (gone.length > 0) await this.run((ctx) => disconnected(ctx, gone));
    }
  }

  private async run(piece: (ctx: Context) => Promise<void>): Promise<void> {
    try {
      await piece(await this.context());
    } catch (error) {
      log.error("a status could not be set", { error: String(error) });
    }
  }
}
