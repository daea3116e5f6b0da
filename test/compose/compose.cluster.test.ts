// What docker-compose.yml, the Dockerfile and NGINX's files name, run for real: three nodes at three addresses, by the
// image's own command, user and rights, with the health checks of the file.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { bundle } from "../../nginx-compat/launcher/workerd/bundle.ts";
import { COMPOSE_DIR } from "./compose-file.ts";
import { Composition } from "./composition.ts";
import { Container } from "./container.ts";

const NODES = ["leader", "follower", "follower2"] as const;
let composition: Composition;
let socketPath = "";
let token = "";

beforeAll(async () => {
  composition = new Composition();
  composition.build();
  await composition.startPostgres();
  composition.startRedis();
  await composition.startMinio();
  for (const name of ["postgres", "redis"]) await composition.healthy(name);
  // All at once, on an empty database: one of them makes the schema.
  for (const name of NODES) composition.node(name).start();
  composition.nginx().start();
  for (const name of [...NODES, "nginx"]) await composition.healthy(name);
  socketPath = await composition.publish();
});
afterAll(() => composition?.stop());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: any;
}

function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((done, fail) => {
    const all = {
      host: "localhost:8065",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    };
    const outgoing = request({ socketPath, method, path, headers: all, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const text = `${Buffer.concat(chunks)}`;
        const isJson = /json/.test(response.headers["content-type"] ?? "");
        done({
          status: response.statusCode!,
          headers: response.headers,
          text,
          json: isJson ? JSON.parse(text) : null,
        });
      });
    });
    outgoing.on("error", fail);
    outgoing.end(body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
}

/** Sockets through NGINX, with the events they have had. */
async function openSockets(count: number): Promise<{ socket: WebSocket; events: any[] }[]> {
  const sockets = Array.from({ length: count }, () => {
    const socket = new WebSocket(`ws+unix://${socketPath}:/api/v4/websocket`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const events: any[] = [];
    socket.on("message", (data) => events.push(JSON.parse(`${data}`)));
    return { socket, events };
  });
  await until(() => sockets.every(({ events }) => events.some(({ event }) => event === "hello")));
  return sockets;
}

async function until(what: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !(await what()); await sleep(25)) {
    if (Date.now() > end) throw new Error(`did not happen within ${ms} ms: ${what}`);
  }
}

describe("NGINX", () => {
  test("accepts its configuration", async () => {
    const { code, output } = await composition.containers.get("nginx")!.run(["nginx", "-t"]);
    expect(output).toContain("test is successful");
    expect([code, output.match(/\[warn\]|\[emerg\]/)]).toEqual([0, null]);
  });

  test("accepts the one with TLS, with a certificate of one's own", async () => {
    const certs = join(composition.dir, "certs");
    execFileSync("mkdir", ["-p", certs]);
    const [key, chain] = [join(certs, "privkey.pem"), join(certs, "fullchain.pem")];
    const subject = ["-subj", "/CN=localhost", "-days", "1", "-nodes"];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", "rsa:2048", "-keyout", key, "-out", chain, ...subject],
      { stdio: "pipe" },
    );
    const { options } = composition.containers.get("nginx")!;
    const mounts = options.mounts.filter(({ target }) => !target.endsWith("/default.conf"));
    const more = [
      {
        source: join(COMPOSE_DIR, "default-tls.conf"),
        target: "/etc/nginx/conf.d/default.conf",
        readOnly: true,
      },
      { source: certs, target: "/etc/nginx/certs", readOnly: true },
    ];
    const { code, output } = await new Container({
      ...options,
      name: "nginx-tls",
      mounts: [...mounts, ...more],
    }).run(["nginx", "-t"]);
    expect([code, output]).toEqual([0, expect.stringContaining("test is successful")]);
  });
});

describe("a node", () => {
  test.each(NODES)(
    "%s runs as nobody in particular, on a file system that it cannot change",
    async (name) => {
      const node = composition.containers.get(name)!;
      const status = readFileSync(`/proc/${node.pid}/status`, "utf8");
      expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m);
      expect(status).toMatch(/^CapEff:\t0000000000000000$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      for (const path of ["/app/x", "/x", "/usr/x", "/config/x"])
        expect((await node.run(["sh", "-c", `echo > ${path}`])).code).not.toBe(0);
      expect((await node.run(["sh", "-c", "echo > /data/x && echo > /tmp/x && rm /data/x"])).code).toBe(0);
    },
  );

  test("one of them made the schema, none logged an error", () => {
    const outputs = NODES.map((name) => composition.containers.get(name)!.output);
    expect(outputs.filter((output) => output.includes("schema: created"))).toHaveLength(1);
    for (const output of outputs) expect(output).not.toMatch(/"level":"error"|ended unexpectedly/);
  });
});

