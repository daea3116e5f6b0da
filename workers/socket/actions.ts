import type { Connection } from "../../durable/hub/connection/connection.ts";
import type { Hub } from "../../durable/hub.ts";
import { getStatuses, getStatusesByIds, userUpdateActiveStatus } from "./statuses.ts";
import { userTyping } from "./typing.ts";

export interface Call {
  hub: Hub;
  connection: Connection;
  data: Record<string, unknown>;
}

type Reply = Record<string, unknown> | undefined;
export type Action = (call: Call) => Promise<Reply> | Reply;

/** Every client action besides the challenge (websocket.md 7). */
export const actions: Record<string, Action> = {
  ping({ hub, connection }) {
    connection.lastPing = Date.now();
    connection.unconfirmed = 0;
    return { text: "pong", version: hub.serverVersion, server_time: Date.now(), node_id: "" };
  },
  presence({ connection, data }) {
    const text = (value: unknown) => (typeof value === "string" ? value : undefined);
    const hints = connection.hints;
    hints.channel = text(data.channel_id) ?? hints.channel;
    hints.team = text(data.team_id) ?? hints.team;
    const thread = text(data.thread_channel_id);
    if (thread === undefined) return undefined;
    if (data.is_thread_view === true) hints.viewThreadChannel = thread;
    else hints.rhsThreadChannel = thread;
    return undefined;
  },
  posted_notify_ack: () => undefined,
  user_typing: userTyping,
  user_update_active_status: userUpdateActiveStatus,
  get_statuses: getStatuses,
  get_statuses_by_ids: getStatusesByIds,
};
