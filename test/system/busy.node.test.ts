// A server that is marked busy (http-conventions 1, step 9; websocket 7, 8). On a node of its own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../workers/api/routes.ts";
import { endpoints } from "../harness/contract/api-description.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeWorld, type Person, person, type World } from "../harness/people.ts";

describe("a busy server", () => {
  let node: OwnNode;
  let world: World;
  let user: Person;
  const dataDir = mkdtempSync(join(tmpdir(), "edgemost-busy-"));

  beforeAll(async () => {
    node = await ownNode({ dataDir });
    world = await makeWorld({ users: 2, node });
    user = world.users[0]!;
  }, 120_000);
  afterAll(async () => {
    await node?.stop();
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  const set = (query = "") => world.admin.request("POST", `server_busy${query}`);
  const state = async () => (await world.admin.request("GET", "server_busy")).body;
  const clear = () => world.admin.request("DELETE", "server_busy");
  const search = () => user.request("POST", "users/search", { term: "user" });
  const typing = { channel_id: "" };

  it("sheds what endpoints.tsv names, and nothing else", () => {
    const named = endpoints.filter(({ note }) => note.includes("[busy-503]"));
    const key = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
    expect(
      routes
        .filter(({ shed }) => shed)
        .map(key)
        .sort(),
    ).toEqual(named.map(key).sort());
    expect(named.length).toBe(10);
  });

  it("is an administrator's to mark", async () => {
    for (const method of ["GET", "POST", "DELETE"])
      expect((await user.request(method, "server_busy")).status, method).toBe(403);
    for (const seconds of ["0", "-1", "soon", "86401"])
      expect((await set(`?seconds=${seconds}`)).body.id).toBe("api.context.invalid_url_param.app_error");
    expect(await state()).toEqual({ busy: false, expires: 0 });
  });

  it("refuses searches and typing, over HTTP and WebSocket, and tells of no status; all else goes on", async () => {
    typing.channel_id = world.channel.id;
    const socket = await user.ws();
    await socket.next("status_change", ({ data }) => data.status === "online");
    const began = Math.floor(Date.now() / 1_000);
    expect((await set()).body).toEqual({ status: "OK" });
    const done = Math.ceil(Date.now() / 1_000);
    const { busy, expires } = await state();
    expect([busy, expires >= began + 3_600, expires <= done + 3_600]).toEqual([true, true, true]);
    const { team, channel } = world;
    for (const [path, body] of [
      ["users/search", { term: "user" }],
      ["posts/search", { terms: "a", is_or_search: false }],
      [`teams/${team.id}/posts/search`, { terms: "a", is_or_search: false }],
      [`teams/${team.id}/channels/search`, { term: "a" }],
      [`users/${user.id}/typing`, typing],
      // Before the body is looked at.
      ["files/search", {}],
    ] as const) {
      const answer = await user.request("POST", path, body);
      expect([answer.status, answer.body.id], path).toEqual([503, "api.context.server_busy.app_error"]);
      expect(answer.headers.get("x-edgemost-sql"), path).toBe("0");
    }
    const reply = await socket.call("user_typing", typing);
    expect(reply.error).toMatchObject({
      id: "api.websocket_handler.server_busy.app_error",
      status_code: 503,
    });
    const away = await user.request("PUT", `users/${user.id}/status`, { user_id: user.id, status: "away" });
    expect([away.status, away.body.status]).toEqual([200, "away"]);
    const post = await user.request("POST", "posts", { channel_id: channel.id, message: "goes on" });
    expect(post.status).toBe(201);
    await socket.next("posted", ({ parsed }) => parsed.post.id === post.body.id);
    await socket.none("status_change");
  });

  it("stays busy over a restart, until it is cleared", async () => {
    await node.stop();
    const { admin } = node;
    node = await ownNode({ dataDir, admin });
    world = { ...world, node, admin: adminOf(node) };
    user = person(node, user);
    expect((await search()).status).toBe(503);
    expect((await clear()).status).toBe(200);
    expect(await state()).toEqual({ busy: false, expires: 0 });
    expect((await search()).status).toBe(200);
    expect((await user.request("POST", `users/${user.id}/typing`, typing)).status).toBe(200);
  }, 120_000);

  it("is over by itself", async () => {
    // Long enough that it is not over before it is looked at.
    expect((await set("?seconds=5")).status).toBe(200);
    expect((await search()).status).toBe(503);
    await expect.poll(async () => (await search()).status, { timeout: 25_000, interval: 250 }).toBe(200);
    expect(await state()).toEqual({ busy: false, expires: 0 });
  });
});
