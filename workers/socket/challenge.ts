import { validIdentity } from "../../durable/hub/audience/session.ts";
import { CLOSE, close } from "../../durable/hub/connection/close-codes.ts";
import type { Login } from "../../durable/hub/connection/upgrade.ts";
import type { Hub } from "../../durable/hub.ts";
import type { Context } from "../context.ts";
import { answer } from "./answer.ts";

/** Logs a socket in by token; silent when it already is (websocket.md 1). */
export async function challenge(
  hub: Hub,
  socket: WebSocket,
  seq: number,
  data: Record<string, unknown>,
): Promise<void> {
  if (hub.connectionOf(socket)) return;
  try {
    const login = await loginBy(await hub.context(), data);
    if (!login) return close(socket, CLOSE.notAuthenticated);
    if (await hub.login(socket, login)) answer(socket, seq);
  } catch (error) {
    // Nobody would wait for the socket any more.
    close(socket, CLOSE.goingAway);
    throw error;
  }
}

/** Who a challenge's token stands for; undefined where it is not valid. */
export async function loginBy(ctx: Context, { token }: Record<string, unknown>): Promise<Login | undefined> {
  const identity = typeof token === "string" && token ? await validIdentity(ctx, token) : undefined;
  return (
    identity && { userId: identity.user.id, sessionId: identity.session.id, token: identity.session.token }
  );
}
