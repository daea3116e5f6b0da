import { beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeWorld, type World } from "../harness/people.ts";

let world: World;
beforeAll(async () => {
  world = await makeWorld({ users: 1 });
});

describe("the node's log (client-flows 19.2)", () => {
  it("shows an administrator the newest lines, in each of its forms", async () => {
    const mark = newId();
    await world.admin.request("POST", "logs", { level: "ERROR", message: `mark ${mark}` });
    const { admin } = world;
    // The launcher writes the file, a moment after the answer.
    const line = await vi.waitFor(async () => {
      const lines: string[] = (await admin.request("GET", "logs?page=0&logs_per_page=1000")).body;
      const found = lines.map((text) => JSON.parse(text)).find(({ client }) => client === `mark ${mark}`);
      expect(found).toBeDefined();
      return found;
    }, 10_000);
    expect(line).toMatchObject({ level: "info", msg: "client log", user_id: admin.id });
    expect((await admin.request("GET", "logs?page=9999")).body).toEqual([]);
    const ask = async (body: unknown) => (await admin.request("POST", "logs/query", body)).body;
    const all = await ask({ server_names: [], log_levels: [], date_from: "", date_to: "" });
    const [name] = Object.keys(all);
    const found = (answer: any) => JSON.stringify(answer).includes(mark);
    expect(found(all)).toBe(true);
    expect(all[name!][0]).toMatchObject({ timestamp: expect.any(String), level: expect.any(String) });
    expect(found(await ask({ log_levels: ["error"] }))).toBe(false);
    expect(await ask({ server_names: ["another"] })).toEqual({});
    expect(found(await ask({ date_to: "2020-01-01" }))).toBe(false);
    const file = await admin.request("GET", "logs/download");
    expect([file.status, file.text.includes(mark)]).toEqual([200, true]);
    expect((await admin.request("POST", "logs/query", { date_from: "then" })).status).toBe(400);
  });

  it("shows nobody else anything", async () => {
    const [user] = world.users;
    for (const [method, path] of [
      ["GET", "logs"],
      ["POST", "logs/query"],
      ["GET", "logs/download"],
    ] as const)
      expect((await user!.request(method, path, method === "POST" ? {} : undefined)).status).toBe(403);
  });
});
