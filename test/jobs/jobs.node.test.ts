import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { ended } from "../imports/support.ts";

// On a node of its own: jobs wait for one another, and on the shared one they export what every test has written.
let node: OwnNode;
let world: World;
let ada: Person;
beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ users: 1, node });
  ada = world.users[0] as Person;
});
afterAll(() => node?.stop());

const create = (body: unknown, who = world.admin) => who.request("POST", "jobs", body);
const get = async (id: string) => (await world.admin.request("GET", `jobs/${id}`)).body;

/** A job that no runner here takes (of another server's), or that one has left behind. */
async function insertJob(type: string, status: string, at = Date.now()): Promise<string> {
  const id = newId();
  await database(
    world.node,
  )`insert into jobs (id, type, priority, createat, startat, lastactivityat, status, progress, data)
    values (${id}, ${type}, 0, ${at}, ${at}, ${at}, ${status}, 0, '{}')`;
  return id;
}

describe("jobs (semantics 24.3)", () => {
  it("are made by those who may manage them, of types that this server runs", async () => {
    for (const type of ["data_retention", "constructor", "nothing"])
      expect((await create({ type })).body.id).toBe("api.job.unable_to_create_job.incorrect_job_type");
    const unknown = { type: "export_process", data: { include_everything: "true" } };
    expect((await create(unknown)).status).toBe(400);
    expect((await create({ type: "export_process" }, ada)).status).toBe(403);
    const data = { include_profile_pictures: "true", include_archived_channels: "false" };
    const { status, body } = await create({ type: "export_process", data });
    expect([status, body]).toMatchObject([201, { status: "pending", progress: 0, data, start_at: 0 }]);
    expect(await ended(world.admin, body.id)).toMatchObject({ status: "success", progress: 100 });
  });

  it("are read, cancelled and moved by those who may", async () => {
    const id = await insertJob("product_notices", "pending");
    for (const path of ["jobs", "jobs/type/product_notices", `jobs/${id}`])
      expect((await ada.request("GET", path)).status, path).toBe(403);
    const listed = await world.admin.request("GET", "jobs?job_type=product_notices&status=pending");
    expect(listed.body.map((job: { id: string }) => job.id)).toContain(id);
    expect((await world.admin.request("GET", "jobs/type/product_notices")).body[0].id).toBe(id);
    expect((await world.admin.request("GET", "jobs/type/nothing")).status).toBe(400);
    expect((await world.admin.request("GET", `jobs/${newId()}`)).status).toBe(404);
    expect((await ada.request("POST", `jobs/${id}/cancel`)).status).toBe(403);
    expect((await world.admin.request("POST", `jobs/${id}/cancel`)).status).toBe(200);
    expect((await get(id)).status).toBe("canceled");
    expect((await world.admin.request("POST", `jobs/${id}/cancel`)).status).toBe(400);
    const back = { status: "pending" };
    expect((await world.admin.request("PATCH", `jobs/${id}/status`, back)).status).toBe(400);
    const forced = await world.admin.request("PATCH", `jobs/${id}/status`, { ...back, force: true });
    expect(forced.status).toBe(200);
  });

  it("are run again at once when they are made to wait anew", async () => {
    const id = await insertJob("export_delete", "canceled");
    const again = { status: "pending", force: true };
    expect((await world.admin.request("PATCH", `jobs/${id}/status`, again)).status).toBe(200);
    expect(await ended(world.admin, id)).toMatchObject({ status: "success", progress: 100 });
    // Not only at the next look for what waits, a minute after the last.
  }, 30_000);

  it("of a runner that has died are run by the next", async () => {
    const dead = await insertJob("export_process", "in_progress", Date.now() - 600_000);
    const { body } = await create({ type: "export_delete" });
    expect(await ended(world.admin, body.id)).toMatchObject({ status: "success" });
    expect(await ended(world.admin, dead)).toMatchObject({ status: "success" });
  });

  it("are noted among what administrators have done (semantics 24.2)", async () => {
    const id = await insertJob("product_notices", "pending");
    await world.admin.request("POST", `jobs/${id}/cancel`);
    const noted = {
      user_id: world.admin.id,
      action: `/api/v4/jobs/${id}/cancel`,
      extra_info: `job_id=${id}`,
    };
    const audits = async () => (await world.admin.request("GET", "audits")).body;
    await expect.poll(audits).toContainEqual(expect.objectContaining(noted));
  });
});
