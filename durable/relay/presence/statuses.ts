import { presence } from "../../../workers/actions/status/presence.ts";
import type { Context } from "../../../workers/context.ts";
import { membership } from "../../../workers/ports/cluster/membership.ts";
import type { Presences } from "./presence.ts";

/** A client that lost its node is on another one by then. */
const COME_BACK_MS = 5_000;
const REVIEW_MS = 15_000;

/** Sets users offline whose node did not get to do it itself. */
export class Statuses {
  private readonly presences: Presences;
  private readonly context: () => Promise<Context>;

  constructor(presences: Presences, context: () => Promise<Context>) {
    this.presences = presences;
    this.context = context;
  }

  /** Redis is back: who came and went meanwhile could not be told. `active` asks for the users that are here. */
  async catchUp(active: () => Promise<string[]>): Promise<void> {
    const gone = await this.presences.set(await active());
    await this.presences.arrive(await active());
    await scheduler.wait(COME_BACK_MS);
    await this.offline(gone);
  }

  /** Nodes have died. For the leader. */
  async reap(live: string[]): Promise<void> {
    await this.disconnect(await this.presences.reap(live));
  }

  /** Another Redis knows nothing of who was where, nor of what nodes knew that have died meanwhile: the database does. */
  async review(): Promise<void> {
    await scheduler.wait(REVIEW_MS);
    if (!membership.leads) return;
    const { sql } = await this.context();
    const online = await sql.query<{ userid: string }>(
      "SELECT userid FROM status WHERE status <> 'offline' AND manual IS NOT TRUE",
    );
    await this.offline(online.map(({ userid }) => userid));
  }

  /** Those of the users who are nowhere. */
  async offline(userIds: string[]): Promise<void> {
    if (userIds.length > 0) await this.disconnect(await this.presences.absent(userIds, membership.names));
  }

  private async disconnect(userIds: string[]): Promise<void> {
    if (userIds.length > 0) await presence.disconnected(await this.context(), userIds);
  }
}
