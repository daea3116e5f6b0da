// Three nodes act as one: what is done on one node holds on the others at once.

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createClient } from "@redis/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { request } from "../harness/client.ts";
import { database, insertUsers } from "../harness/sql.ts";
import { ChatClient } from "./chat/client.ts";
import { cutRedis, healRedis, kill, start } from "./chat/faults.ts";
import { startPosters } from "./chat/posters.ts";
import { report } from "./chat/results.ts";
import {
  leaseHolder,
  NODES,
  nodeUrl,
  PATIENCE_MS,
  staleFor,
  startTown,
  type Town,
  until,
} from "./chat/town.ts";

let town: Town;
const sockets: ChatClient[] = [];

beforeAll(async () => {
  town = await startTown(10);
}, 120_000);
afterAll(async () => {
  for (const socket of sockets) socket.stop();
  await town?.cluster.stop();
}, 60_000);

type Who = { id: string; token: string };

const on = (node: string, who: Who, method: string, path: string, body?: unknown) =>
  request({ url: nodeUrl(town.cluster, node) }, who.token, method, path, body);

/** A socket on one node that keeps what it gets. */
async function socketOn(node: string, who: Who): Promise<ChatClient> {
  const client = new ChatClient({
    token: who.token,
    channels: [],
    api: "",
    target: () => nodeUrl(town.cluster, node),
  });
  client.keepEvents = true;
  sockets.push(client.start());
  await until(() => client.up, PATIENCE_MS, "a socket");
  return client;
}

async function newcomer(): Promise<Who> {
  const [user] = await insertUsers(1, { node: town.admin.node, teams: [town.team], channels: town.channels });
  return user!;
}

const postOn = async (node: string, who: Who, message: string) => {
  const answer = await on(node, who, "POST", "posts", { channel_id: town.channels[0], message });
  expect(answer.status).toBe(201);
  return answer.body.id as string;
};
const got = (client: ChatClient, id: string) =>
  client.sessions.some(({ posts }) => posts.some((post) => post.id === id));

/** Until the answer of every node has that status; how long after now one of them was last asked that had another, ms. */
async function everywhere(
  who: Who,
  method: string,
  path: string,
  status: number,
  body?: unknown,
): Promise<number> {
  const has = (node: string) => async () => (await on(node, who, method, path, body)).status === status;
  return Math.max(...(await Promise.all(NODES.map((node) => staleFor(has(node), `${status} on ${node}`)))));
}

test("the System Console sees three equal nodes, from each of them", async () => {
  for (const node of NODES) {
    const status = async () => (await on(node, town.admin, "GET", "cluster/status")).body;
    await until(async () => (await status()).length >= NODES.length, PATIENCE_MS, `${node} knows the others`);
    const body = await status();
    expect(body.map((row: any) => row.hostname).sort()).toEqual([...NODES].sort());
    expect(new Set(body.map((row: any) => row.ipaddress)).size).toBe(3);
    // The page is there by these two, and its table by the setting (client-flows 19.1).
    const license = await on(node, town.admin, "GET", "license/client?format=old");
    expect(license.body).toMatchObject({ IsLicensed: "true", Cluster: "true" });
    const config = await on(node, town.admin, "GET", "config");
    expect(config.body.ClusterSettings.Enable).toBe(true);
    for (const key of ["version", "schema_version", "config_hash"]) {
      const values = new Set(body.map((row: any) => row[key]));
      expect([key, values.size, [...values][0]]).toEqual([key, 1, expect.stringMatching(/./)]);
    }
  }
});

test("a change of the configuration holds on every node within a second, and every socket is told", async () => {
  const clients = await Promise.all(NODES.map((node) => socketOn(node, town.people[0]!)));
  const patched = await on("leader", town.admin, "PUT", "config/patch", {
    TeamSettings: { SiteName: "Changed" },
  });
  expect([patched.status, patched.text.slice(0, 200)]).toEqual([200, expect.any(String)]);
  const changed = (node: string) => async () =>
    (await on(node, town.admin, "GET", "config/client?format=old")).body.SiteName === "Changed";
  const stale = await Promise.all(NODES.map((node) => staleFor(changed(node), `the change on ${node}`)));
  await until(
    () => clients.every(({ events }) => events.some(({ event }) => event === "config_changed")),
    PATIENCE_MS,
    "config_changed",
  );
  report("config change on all nodes", { stale_ms: Math.max(...stale) });
  expect(Math.max(...stale)).toBeLessThan(1_000);
  const hashes = async () =>
    (await on("follower", town.admin, "GET", "cluster/status")).body.map((row: any) => row.config_hash);
  await until(async () => new Set(await hashes()).size === 1, PATIENCE_MS, "equal hashes");
});

