// What a user begins on one node goes on, or ends, on another.

import { afterAll, beforeAll, expect, test } from "vitest";
import { totpCode } from "../../workers/passwords/totp.ts";
import { request } from "../harness/client.ts";
import type { SocketEvent } from "../harness/contract/events.ts";
import { makeUser, type Person } from "../harness/people.ts";
import { TestSocket } from "../harness/socket.ts";
import { NODES, nodeUrl, startTown, type Town, until } from "./chat/town.ts";

type NodeName = (typeof NODES)[number];

let town: Town;
let ada: Person;

beforeAll(async () => {
  town = await startTown(0, {
    env: {
      MM_SERVICESETTINGS_ENABLEMULTIFACTORAUTHENTICATION: "true",
      MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS: "true",
    },
  });
  ada = await makeUser({ node: town.admin.node });
}, 120_000);
afterAll(() => town?.cluster.stop(), 60_000);

const on = (
  node: NodeName,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => request({ url: nodeUrl(town.cluster, node) }, token, method, path, body, headers);

/** Resolves once `condition` holds on every node; how soon is measured in together.cluster.test.ts. */
const holds = (condition: (node: NodeName) => Promise<boolean>) =>
  Promise.all(NODES.map((node) => until(() => condition(node), 10_000, `it holds on ${node}`)));

test("a second factor set up on one node is asked for on another, and its codes work once on all", async () => {
  const user = await makeUser({ node: town.admin.node });
  const login = (node: NodeName, token = "") =>
    on(node, "", "POST", "users/login", { login_id: user.username, password: user.password, token });
  const { secret } = (await on("leader", user.token, "POST", "users/me/mfa/generate")).body;
  const now = Math.floor(Date.now() / 30_000);
  const active = { activate: true, code: await totpCode(secret, now) };
  expect((await on("follower", user.token, "PUT", `users/${user.id}/mfa`, active)).status).toBe(200);
  expect((await login("follower2")).body.id).toBe("mfa.validate_token.authenticate.app_error");
  const next = await totpCode(secret, now + 1);
  const all = await Promise.all([login("leader", next), login("follower", next), login("follower2", next)]);
  expect(all.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
});

test("a personal access token that was made, disabled, enabled and revoked on one node is so on all", async () => {
  const bot = await makeUser({ node: town.admin.node });
  await on("leader", town.admin.token, "PUT", `users/${bot.id}/roles`, {
    roles: "system_user system_user_access_token",
  });
  const made = await on("leader", bot.token, "POST", `users/${bot.id}/tokens`, { description: "for all" });
  const { id, token } = made.body;
  const everywhere = (status: number) =>
    holds(async (node) => (await on(node, token, "GET", "users/me")).status === status);
  await everywhere(200);
  for (const [node, act, status] of [
    ["follower", "disable", 401],
    ["follower2", "enable", 200],
    ["leader", "revoke", 401],
  ] as const) {
    const answer = await on(node, bot.token, "POST", `users/tokens/${act}`, { token_id: id });
    expect(answer.status, act).toBe(200);
    await everywhere(status);
  }
});

test("a file is uploaded in parts to three nodes, posted on one, and read on another", async () => {
  const part = 5 * 1024 * 1024;
  const bytes = new Uint8Array(2 * part + 1_000).map((_, at) => at * 31);
  const [channel_id] = town.channels;
  const { body: session } = await on("leader", town.admin.token, "POST", "uploads", {
    channel_id,
    filename: "big.bin",
    file_size: bytes.length,
  });
  const send = async (node: NodeName, from: number, to: number) => {
    const answer = await fetch(`${nodeUrl(town.cluster, node)}/api/v4/uploads/${session.id}`, {
      method: "POST",
      headers: { authorization: `Bearer ${town.admin.token}` },
      body: bytes.subarray(from, to),
    });
    return { status: answer.status, text: await answer.text() };
  };
  expect((await send("follower", 0, part)).status).toBe(204);
  const state = await on("leader", town.admin.token, "GET", `uploads/${session.id}`);
  expect(state.body.file_offset).toBe(part);
  expect((await send("follower2", part, 2 * part)).status).toBe(204);
  const last = await send("leader", 2 * part, bytes.length);
  expect(last.status, last.text).toBe(200);
  const info = JSON.parse(last.text);
  const post = { channel_id, message: "", file_ids: [info.id] };
  expect((await on("follower", town.admin.token, "POST", "posts", post)).status).toBe(201);
  const read = await fetch(`${nodeUrl(town.cluster, "follower2")}/api/v4/files/${info.id}`, {
    headers: { authorization: `Bearer ${town.admin.token}` },
  });
  expect(Buffer.from(await read.arrayBuffer()).equals(bytes)).toBe(true);
});

test("a draft is told to the user's other connections, wherever they are, and not to the one that wrote it", async () => {
  const [channel_id] = town.channels;
  const member = { team_id: town.team, user_id: ada.id };
  for (const path of [`teams/${town.team}/members`, `channels/${channel_id}/members`])
    expect((await on("leader", town.admin.token, "POST", path, member)).status).toBe(201);
  const sockets = await Promise.all(
    NODES.map((node) => TestSocket.open(nodeUrl(town.cluster, node), ada.token)),
  );
  const [writer, ...others] = sockets as [TestSocket, TestSocket, TestSocket];
  const draft = { user_id: ada.id, channel_id, root_id: "", message: "half a" };
  // The request goes to another node than the socket it names.
  const saved = await on("follower2", ada.token, "POST", "drafts", draft, {
    "connection-id": writer.connectionId,
  });
  expect(saved.status).toBe(201);
  const says = (message: string) => (event: SocketEvent) => event.parsed.draft.message === message;
  for (const socket of others) await socket.next("draft_created", says("half a"));
  // A later event shows that the first would have come.
  await on("follower2", ada.token, "POST", "drafts", { ...draft, message: "half a thought" });
  for (const socket of sockets) await socket.next("draft_created", says("half a thought"));
  await writer.none("draft_created", says("half a"));
  await Promise.all(sockets.map((socket) => socket.close()));
});

test("what a role may, a team's and the whole server's, holds on all nodes once one has changed it", async () => {
  const { token } = town.admin;
  const emoji = async (node: NodeName) => (await on(node, ada.token, "POST", "emoji")).status;
  const roles = (await on("leader", ada.token, "POST", "roles/names", ["system_user", "team_user"])).body;
  const patch = (node: NodeName, role: { id: string }, permissions: string[]) =>
    on(node, token, "PUT", `roles/${role.id}/patch`, { permissions });
  const may = (name: string) => roles.find((role: { name: string }) => role.name === name);
  const without = (role: { permissions: string[] }, permission: string) =>
    role.permissions.filter((each) => each !== permission);

  const system = may("system_user");
  await holds(async (node) => (await emoji(node)) === 400);
  expect((await patch("follower", system, without(system, "create_emojis"))).status).toBe(200);
  await holds(async (node) => (await emoji(node)) === 403);
  expect((await patch("follower2", system, system.permissions)).status).toBe(200);
  await holds(async (node) => (await emoji(node)) === 400);

  const member = may("team_user");
  const channels = { team_id: town.team, display_name: "C", type: "O", name: "" };
  const create = async (node: NodeName) => (await on(node, ada.token, "POST", "channels", channels)).status;
  await holds(async (node) => (await create(node)) === 400);
  expect((await patch("leader", member, without(member, "create_public_channel"))).status).toBe(200);
  await holds(async (node) => (await create(node)) === 403);
  expect((await patch("follower", member, member.permissions)).status).toBe(200);
  await holds(async (node) => (await create(node)) === 400);
});
