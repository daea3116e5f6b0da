// How tests break things: HTTP on a Unix socket in DATA_DIR. 200 when done, else one line that says why not.

import { rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { oneLine } from "../launcher/errors.ts";

/** By "METHOD /path", with `*` for one segment, which is what the handler gets, with the query. */
export type Controls = Record<string, (name: string, query: URLSearchParams) => Promise<unknown>>;

export async function serveControls(socket: string, controls: Controls): Promise<Server> {
  rmSync(socket, { force: true });
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
