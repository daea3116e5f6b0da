import { CLOSE, close } from "../../durable/hub/connection/close-codes.ts";
import { LOGIN_HEADER, type Login } from "../../durable/hub/connection/upgrade.ts";
import { hubOf } from "../../durable/placement.ts";
import type { Context } from "../context.ts";
import { log } from "../log/log.ts";
import { loginBy } from "./challenge.ts";
import { decode, isTooLarge } from "./decode.ts";

const AUTH_TIMEOUT_MS = 5_000;

/**
 * Answers an upgrade of unknown origin on the edge, where it takes the user to know the hub: the worker itself waits for
 * the challenge, then opens a socket to the user's hub and passes frames on in both directions until either ends.
 */
export function openLobby(ctx: Context, request: Request): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.binaryType = "arraybuffer";
  server.accept();
  const timer = setTimeout(() => close(server, CLOSE.notAuthenticated), AUTH_TIMEOUT_MS);
  server.addEventListener("close", () => clearTimeout(timer));
  // Frames that come while the login is under way are taken in turn.
  let turn: Promise<WebSocket | undefined> = Promise.resolve(undefined);
  server.addEventListener("message", ({ data }) => {
    turn = turn.then((hub) => {
      if (!hub) return welcome(ctx, request, server, data as string | ArrayBuffer, timer);
      hub.send(data);
      return hub;
    });
    turn.catch((error) => {
      log.error("a socket could not log in", { error: String(error) });
      close(server, CLOSE.goingAway);
    });
  });
  return new Response(null, { status: 101, webSocket: client });
}

/** The socket to the hub once the frame has logged the client in. */
async function welcome(
  ctx: Context,
  request: Request,
  server: WebSocket,
  message: string | ArrayBuffer,
  timer: ReturnType<typeof setTimeout>,
): Promise<WebSocket | undefined> {
  if (isTooLarge(message)) return void close(server, CLOSE.tooLarge);
  const frame = decode(message);
  if (!frame) return void close(server, CLOSE.badMessage);
  if (frame.action !== "authentication_challenge") return undefined;
  const login = await loginBy(ctx, frame.data);
  if (!login) return void close(server, CLOSE.notAuthenticated);
  clearTimeout(timer);
  const hub = await connect(ctx, request, { ...login, challenge: frame.seq });
  join(hub, server);
  return hub;
}

async function connect(ctx: Context, request: Request, login: Login): Promise<WebSocket> {
  const url = new URL(request.url);
  // A connection is only resumed by an upgrade that is logged in (websocket.md 1).
  url.searchParams.delete("connection_id");
  const headers = { Upgrade: "websocket", [LOGIN_HEADER]: JSON.stringify(login) };
  const { webSocket } = await hubOf(ctx.env, login.userId).fetch(url.href, { headers });
  if (!webSocket) throw new Error("no socket to the hub");
  return webSocket;
}

function join(hub: WebSocket, server: WebSocket): void {
  hub.addEventListener("message", ({ data }) => {
    try {
      server.send(data);
    } catch {
      close(hub, CLOSE.goingAway);
    }
  });
  hub.addEventListener("close", ({ code, reason }) => close(server, passed(code, reason)));
  server.addEventListener("close", ({ code, reason }) => close(hub, passed(code, reason)));
  hub.accept();
}

/** A close frame may not carry the codes that say there was none. */
function passed(code: number, reason: string) {
  return code === 1005 || code === 1006 ? CLOSE.goingAway : ({ code, reason } as typeof CLOSE.goingAway);
}