test("a revoked session ends on every node within a second, its sockets included", async () => {
  const user = await newcomer();
  const clients = await Promise.all(NODES.map((node) => socketOn(node, user)));
  await everywhere(user, "GET", "users/me", 200);
  const { body } = await on("follower", user, "GET", `users/${user.id}/sessions`);
  expect(
    (await on("follower", town.admin, "POST", `users/${user.id}/sessions/revoke`, { session_id: body[0].id }))
      .status,
  ).toBe(200);
  expect(await everywhere(user, "GET", "users/me", 401)).toBeLessThan(1_000);
  const post = await postOn("follower2", town.people[0]!, "not for the revoked");
  await sleep(300);
  for (const client of clients) expect(got(client, post)).toBe(false);
});

test("a deactivated user is out on every node within a second", async () => {
  const user = await newcomer();
  const clients = await Promise.all(NODES.map((node) => socketOn(node, user)));
  await everywhere(user, "GET", "users/me", 200);
  expect((await on("leader", town.admin, "PUT", `users/${user.id}/active`, { active: false })).status).toBe(
    200,
  );
  expect(await everywhere(user, "GET", "users/me", 401)).toBeLessThan(1_000);
  const post = await postOn("leader", town.people[0]!, "not for the deactivated");
  await sleep(300);
  for (const client of clients) expect(got(client, post)).toBe(false);
});

test("an OAuth app that a user lets in no more is out on every node within a second, its sockets included", async () => {
  const user = await newcomer();
  const redirect_uri = "https://app.example.com/back";
  const { body: app } = await on("leader", town.admin, "POST", "oauth/apps", {
    name: "Reader",
    description: "",
    callback_urls: [redirect_uri],
    homepage: "https://app.example.com",
  });
  const asked = { client_id: app.id, response_type: "code", redirect_uri };
  const { body } = await on("leader", user, "POST", "/oauth/authorize", asked);
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: app.id,
    client_secret: app.client_secret,
    code: new URL(body.redirect).searchParams.get("code")!,
    redirect_uri,
  });
  const url = nodeUrl(town.cluster, "follower");
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const granted = await request({ url }, "", "POST", "/oauth/access_token", `${form}`, type);
  const asApp = { id: user.id, token: granted.body.access_token as string };
  const clients = await Promise.all(NODES.map((node) => socketOn(node, asApp)));
  await everywhere(asApp, "GET", "users/me", 200);
  const ended = await on("leader", user, "POST", "/oauth/deauthorize", { client_id: app.id });
  expect(ended.status).toBe(200);
  expect(await everywhere(asApp, "GET", "users/me", 401)).toBeLessThan(1_000);
  expect(await everywhere(user, "GET", "users/me", 200)).toBeLessThan(1_000);
  const post = await postOn("follower2", town.people[0]!, "not for the app");
  await sleep(300);
  for (const client of clients) expect(got(client, post)).toBe(false);
});

test("a server marked busy on one node is busy on every node within a second, and no more when it is cleared", async () => {
  const user = town.people[0]!;
  const search = { term: "user" };
  expect(await everywhere(user, "POST", "users/search", 200, search)).toBeLessThan(3_000);
  expect((await on("follower", town.admin, "POST", "server_busy?seconds=60")).status).toBe(200);
  expect(await everywhere(user, "POST", "users/search", 503, search)).toBeLessThan(1_000);
  for (const node of NODES)
    expect((await on(node, town.admin, "GET", "server_busy")).body).toMatchObject({ busy: true });
  expect((await on("follower2", town.admin, "DELETE", "server_busy")).status).toBe(200);
  expect(await everywhere(user, "POST", "users/search", 200, search)).toBeLessThan(1_000);
});

test("a removed member reads nothing more on any node within a second", async () => {
  const user = await newcomer();
  const [channel] = town.channels;
  const clients = await Promise.all(NODES.map((node) => socketOn(node, user)));
  // Out of the channel, into one where nobody may look without being a member.
  const made = { team_id: town.team, name: `p${Date.now()}`, display_name: "P", type: "P" };
  const secret = (await on("leader", town.admin, "POST", "channels", made)).body.id;
  await on("leader", town.admin, "POST", `channels/${secret}/members`, { user_id: user.id });
  await everywhere(user, "GET", `channels/${secret}/posts`, 200);
  expect((await on("follower2", town.admin, "DELETE", `channels/${secret}/members/${user.id}`)).status).toBe(
    200,
  );
  expect(await everywhere(user, "GET", `channels/${secret}/posts`, 403)).toBeLessThan(1_000);
  await on("follower", town.admin, "DELETE", `channels/${channel}/members/${user.id}`);
  const post = await postOn("leader", town.people[0]!, "not for former members");
  await sleep(300);
  for (const client of clients) expect(got(client, post)).toBe(false);
});

