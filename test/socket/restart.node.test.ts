import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeUser, type Person } from "../harness/people.ts";
import { TestSocket } from "../harness/socket.ts";

let node: OwnNode;
let bob: Person;
const dataDir = mkdtempSync(join(tmpdir(), "edgemost-restart-"));

beforeAll(async () => {
  node = await ownNode({ dataDir });
  bob = await makeUser({ node });
});

afterAll(async () => {
  await node?.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

async function restart(how: "stop" | "kill9"): Promise<void> {
  await node[how]();
  node = await ownNode({ dataDir, admin: node.admin });
}

async function change(): Promise<string> {
  const name = newId();
  const body = [{ user_id: bob.id, category: "test", name, value: "1" }];
  const answer = await request(node, bob.token, "PUT", "users/me/preferences", body);
  expect(answer.status).toBe(200);
  return name;
}

// Each starts a node up to three times.
describe("a node that starts again", { timeout: 180_000 }, () => {
  it("resumes after a clean end, with what was missed before it", async () => {
    const socket = await TestSocket.open(node.url, bob.token);
    await change();
    await socket.next("preferences_changed");
    const away = await TestSocket.open(node.url, bob.token);
    away.drop();
    await expect.poll(() => away.closed).toBeDefined();
    const missed = await change();
    await socket.settled();
    await restart("stop");
    expect(socket.closed?.code).toBe(1001);
    expect(await socket.resume({ url: node.url })).toBe(true);
    expect(await away.resume({ url: node.url })).toBe(true);
    expect((await away.next("preferences_changed")).parsed.preferences[0].name).toBe(missed);
    const name = await change();
    for (const each of [socket, away])
      await each.next("preferences_changed", ({ parsed }) => parsed.preferences[0].name === name);
  });

  it("never resumes after it was killed", async () => {
    const socket = await TestSocket.open(node.url, bob.token);
    await change();
    await socket.next("preferences_changed");
    await restart("kill9");
    expect(await socket.resume({ url: node.url })).toBe(false);
    expect(socket.nextSeq).toBeGreaterThan(0);
    const id = socket.connectionId;
    // Nor is what was saved by an earlier clean end good any more.
    await restart("stop");
    expect(await socket.resume({ url: node.url })).toBe(true);
    expect(socket.connectionId).toBe(id);
    await restart("kill9");
    expect(await socket.resume({ url: node.url })).toBe(false);
  });

  it("finds everyone offline, and those who come back online", async () => {
    const socket = await TestSocket.open(node.url, bob.token);
    const status = async () => (await request(node, bob.token, "GET", `users/${bob.id}/status`)).body.status;
    await expect.poll(status, { timeout: 20_000 }).toBe("online");
    await restart("kill9");
    await expect.poll(status, { timeout: 20_000 }).toBe("offline");
    await socket.resume({ url: node.url });
    await expect.poll(status, { timeout: 20_000 }).toBe("online");
  });
});
