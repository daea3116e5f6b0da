import { createServer as createHttp, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { HttpConnection, parseBase } from "../../bench/http/http-client.ts";
import { type Reply, ResponseParser } from "../../bench/http/http-parser.ts";

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const f of cleanup.splice(0)) f();
});

async function connectTo(server: Server, timeoutMs?: number): Promise<HttpConnection> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = parseBase(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const conn = new HttpConnection(base, timeoutMs);
  cleanup.push(() => {
    conn.close();
    server.close();
  });
  return conn;
}

const http = (listener: RequestListener) => connectTo(createHttp(listener));

/** Each request's packet is given to `onRequest`, with how many came before on any connection. */
const tcp = (onRequest: (socket: Socket, n: number) => void, timeoutMs?: number) => {
  let n = 0;
  const server = createTcp((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => onRequest(socket, n++));
  });
  return connectTo(server, timeoutMs);
};

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe("HttpConnection", () => {
  it("speaks to node:http over one connection: lengths, chunks, empty bodies, errors", async () => {
    const ports = new Set<number>();
    const conn = await http(async (req, res) => {
      ports.add(req.socket.remotePort!);
      let body = "";
      for await (const c of req) body += c;
      if (req.url === "/chunked") {
        res.write("chun");
        await sleep(5);
        res.end("ked €");
      } else if (req.url === "/empty") res.writeHead(204).end();
      else if (req.url === "/bad") res.writeHead(400).end('{"id":"some.error"}');
      else res.setHeader("Token", "tok").end(`${req.method} ${req.headers.authorization} ${body}`);
    });
    const posted = await conn.request("POST", "/x", "Authorization: Bearer t\r\n", '{"m":"€"}', true);
    expect(posted).toMatchObject({ status: 200, token: "tok", body: 'POST Bearer t {"m":"€"}' });
    expect(posted.ms).toBeGreaterThan(0);
    expect((await conn.request("GET", "/chunked", "", "", true)).body).toBe("chunked €");
    expect(await conn.request("GET", "/chunked", "")).toMatchObject({ body: "", bytes: 11 });
    expect(await conn.request("GET", "/empty", "")).toMatchObject({ status: 204, bytes: 0 });
    expect(await conn.request("GET", "/bad", "")).toMatchObject({ status: 400, body: '{"id":"some.error"}' });
    expect((await conn.request("POST", "/x", "", "", true)).body).toBe("POST undefined ");
    expect(ports.size).toBe(1);
  });

  it("reconnects after Connection: close, and reads a body that ends with the connection", async () => {
    const ports = new Set<number>();
    const conn = await http((req, res) => {
      ports.add(req.socket.remotePort!);
      res.setHeader("Connection", "close").end("bye");
    });
    await conn.request("GET", "/", "");
    expect((await conn.request("GET", "/", "", "", true)).body).toBe("bye");
    expect(ports.size).toBe(2);
    const old = await tcp((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the end"));
    expect((await old.request("GET", "/", "", "", true)).body).toBe("until the end");
  });

  it("sends again, once, when a reused connection turns out closed", async () => {
    const conn = await tcp((socket, n) => (n === 1 ? socket.destroy() : socket.write(OK)));
    await conn.request("GET", "/", "");
    expect((await conn.request("GET", "/", "")).status).toBe(200);
    const dead = await tcp((socket, n) => (n > 0 ? socket.destroy() : socket.write(OK)));
    await dead.request("GET", "/", "");
    await expect(dead.request("GET", "/", "")).rejects.toThrow();
  });

  it("fails clearly: refused, closed, silent, not HTTP, two at once", async () => {
    const nobody = new HttpConnection(parseBase("http://127.0.0.1:1"));
    await expect(nobody.request("GET", "/", "")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    const closing = await tcp((socket) => socket.end());
    await expect(closing.request("GET", "/", "")).rejects.toThrow("closed by the server");
    const silent = await tcp(() => {}, 50);
    await expect(silent.request("GET", "/", "")).rejects.toThrow("timeout");
    const strange = await tcp((socket) => socket.write("SSH-2.0-x\r\n\r\n"));
    await expect(strange.request("GET", "/", "")).rejects.toThrow("not an HTTP response");
    const busy = await tcp((socket) => socket.write(OK));
    const first = busy.request("GET", "/", "");
    await expect(busy.request("GET", "/", "")).rejects.toThrow("in flight");
    await first;
  });
});

describe("ResponseParser", () => {
  const wire =
    "HTTP/1.1 100 Continue\r\n\r\n" +
    "HTTP/1.1 201 Created\r\nX-Edgemost-Sql: 1\r\nx-edgemost-objects: 3\r\nX-Edgemost-Cpu: 1.25\r\n" +
    "Transfer-Encoding: chunked\r\n\r\n4;ext=1\r\nWiki\r\n6\r\npedia \r\nb\r\nin \r\nchunks\r\n0\r\nTrailer: x\r\n\r\n";

  it.each([1, 2, 3, 7, 50, 1000])("does not care where packets of %d bytes are cut", (size) => {
    const replies: Reply[] = [];
    const parser = new ResponseParser((reply) => replies.push(reply));
    parser.wantBody = true;
    const bytes = Buffer.from(wire + wire + OK);
    for (let i = 0; i < bytes.length; i += size) parser.push(bytes.subarray(i, i + size));
    expect(replies.map((r) => [r.status, r.body])).toEqual([
      [201, "Wikipedia in \r\nchunks"],
      [201, "Wikipedia in \r\nchunks"],
      [200, "ok"],
    ]);
    expect(replies[0]).toMatchObject({ sql: 1, objects: 3, cpu: 1.25, bytes: 21 });
    expect(replies[2]!.sql).toBeNaN();
  });

  it("refuses a chunk that is none", () => {
    const parser = new ResponseParser(() => {});
    expect(() =>
      parser.push(Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")),
    ).toThrow("malformed chunk");
  });
});

describe("parseBase", () => {
  it("keeps a subpath and knows the ports", () => {
    expect(parseBase("https://chat.example/sub/")).toMatchObject({
      host: "chat.example",
      port: 443,
      tls: true,
      prefix: "/sub",
      url: "https://chat.example/sub",
    });
    expect(parseBase("http://[::1]:8065")).toMatchObject({
      host: "::1",
      port: 8065,
      hostHeader: "[::1]:8065",
    });
  });
});