test("a changed role holds on every node within a second", async () => {
  const user = await newcomer();
  await everywhere(user, "GET", "config", 403);
  const roles = (value: string) =>
    on("follower", town.admin, "PUT", `users/${user.id}/roles`, { roles: value });
  expect((await roles("system_user system_admin")).status).toBe(200);
  expect(await everywhere(user, "GET", "config", 200)).toBeLessThan(1_000);
  expect((await roles("system_user")).status).toBe(200);
  expect(await everywhere(user, "GET", "config", 403)).toBeLessThan(1_000);
});

test.each(["blackhole", "reset"] as const)(
  "a node that cannot hear does not honour what was revoked elsewhere (%s)",
  async (mode) => {
    const user = await newcomer();
    await everywhere(user, "GET", "users/me", 200);
    await cutRedis(town.cluster, "follower", mode);
    try {
      expect((await on("leader", town.admin, "POST", `users/${user.id}/sessions/revoke/all`)).status).toBe(
        200,
      );
      const out = async () => (await on("follower", user, "GET", "users/me")).status === 401;
      const stale = await staleFor(out, "401");
      report(`revoked elsewhere, node cut off (${mode})`, { stale_ms: stale });
      expect(stale).toBeLessThan(1_000);
      const write = await on("follower", town.people[1]!, "POST", "posts", {
        channel_id: town.channels[0],
        message: "?",
      });
      expect(write.status).toBe(502);
    } finally {
      await healRedis(town.cluster, "follower");
    }
    await until(
      async () =>
        (await on("follower", town.people[1]!, "GET", "system/ping?get_server_status=true")).status === 200,
      PATIENCE_MS,
      "well",
    );
  },
);

test("a post that is sent again to another node is stored once and announced once", async () => {
  const user = town.people[2]!;
  const clients = await Promise.all(NODES.map((node) => socketOn(node, town.people[3]!)));
  const body = { channel_id: town.channels[1], message: "once", pending_post_id: `${user.id}:${Date.now()}` };
  const first = await on("leader", user, "POST", "posts", body);
  const again = await Promise.all(NODES.map((node) => on(node, user, "POST", "posts", body)));
  expect(again.map((answer) => answer.body.id)).toEqual(NODES.map(() => first.body.id));
  const both = { ...body, pending_post_id: `${user.id}:${Date.now()}2` };
  const atOnce = await Promise.all(NODES.map((node) => on(node, user, "POST", "posts", both)));
  expect(new Set(atOnce.map((answer) => answer.body.id)).size).toBe(1);
  // The stream has one order: when this has come, so has all that was announced before.
  const marker = await on("leader", user, "POST", "posts", { channel_id: town.channels[1], message: "then" });
  await until(() => clients.every((client) => got(client, marker.body.id)), PATIENCE_MS, "the last post");
  const ids = [first.body.id, atOnce[0]!.body.id];
  for (const client of clients)
    expect(ids.map((id) => client.session.posts.filter((post) => post.id === id).length)).toEqual([1, 1]);
  const [row] = await database(town.admin.node)`select count(*)::int as n from posts where message = 'once'`;
  expect(row!.n).toBe(2);
});

test("who writes on one node sees it on the next", async () => {
  const user = town.people[4]!;
  for (let round = 0; round < 30; round++) {
    const [here, there] = [NODES[round % 3]!, NODES[(round + 1) % 3]!];
    await on(here, user, "PUT", "users/me/patch", { nickname: `n${round}` });
    expect((await on(there, user, "GET", "users/me")).body.nickname).toBe(`n${round}`);
    const post = await postOn(there, user, `round ${round}`);
    const page = await on(here, user, "GET", `channels/${town.channels[0]}/posts?per_page=5`);
    expect(page.body.order).toContain(post);
    const channel = { team_id: town.team, name: `r${Date.now()}`, display_name: "R", type: "O" };
    const made = await on(here, user, "POST", "channels", channel);
    expect((await on(there, user, "POST", "posts", { channel_id: made.body.id, message: "in" })).status).toBe(
      201,
    );
  }
});