describe("the cluster, through NGINX", () => {
  const password = "Sysadmin-pass-1";

  test("takes a first user and logs in", async () => {
    const user = { username: "sysadmin", password, email: "sysadmin@example.com" };
    expect((await call("POST", "/api/v4/users", user)).status).toBe(201);
    const login = await call("POST", "/api/v4/users/login", { login_id: "sysadmin", password });
    expect(login.status).toBe(200);
    token = `${login.headers.token}`;
  });

  test("each of many requests finds the session, whichever node it lands on", async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => call("GET", "/api/v4/users/me")));
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
  });

  test("a post reaches every socket, on every node, once", async () => {
    const sockets = await openSockets(9);
    const team = await call("POST", "/api/v4/teams", { name: "compose", display_name: "Compose", type: "O" });
    const channel = await call("POST", "/api/v4/channels", {
      team_id: team.json.id,
      name: "lab",
      display_name: "Lab",
      type: "O",
    });
    const sent = await call("POST", "/api/v4/posts", {
      channel_id: channel.json.id,
      message: "hello, all of you",
    });
    expect([team.status, channel.status, sent.status]).toEqual([201, 201, 201]);
    const copies = (events: any[]) => {
      return events.filter(
        ({ event, data }) => event === "posted" && JSON.parse(data.post).id === sent.json.id,
      ).length;
    };
    await until(() => sockets.every(({ events }) => copies(events) > 0));
    await sleep(200);
    expect(sockets.map(({ events }) => copies(events))).toEqual(Array(9).fill(1));
    for (const { socket } of sockets) socket.terminate();
  });

  test("a file is stored in the bucket and read from any node", async () => {
    const channels = await call("GET", "/api/v4/users/me/channels");
    const { id } = channels.json.find((channel: any) => channel.name === "lab");
    const bytes = Buffer.from("a file of many letters ".repeat(10_000));
    const stored = await call("POST", `/api/v4/files?channel_id=${id}&filename=letters.txt`, bytes, {
      "content-type": "text/plain",
    });
    expect(stored.status).toBe(201);
    const [info] = stored.json.file_infos;
    for (let i = 0; i < 6; i++) {
      const file = await call("GET", `/api/v4/files/${info.id}`);
      expect([file.status, file.text.length]).toEqual([200, bytes.length]);
    }
  });

  test("too large a body is refused by NGINX", async () => {
    expect((await call("POST", "/api/v4/files", Buffer.alloc(102 * 2 ** 20))).status).toBe(413);
  });

  test("SIGTERM ends a node within its grace period, with nobody noticing; it comes back with what it had", async () => {
    let failures = 0;
    let ended = false;
    const clients = Array.from({ length: 4 }, async () => {
      while (!ended) {
        const { status } = await call("GET", "/api/v4/users/me");
        if (status !== 200) failures++;
      }
    });
    const node = composition.containers.get("follower")!;
    const started = Date.now();
    expect(await node.stop(30_000)).toBe(0);
    expect(Date.now() - started).toBeLessThan(25_000);
    expect(node.output).toMatch(/Stopped\s*$/);
    await sleep(500);
    composition.node("follower").start();
    await composition.healthy("follower");
    ended = true;
    await Promise.all(clients);
    expect(failures).toBe(0);
  });

  test("kill -9 of a node: requests go on", async () => {
    await composition.containers.get("follower2")!.stop(0, "SIGKILL");
    const statuses = new Set<number>();
    for (let i = 0; i < 30; i++) statuses.add((await call("GET", "/api/v4/users/me")).status);
    expect([...statuses]).toEqual([200]);
    composition.node("follower2").start();
    await composition.healthy("follower2");
  });
});

describe("a configuration that cannot work", () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      "no Redis",
      { MM_CACHESETTINGS_CACHETYPE: "lru" },
      /^ClusterSettings\.Enable needs CacheSettings\.CacheType redis/,
    ],
    [
      "a wrong password",
      { MM_CACHESETTINGS_REDISPASSWORD: "wrong" },
      /^Cannot reach the Redis redis:6379: WRONGPASS/,
    ],
    ["no database", { MM_SQLSETTINGS_DATASOURCE: "" }, /^SqlSettings\.DataSource is not set/],
  ])("%s is refused in one line", async (_, env, line) => {
    const { options } = composition.containers.get("leader")!;
    const mounts = options.mounts.filter(({ target }) => target !== "/data");
    const container = new Container({
      ...options,
      name: "refused",
      mounts,
      env: {
        ...options.env,
        MM_METRICSSETTINGS_ENABLE: "false",
        ...env,
        DATA_DIR: "/tmp/refused",
        PORT: "0",
      },
    });
    const { code, output } = await container.run(options.command);
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toHaveLength(1);
    expect(output).toMatch(line);
  });
});

test("the image's packages, those that are not for development, are all that the bundle needs", async () => {
  const out = join(composition.dir, "bundle");
  await bundle(out);
  const { inputs } = JSON.parse(readFileSync(join(out, "stamp.json"), "utf8")) as {
    inputs: Record<string, string>;
  };
  const { packages } = JSON.parse(readFileSync(join(COMPOSE_DIR, "../package-lock.json"), "utf8"));
  const used = new Set(
    Object.keys(inputs).flatMap((path) => /.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  expect(used.size).toBeGreaterThan(5);
  expect([...used].filter((path) => !packages[path] || packages[path].dev)).toEqual([]);
});
