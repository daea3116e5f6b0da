// A web site of a test's own on the loopback, over real HTTP.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

export type Page = (request: Seen, response: ServerResponse) => unknown;

export interface Site {
  /** http://127.0.0.1:port */
  url: string;
  port: number;
  /** Every request so far. */
  seen: Seen[];
  /** Answers requests for a path (without its query) from now on; any other is a 404. */
  page(path: string, page: Page): void;
  /** Resolves with the first request, past or to come, that `matches`; rejects after twenty seconds. */
  arrived(matches: (request: Seen) => boolean): Promise<Seen>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 20_000;

export async function startSite(): Promise<Site> {
  const pages = new Map<string, Page>();
  const seen: Seen[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const request = { method: incoming.method!, path: incoming.url!, headers: incoming.headers, body };
    seen.push(request);
    for (const check of waiting) check();
    const page = pages.get(request.path.replace(/\?.*/, ""));
    if (page) return page(request, response);
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    page: (path, page) => {
      pages.set(path, page);
    },
    arrived(matches) {
      return new Promise((resolve, reject) => {
        const done = () => {
          waiting.delete(check);
          clearTimeout(timer);
        };
        const check = () => {
          const found = seen.find(matches);
          if (!found) return;
          done();
          resolve(found);
        };
        const timer = setTimeout(() => {
          done();
          reject(new Error(`The site saw only ${JSON.stringify(seen.map(({ path }) => path))}`));
        }, PATIENCE_MS);
        waiting.add(check);
        check();
      });
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
