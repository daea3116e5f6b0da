// How tests break things: HTTP on a Unix socket in DATA_DIR. 200 when done, else one line that says why not.
//
//   GET  /                              what cluster.json says
//   POST /nodes/NAME/stop               SIGTERM, as for a restart: the node drains
//   POST /nodes/NAME/kill               SIGKILL
//   POST /nodes/NAME/start, /restart    at the same address
//   POST /nodes/NAME/cut-redis          nothing passes, nothing is closed; ?mode=reset resets connections
//   POST /nodes/NAME/heal-redis
//   POST /nodes/NAME/cut-postgres, /heal-postgres       with --forward-postgres
//   POST /(redis|postgres|s3|nginx|compute)/(stop|kill|start|restart)

import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { oneLine, StartError } from "../launcher/errors.ts";
import type { Member } from "./member.ts";
import type { Service } from "./services/service.ts";

/** By "METHOD /path", with `*` for one segment, which is what the handler gets, with the query. */
type Controls = Record<string, (name: string, query: URLSearchParams) => Promise<unknown>>;

export interface Controlled {
  /** Everything that the launcher runs, nodes included, by name. */
  services: Map<string, Service>;
  members: Member[];
  describe(): unknown;
}

export async function serveControls(socket: string, controlled: Controlled): Promise<Server> {
  rmSync(socket, { force: true });
  const controls = makeControls(controlled);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url!, "http://control");
    const [, noun = "", name = "", ...rest] = url.pathname.split("/");
    const exact = controls[`${request.method} ${url.pathname}`];
    const handler = exact ?? controls[`${request.method} /${[noun, "*", ...rest].join("/")}`];
    try {
      if (!handler) return void response.writeHead(404).end("There is no such control\n");
      const result = await handler(decodeURIComponent(name), url.searchParams);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(`${JSON.stringify(result ?? {}, null, 2)}\n`);
    } catch (error) {
      response.writeHead(409).end(`${oneLine(error)}\n`);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  return server;
}

function makeControls({ services, members, describe }: Controlled): Controls {
  const service = (name: string) => {
    const found = services.get(name);
    if (!found) throw new StartError(`There is no ${name} that this cluster started`);
    return found;
  };
  const member = (name: string) => {
    const found = members.find((it) => it.name === name);
    if (!found) throw new StartError(`There is no node ${name}`);
    return found;
  };
  const actions = {
    start: (name: string) => service(name).start(),
    stop: (name: string) => service(name).stop(),
    kill: (name: string) => service(name).stop([["SIGKILL", 5_000]]),
    restart: async (name: string) => {
      await service(name).stop();
      await service(name).start();
    },
  };
  const controls: Controls = { "GET /": async () => describe() };
  for (const [action, act] of Object.entries(actions)) {
    controls[`POST /nodes/*/${action}`] = (name) => act(member(name).name);
    for (const name of ["redis", "postgres", "s3", "nginx", "compute"])
      controls[`POST /${name}/${action}`] = () => act(name);
  }
  for (const to of ["redis", "postgres"] as const) {
    controls[`POST /nodes/*/cut-${to}`] = async (name, query) => {
      member(name)
        .forwarder(to)
        .cut(query.get("mode") === "reset" ? "reset" : "blackhole");
    };
    controls[`POST /nodes/*/heal-${to}`] = async (name) => member(name).forwarder(to).heal();
  }
  return controls;
}
