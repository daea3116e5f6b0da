// What NGINX takes for a node: it can refuse, be away, or die over a request.

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { buffer } from "node:stream/consumers";

export type Mode = "serve" | "refuse" | "die" | "fail";

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export class Upstream {
  mode: Mode = "serve";
  seen: Seen[] = [];
  port = 0;
  private server: Server | null = null;
  private readonly upgraded = new Set<Socket>();

  async open(): Promise<void> {
    const server = createServer(async (request, response) => {
      const body = await buffer(request);
      if (this.mode === "refuse") {
        response.writeHead(502, { "x-accel-redirect": "/.other-node" });
        response.end(request.method === "HEAD" ? undefined : "refused");
        return;
      }
      this.seen.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      if (this.mode === "die") request.socket.destroy();
      else response.writeHead(this.mode === "fail" ? 503 : 200).end(`${this.port}`);
    });
    server.on("upgrade", (request, socket: Socket) => {
      if (this.mode === "refuse") {
        socket.end(
          "HTTP/1.1 502 Bad Gateway\r\nX-Accel-Redirect: /.other-node\r\nContent-Length: 7\r\n\r\nrefused",
        );
        return;
      }
      this.seen.push({ method: "GET", url: request.url!, headers: request.headers, body: Buffer.alloc(0) });
      const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash("sha1").update(key).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on("error", () => {});
      this.upgraded.add(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = null;
    server?.closeAllConnections();
    for (const socket of this.upgraded) socket.destroy();
    this.upgraded.clear();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  }

  /** Serves at the same address again, as if nothing had been. */
  async reset(): Promise<void> {
    this.mode = "serve";
    this.seen = [];
    if (!this.server) await this.open();
  }
}
