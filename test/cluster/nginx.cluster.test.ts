// The self-hosted cluster's own default.conf and locations.conf in a real NGINX, in front of nodes that misbehave.

import { mkdtempSync, rmSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { startNginx } from "../../nginx-compat/cluster/services/nginx.ts";
import { type Running, stop } from "../../nginx-compat/launcher/process/processes.ts";
import { ownPort } from "../harness/ports.ts";
import { send } from "./support/load.ts";
import { type Mode, Upstream } from "./support/upstream.ts";

const dir = mkdtempSync(join(tmpdir(), "edgemost-nginx-"));
const nodes = [new Upstream(), new Upstream(), new Upstream()];
const [a, b, c] = nodes as [Upstream, Upstream, Upstream];
const agent = new Agent({ keepAlive: true });
let nginx: Running | null = null;
let url = "";

/** A fresh NGINX each time: it remembers who has failed. */
beforeEach(async () => {
  for (const node of nodes) await node.reset();
  await end();
  const port = await ownPort();
  const addresses = nodes.map((node) => `127.0.0.1:${node.port}`);
  nginx = await startNginx({ dir, logDir: dir, listen: { host: "127.0.0.1", port }, nodes: addresses });
  url = `http://127.0.0.1:${port}`;
});
beforeAll(async () => {
  // What is away keeps its address to itself.
  for (const node of nodes) node.port = await ownPort();
  await Promise.all(nodes.map((node) => node.open()));
});
afterAll(async () => {
  await end();
  await Promise.all(nodes.map((node) => node.close()));
  agent.destroy();
  rmSync(dir, { recursive: true, force: true });
});

async function end(): Promise<void> {
  if (nginx) await stop(nginx, [["SIGTERM", 2_000]]);
  nginx = null;
}

async function become(...modes: (Mode | "away")[]): Promise<void> {
  for (const [i, mode] of modes.entries()) {
    if (mode === "away") await nodes[i]!.close();
    else nodes[i]!.mode = mode;
  }
}

const ask = (method: string, body = "the body", path = "/api/v4/posts?a=b%2Fc") =>
  send(agent, url + path, method, body);
const seen = () => nodes.flatMap((node) => node.seen);
const ALL = ["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH"];

/** Often enough that round robin has begun with each node, and that NGINX has given up on some. */
async function askOften(method: string, times = 24): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) statuses.push((await ask(method)).status);
  return statuses;
}

describe.each(ALL)("%s", (method) => {
  test.each<[string, (Mode | "away")[]]>([
    ["one node refuses", ["refuse", "serve", "serve"]],
    ["two nodes refuse", ["refuse", "serve", "refuse"]],
    ["one node is away", ["away", "serve", "serve"]],
    ["two nodes are away", ["away", "away", "serve"]],
    ["one refuses, one is away", ["refuse", "away", "serve"]],
    ["one is away, one refuses", ["away", "refuse", "serve"]],
  ])("%s: the others serve, once each, what the client sent", async (_, modes) => {
    await become(...modes);
    expect(await askOften(method)).toEqual(Array(24).fill(200));
    expect(seen()).toHaveLength(24);
    for (const request of seen()) {
      expect([request.method, request.url]).toEqual([method, "/api/v4/posts?a=b%2Fc"]);
      if (/^P/.test(method)) expect(`${request.body}`).toBe("the body");
      expect(request.headers["x-real-ip"]).toBe("127.0.0.1");
    }
  });

  test("nodes that were away are asked at once when nobody else is left", async () => {
    await become("away", "away", "away");
    expect(await askOften(method, 40)).toEqual(Array(40).fill(502));
    await b.reset();
    expect(await askOften(method)).toEqual(Array(24).fill(200));
  });

  test("all nodes refuse: the client is told what they say", async () => {
    await become("refuse", "refuse", "refuse");
    const { status, text } = await ask(method);
    expect([status, text]).toEqual([502, method === "HEAD" ? "" : "refused"]);
    expect(seen()).toEqual([]);
  });

  test("an error of the API is no reason to ask another node", async () => {
    await become("fail", "fail", "fail");
    expect((await ask(method)).status).toBe(503);
    expect(seen()).toHaveLength(1);
  });
});

describe("a node that dies over a request", () => {
  test.each(["GET", "HEAD", "PUT", "DELETE"])("%s goes to another one", async (method) => {
    await become("die", "serve", "serve");
    expect(await askOften(method)).toEqual(Array(24).fill(200));
  });

  test.each(["POST", "PATCH"])("%s is not repeated", async (method) => {
    await become("die", "die", "die");
    expect((await ask(method)).status).toBe(502);
    expect(seen()).toHaveLength(1);
  });

  test.each(["POST", "PATCH"])(
    "%s is not repeated, either, after another node has refused it",
    async (method) => {
      await become("refuse", "die", "die");
      const statuses = await askOften(method, 9);
      expect(new Set(statuses)).toEqual(new Set([502, 503]));
      expect(seen()).toHaveLength(9);
    },
  );
});

describe("bodies", () => {
  test("a large one arrives whole at another node", async () => {
    await become("refuse", "serve", "refuse");
    const body = "0123456789".repeat(2_000_000);
    expect((await ask("POST", body, "/api/v4/files")).status).toBe(200);
    expect(b.seen[0]!.body.equals(Buffer.from(body))).toBe(true);
  });

  test("too large a one reaches no node", async () => {
    expect((await ask("POST", "x".repeat(102 * 2 ** 20), "/api/v4/files")).status).toBe(413);
    expect(seen()).toEqual([]);
  });
});

describe("headers", () => {
  test("what a client claims to be is kept apart from what it is", async () => {
    const headers = { "x-forwarded-for": "9.9.9.9", "x-real-ip": "8.8.8.8", host: "chat.example.com" };
    await new Promise((done) => {
      import("node:http").then(({ get }) =>
        get(url, { headers, agent: false }, (response) => response.resume().on("end", done)),
      );
    });
    const [request] = seen();
    expect(request!.headers).toMatchObject({
      host: "chat.example.com",
      "x-real-ip": "127.0.0.1",
      "x-forwarded-for": "9.9.9.9, 127.0.0.1",
      "x-forwarded-proto": "http",
    });
    expect(request!.headers.upgrade).toBeUndefined();
  });

  test("connections to nodes stay open from request to request", async () => {
    await ask("GET");
    await ask("POST");
    for (const { headers } of seen()) expect(headers.connection).toBeUndefined();
  });
});

describe("WebSockets", () => {
  const open = (path: string) => {
    return new Promise<string>((done) => {
      const socket = new WebSocket(url.replace("http", "ws") + path);
      socket.on("open", () => {
        socket.terminate();
        done("open");
      });
      socket.on("error", (error) => done(error.message));
    });
  };

  test.each(["/api/v4/websocket", "/api/v4/users/websocket", "/api/v4/channels/abc/websocket?since=1"])(
    "%s is upgraded, by a node that does not refuse",
    async (path) => {
      await become("refuse", "serve", "away");
      for (let i = 0; i < 6; i++) expect(await open(path)).toBe("open");
      expect(b.seen.map(({ url }) => url)).toEqual(Array(6).fill(path));
      expect(b.seen[0]!.headers["x-real-ip"]).toBe("127.0.0.1");
    },
  );

  test("all nodes refuse: no upgrade", async () => {
    await become("refuse", "refuse", "refuse");
    expect(await open("/api/v4/websocket")).toMatch(/502/);
    expect([a.seen, c.seen].flat()).toEqual([]);
  });
});
