// The smallest worker that keeps the contract of a cluster's node with its launcher and NGINX: see nginx-compat/cluster.

import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";

interface StubEnv {
  [name: string]: any;
}

export class SqlPool extends DurableObject {}
export class Topic extends DurableObject {}
export class Relay extends DurableObject {}

export class Hub extends DurableObject {
  override fetch(): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  override webSocketMessage(socket: WebSocket, message: string): void {
    socket.send(message);
  }

  drain(): void {
    for (const socket of this.ctx.getWebSockets()) socket.close(4_001, "drained");
  }
}

let inFlight = 0;
let draining = false;
let released = false;

export class Control extends WorkerEntrypoint<StubEnv> {
  override async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/drain") return new Response("ready");
    draining = true;
    while (inFlight > 0) await wait(5);
    await hub(this.env).drain();
    return new Response("drained");
  }
}

export class Compute extends WorkerEntrypoint {
  override fetch(): Response {
    return new Response("computed");
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const hub = (env: StubEnv) => env.HUB.get(env.HUB.idFromName("hub"));

/** Before anything is done; the body is read, for a connection that is closed on unread bytes is reset. */
async function refuse(request: Request): Promise<Response> {
  await request.body?.pipeTo(new WritableStream());
  return new Response("This node serves nobody now", {
    status: 502,
    headers: { "X-Accel-Redirect": "/.other-node" },
  });
}

async function serve(request: Request, env: StubEnv): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname === "/vars")
    return Response.json(Object.fromEntries(Object.entries(env).filter(([, v]) => typeof v === "string")));
  if (pathname === "/api/v4/websocket") return hub(env).fetch(request);
  const { length } = await request.arrayBuffer().then((bytes) => new Uint8Array(bytes));
  const id = searchParams.get("id");
  if (id) console.log(`carried out ${request.method} ${id}`);
  while (searchParams.has("hold") && !released) await wait(10);
  if (searchParams.has("crash")) throw new Error("as asked");
  return Response.json({
    node: env.NODE_NAME,
    method: request.method,
    url: request.url,
    length,
    headers: Object.fromEntries(request.headers),
  });
}

export default {
  async fetch(request: Request, env: StubEnv): Promise<Response> {
    // For the test that holds a request: also while this node drains.
    if (new URL(request.url).pathname === "/release") released = true;
    else if (draining) return refuse(request);
    inFlight++;
    try {
      return await serve(request, env);
    } finally {
      inFlight--;
    }
  },
};
