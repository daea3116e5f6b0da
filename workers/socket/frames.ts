import { CLOSE, close } from "../../durable/hub/connection/close-codes.ts";
import type { Hub } from "../../durable/hub.ts";
import { AppError, fail } from "../errors/app-error.ts";
import { log } from "../log/log.ts";
import { actions } from "./actions.ts";
import { answer } from "./answer.ts";
import { challenge } from "./challenge.ts";
import { decode, isTooLarge } from "./decode.ts";

/** One frame from a client, answered by {status, seq_reply, data | error} (websocket.md 3, 7). */
export async function handleFrame(hub: Hub, socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
  if (isTooLarge(message)) return close(socket, CLOSE.tooLarge);
  const frame = decode(message);
  if (!frame) return close(socket, CLOSE.badMessage);
  const { action, seq, data } = frame;
  if (action === "authentication_challenge") return challenge(hub, socket, seq, data);
  const connection = hub.connectionOf(socket);
  // Not logged in yet: silence (websocket.md 1).
  if (!connection) return;
  try {
    if (!action) throw fail("api.web_socket_router.no_action.app_error");
    if (seq <= 0) throw fail("api.web_socket_router.bad_seq.app_error");
    if (action.startsWith("custom_")) return;
    if (connection.expiresAt > 0 && connection.expiresAt <= Date.now()) await hub.recheck(connection);
    if (connection.revoked) throw fail("api.web_socket_router.not_authenticated.app_error");
    const handler = Object.hasOwn(actions, action) ? actions[action] : undefined;
    if (!handler) throw fail("api.web_socket_router.bad_action.app_error");
    const reply = await handler({ hub, connection, data });
    // What came before the reply is to be seen before it.
    connection.flush();
    answer(socket, seq, reply);
  } catch (error) {
    if (!(error instanceof AppError)) log.error("socket action failed", { action, error: String(error) });
    connection.flush();
    answer(socket, seq, undefined, error instanceof AppError ? error : fail("app.internal.app_error"));
  }
}
