// RateLimitSettings on one node (semantics 24.1), and a configuration that is not to be changed.

import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeWorld, type World } from "../harness/people.ts";

let node: OwnNode;
let world: World;

beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ node, users: 2 });
}, 60_000);
afterAll(() => node?.stop());

const limits = (RateLimitSettings: object) =>
  world.admin.request("PUT", "config/patch", { RateLimitSettings });
const from = (address: string, headers: Record<string, string> = {}) => ({
  "X-Real-IP": address,
  ...headers,
});
const ping = (headers: Record<string, string>, token = "") =>
  request(node, token, "GET", "system/ping", undefined, headers);

type Answer = Awaited<ReturnType<typeof ping>>;

/**
 * Asks until it is refused; all answers. Of a key that nobody has used, `count` must have been allowed at once, and one more
 * for each second that it took; a key that is used up (0) may have got one back by now.
 */
async function spend(ask: (n: number) => Promise<Answer>, count = 4): Promise<Answer[]> {
  const began = Date.now();
  const answers: Answer[] = [];
  for (let n = 0; n < 1_000; n++) {
    const answer = await ask(n);
    if (answer.status === 429) {
      expect(answers.length).toBeGreaterThanOrEqual(count);
      if (count > 0) expect(answers.length).toBeLessThanOrEqual(count + (Date.now() - began) / 1_000);
      return [...answers, answer];
    }
    answers.push(answer);
  }
  return expect.fail("nothing was refused");
}
const kinds = (answers: Answer[]) => new Set(answers.map(({ status }) => status));

test("off: nothing is told and nothing refused", async () => {
  const { status, headers } = await ping(from("198.51.100.1"));
  expect([status, headers.get("x-ratelimit-limit")]).toEqual([200, null]);
});

test("a rate of 0 is refused", async () => {
  const answer = await limits({ PerSec: 0 });
  expect([answer.status, answer.body.id]).toEqual([400, "model.config.is_valid.rate_sec.app_error"]);
});

test("logins have rates of their own, by address (http-conventions 2.2)", async () => {
  expect((await limits({ Enable: true, PerSec: 1_000, MaxBurst: 1_000 })).status).toBe(200);
  const logins = async (path: string, body: object, count: number) => {
    const one = () => request(node, "", "POST", `users/login${path}`, body, from("198.51.100.9"));
    const answers = await Promise.all(Array.from({ length: count }, one));
    return (status: number) => answers.filter((answer) => answer.status === status).length;
  };
  const desktop = await logins("/desktop_token", { token: newId() }, 20);
  expect([desktop(401) >= 2, desktop(429) >= 1, desktop(401) + desktop(429)]).toEqual([true, true, 20]);
  const byName = await logins("", { login_id: "nobody" }, 60);
  expect([byName(400) >= 11, byName(429) >= 1, byName(400) + byName(429)]).toEqual([true, true, 60]);
  expect((await request(node, "", "POST", "users/login", {}, from("198.51.100.10"))).status).toBe(400);
});

test("by address: burst + 1, then 429 with the headers, in the error shape; others go on", async () => {
  expect((await limits({ Enable: true, PerSec: 1, MaxBurst: 3 })).status).toBe(200);
  const one = from("198.51.100.1");
  const answers = await spend(() => ping(one));
  const [first, refused] = [answers[0]!, answers.at(-1)!];
  expect(kinds(answers)).toEqual(new Set([200, 429]));
  expect(first.headers.get("x-ratelimit-limit")).toBe("4");
  expect(first.headers.get("x-ratelimit-remaining")).toBe("3");
  expect(first.headers.get("x-ratelimit-reset")).toBe("1");
  expect(first.headers.get("retry-after")).toBeNull();
  expect(refused.body).toMatchObject({ message: "limit exceeded", status_code: 429 });
  expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
  expect(refused.headers.get("x-ratelimit-reset")).toBe("4");
  expect(refused.headers.get("retry-after")).toBe("1");
  // What is not served counts as well, and a valid session does not help.
  await spend(() => request(node, "", "GET", `nowhere/${newId()}`, undefined, one), 0);
  const [last] = (await spend(() => ping(one, world.users[0]!.token), 0)).slice(-1);
  expect((await ping(from("198.51.100.2"))).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, Number(last!.headers.get("retry-after")) * 1_000 + 50));
  expect((await ping(one)).status).toBe(200);
});

test("by user: wherever they come from; without a session by address", async () => {
  expect((await limits({ VaryByUser: true })).status).toBe(200);
  const [ann, bob] = world.users as [(typeof world.users)[0], (typeof world.users)[0]];
  const seen = await spend((n) => ping(from(`203.0.113.${n % 256}`), ann.token));
  expect(kinds(seen)).toEqual(new Set([200, 429]));
  expect((await ping(from("203.0.113.1"), bob.token)).status).toBe(200);
  const guess = () => request(node, newId(), "GET", "users/me", undefined, from("203.0.113.77"));
  expect(kinds(await spend(guess))).toEqual(new Set([401, 429]));
});

test("by header, and by nothing", async () => {
  expect((await limits({ VaryByUser: false, VaryByHeader: "X-Tenant" })).status).toBe(200);
  const tenant = (name: string) => from("192.0.2.1", { "X-Tenant": name });
  await spend(() => ping(tenant("a")));
  expect((await ping(tenant("b"))).status).toBe(200);
  const admin = from("192.0.2.200");
  const body = { RateLimitSettings: { VaryByHeader: "", VaryByRemoteAddr: false } };
  expect((await world.admin.request("PUT", "config/patch", body, admin)).status).toBe(200);
  await spend((n) => ping(from(`192.0.2.${n % 256}`)));
});

test("in a cluster, ClusterSettings.ReadOnlyConfig keeps the configuration as it is", async () => {
  const change = (body: object) => world.admin.request("PUT", "config/patch", body, from("192.0.2.201"));
  // All share one key by now, which the test before has used up.
  await expect.poll(async () => (await change({ RateLimitSettings: { Enable: false } })).status).toBe(200);
  expect((await change({ ClusterSettings: { ReadOnlyConfig: false, Enable: true } })).status).toBe(200);
  expect((await change({ TeamSettings: { SiteName: "Allowed" } })).status).toBe(200);
  expect((await change({ ClusterSettings: { ReadOnlyConfig: true } })).status).toBe(200);
  const refused = await change({ TeamSettings: { SiteName: "Refused" } });
  expect([refused.status, refused.body.id]).toEqual([403, "ent.cluster.save_config.error"]);
  expect((await world.admin.request("GET", "config")).body.TeamSettings.SiteName).toBe("Allowed");
});