test("a post costs Redis less than two commands and one per node, beside what nodes ask all the time", async () => {
  const redis = createClient({ url: town.cluster.redisUrl });
  await redis.connect();
  const commands = async () => {
    const text = await redis.info("commandstats");
    const calls = [...text.matchAll(/cmdstat_(\S+?):calls=(\d+)/g)].map(
      (match) => [match[1]!, Number(match[2])] as const,
    );
    return new Map(calls.filter(([name]) => name !== "info"));
  };
  const sum = (counts: Map<string, number>) => [...counts.values()].reduce((all, calls) => all + calls, 0);
  // By the second, for the slower posts come, the more of it there is for each.
  const [quiet, since] = [await commands(), Date.now()];
  await sleep(3_000);
  const idle = ((sum(await commands()) - sum(quiet)) * 1_000) / (Date.now() - since);
  const posters = startPosters({
    url: town.cluster.url,
    users: town.people,
    channels: town.channels,
    rate: 80,
    random: true,
  });
  const posts = () => posters.acknowledged.length;
  // Everyone's first post also says that its author is online.
  await until(() => posts() >= 60, PATIENCE_MS, "everyone has posted");
  const [before, from, began] = [await commands(), posts(), Date.now()];
  await until(() => posts() >= from + 300, 2 * PATIENCE_MS, "300 posts");
  const [after, to] = [await commands(), posts()];
  const seconds = (Date.now() - began) / 1_000;
  await posters.stop();
  await redis.close();
  const per = new Map(
    [...after].map(([name, calls]) => [name, (calls - (before.get(name) ?? 0)) / (to - from)] as const),
  );
  const all = sum(per);
  const shares = [...per]
    .filter(([, share]) => share > 0.05)
    .map(([name, share]) => [name, share.toFixed(2)] as const);
  report("Redis commands per post", {
    posts: to - from,
    all: all.toFixed(2),
    idle_per_s: idle.toFixed(1),
    ...Object.fromEntries(shares),
  });
  expect(all - (idle * seconds) / (to - from)).toBeLessThan(2 + NODES.length);
  expect(idle).toBeLessThan(8 * NODES.length);
  expect(per.get("xadd")).toBeGreaterThan(0.9);
});

test("the load generator measures the nodes' distance and Redis' commands", async () => {
  const { username, password } = town.admin;
  const file = join(town.cluster.dataDir, "bench.json");
  const args = `bench/main.ts --cluster ${join(town.cluster.dataDir, "cluster.json")} --admin ${username}:${password}
    --scenarios nodes,redis --users 4 --seconds 1 --warm 0 --rounds 1 --seed-posts 0 --page-channels 1 --json ${file} --strict`;
  const { stdout } = await promisify(execFile)(process.execPath, args.split(/\s+/));
  expect(stdout).toMatch(/nodes other at ours: .* p99 ms more than on the same node/);
  const { lines } = JSON.parse(readFileSync(file, "utf8"));
  expect(lines.map(({ name, ours }: any) => [name, ours.count > 0, ours.errors])).toEqual(
    ["nodes other", "nodes same", "nodes post", "redis"].map((name) => [name, true, {}]),
  );
  expect(lines.at(-1).ours.facts["Redis commands per post"]).toBeGreaterThan(3);
});

test("offline is who is connected to no node, also after a node's death", async () => {
  const user = await newcomer();
  const alone = await newcomer();
  const status = async (of: Who) =>
    (await on("leader", town.admin, "GET", `users/${of.id}/status`)).body.status;
  const first = await socketOn("leader", user);
  const second = await socketOn("follower2", user);
  const [victim] = NODES.filter((node) => node !== "leader");
  const third = await socketOn(victim!, alone);
  await until(
    async () => (await status(user)) === "online" && (await status(alone)) === "online",
    PATIENCE_MS,
    "online",
  );
  first.stop();
  await sleep(1_500);
  expect(await status(user)).toBe("online");
  second.stop();
  await until(async () => (await status(user)) === "offline", PATIENCE_MS, "offline");
  third.move();
  third.stop();
  const back = await socketOn(victim!, alone);
  await until(async () => (await status(alone)) === "online", PATIENCE_MS, "online again");
  await sleep(2_500);
  const leader = await leaseHolder(town);
  await kill(town.cluster, victim!);
  back.stop();
  const took = await until(
    async () => (await status(alone)) === "offline",
    2 * PATIENCE_MS,
    "offline after the node's death",
  );
  report("offline after a node's death", { took_ms: took, of_the_leader: String(leader === victim) });
  await start(town.cluster, victim!);
});
