import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeUser } from "../harness/people.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let node: OwnNode;
beforeAll(async () => {
  node = await ownNode();
});
afterAll(() => node?.stop());

const form = (bytes: Uint8Array, field = "image") => {
  const data = new FormData();
  data.append(field, new Blob([bytes as never]), "brand.png");
  return data;
};

test("the brand image is set and removed by who may edit it, and shown to anyone; schemes and services are empty lists", async () => {
  const admin = adminOf(node);
  const user = await makeUser({ node });
  const path = "brand/image";
  const show = () => fetch(`${node.url}/api/v4/${path}`);
  expect((await show()).status).toBe(404);
  expect((await admin.request("DELETE", path)).status).toBe(404);
  expect((await user.request("POST", path, form(PNG))).status).toBe(403);
  expect((await user.request("DELETE", path)).status).toBe(403);
  expect((await admin.request("POST", path, form(new TextEncoder().encode("no image")))).status).toBe(400);
  expect((await admin.request("POST", path, form(PNG, "other"))).status).toBe(400);
  expect((await admin.request("POST", path, form(PNG))).status).toBe(201);
  const shown = await show();
  expect([shown.status, shown.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(
    Buffer.from(await shown.arrayBuffer())
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
  expect((await admin.request("DELETE", path)).status).toBe(200);
  expect((await show()).status).toBe(404);

  for (const list of ["schemes", `schemes/${newId()}/channels`, `schemes/${newId()}/teams`]) {
    expect((await admin.request("GET", list)).body).toEqual([]);
    expect((await user.request("GET", list)).status).toBe(403);
  }
  expect((await admin.request("GET", `schemes/${newId()}`)).status).toBe(404);
  expect((await user.request("GET", "llmservices")).body).toEqual({ services: [] });
  const asked = `sharedchannels/users/${user.id}/can_dm/${admin.id}`;
  expect((await user.request("GET", asked)).body).toEqual({ can_dm: true });
  expect((await user.request("GET", `sharedchannels/users/${user.id}/can_dm/${newId()}`)).status).toBe(404);
});
