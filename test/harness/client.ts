import { Client4, WebSocketClient } from "@mattermost/client";
import { WebSocket as WsSocket } from "ws";

/** The official client, logged in with `token` by its Authorization header ("" for nobody). */
export function client(url: string, token = ""): Client4 {
  const client4 = new Client4();
  client4.setUrl(url);
  if (token) client4.setToken(token);
  return client4;
}

/** What Client4 throws for an error answer. */
export interface ClientFailure {
  server_error_id: string;
  status_code: number;
  message: string;
}

/** The error that a call ends with; throws if it succeeds. `await failureOf(bob.client.getChannel(id))` */
export async function failureOf(call: Promise<unknown>): Promise<ClientFailure> {
  let value: unknown;
  try {
    value = await call;
  } catch (error) {
    const failure = error as ClientFailure;
    if (failure.server_error_id === undefined) throw error;
    return failure;
  }
  throw new Error(`The call was expected to fail, and answered ${JSON.stringify(value)?.slice(0, 500)}`);
}

/** A plain request with a bearer token, for what Client4 has no method for. */
export async function request(
  node: { url: string },
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: any; text: string; headers: Headers }> {
  const raw = typeof body === "string" || body instanceof Uint8Array || body instanceof FormData;
  const answer = fetch(`${node.url}${path.startsWith("/") ? path : `/api/v4/${path}`}`, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body !== undefined && !(body instanceof FormData) ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
  });
  const response = await answer.catch((error) => {
    throw new Error(`${method} ${path} got no answer: ${error.cause ?? error}`);
  });
  const text = await response.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  return { status: response.status, body: parsed, text, headers: response.headers };
}

/** A browser's side of a login: keeps cookies, sends X-Requested-With and X-CSRF-Token as the web app does. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly url: string;

  constructor(node: { url: string }) {
    this.url = node.url;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const csrf = this.cookies.get("MMCSRF");
    const answer = await request({ url: this.url }, "", method, path, body, {
      "X-Requested-With": "XMLHttpRequest",
      ...(csrf && method !== "GET" ? { "X-CSRF-Token": csrf } : {}),
      ...(this.cookies.size > 0 ? { cookie: this.cookieHeader } : {}),
      ...headers,
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === "" || /Max-Age=0/.test(line)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    return answer;
  }

  login(loginId: string, password: string) {
    return this.request("POST", "users/login", { login_id: loginId, password });
  }
}

/** The official WebSocket client, connected and past its hello; `close()` it at the end. */
export async function officialSocket(url: string, token: string): Promise<WebSocketClient> {
  const socket = new WebSocketClient({
    newWebSocketFn: (address: string) => new WsSocket(address) as unknown as WebSocket,
    minWebSocketRetryTime: 100,
    reconnectJitterRange: 10,
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The official client got no hello within 10 s")), 10_000);
    const onMessage = (message: { event: string }) => {
      if (message.event !== "hello") return;
      clearTimeout(timer);
      socket.removeMessageListener(onMessage);
      resolve();
    };
    socket.addMessageListener(onMessage);
    quietly(() => socket.initialize(`${url.replace(/^http/, "ws")}/api/v4/websocket`, token));
  });
  return socket;
}

/** The official client tells the console of every connection. */
function quietly(work: () => void): void {
  const log = console.log;
  console.log = () => {};
  try {
    work();
  } finally {
    console.log = log;
  }
}
