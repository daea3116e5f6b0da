import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { StatusName } from "../../model/status.ts";
import { serverBusy } from "../../server-busy.ts";

export interface StatusChange {
  user_id: string;
  status: StatusName;
}

/**
 * Announces changed statuses, each to its user only; others ask (semantics 15.6). `silent`: nobody is there to be told. While
 * the server is marked busy nobody is (websocket 8).
 */
export async function notifyStatuses(ctx: Context, changes: StatusChange[], silent = false): Promise<void> {
  if (changes.length === 0) return;
  const topic = changes.length === 1 ? `user:${changes[0]!.user_id}` : "system";
  const events = changes.map(({ user_id, status }) =>
    envelope("status_change", { status, user_id }, { user_id }),
  );
  await publish(
    ctx,
    topic,
    silent || serverBusy.until() ? [] : events,
    changes.map(({ user_id }) => ({ kind: "status", user: user_id })),
  );
}
