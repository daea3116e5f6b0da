import { setAwayIfIdle } from "../actions/status/set-away.ts";
import { setOnline } from "../actions/status/set-online.ts";
import { setStatus } from "../actions/status/set-status.ts";
import { cachedStatuses, statusesOf } from "../actions/status/statuses.ts";
import { fail } from "../errors/app-error.ts";
import { isId } from "../model/id.ts";
import type { StatusRow } from "../model/status.ts";
import type { Action } from "./actions.ts";

const invalid = (name: string) => fail("api.websocket_handler.invalid_param.app_error", { name });

/** The desktop app tells whether its user is there. */
export const userUpdateActiveStatus: Action = async ({ hub, connection, data }) => {
  const { user_is_active: active, manual = false } = data;
  if (typeof active !== "boolean") throw invalid("user_is_active");
  if (typeof manual !== "boolean") throw invalid("manual");
  const ctx = await hub.context();
  const { userId, sessionId } = connection;
  if (active) {
    connection.lastActivity = Date.now();
    await setOnline(ctx, userId, { manual, sessionId });
  } else if (manual) await setStatus(ctx, userId, "away");
  else await setAwayIfIdle(ctx, [userId]);
  return undefined;
};

/** The statuses this node has at hand, without those who are offline. */
export const getStatuses: Action = async ({ hub }) => {
  const { ServiceSettings } = (await hub.context()).config;
  return ServiceSettings.EnableUserStatuses
    ? named(cachedStatuses().filter(({ status }) => status !== "offline"))
    : {};
};

export const getStatusesByIds: Action = async ({ hub, data }) => {
  const ids = data.user_ids;
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every(isId)) throw invalid("user_ids");
  const ctx = await hub.context();
  return ctx.config.ServiceSettings.EnableUserStatuses ? named((await statusesOf(ctx, ids)).values()) : {};
};

function named(rows: Iterable<StatusRow>): Record<string, string> {
  return Object.fromEntries([...rows].map(({ user_id, status }) => [user_id, status]));
}
