import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { request } from "../harness/client.ts";
import { type OwnNode, ownNode, sharedNode } from "../harness/node.ts";
import { adminOf, makeUser, type Person } from "../harness/people.ts";

const DISABLED = "app.plugin.disabled.app_error";
const LISTS: [string, unknown][] = [
  ["plugins", { active: [], inactive: [] }],
  ["plugins/statuses", []],
  ["plugins/marketplace?page=0&per_page=60&filter=&server_version=11.6.0", []],
];
const CHANGES: [string, string, unknown?][] = [
  ["POST", "plugins"],
  ["POST", "plugins/install_from_url?plugin_download_url=https%3A%2F%2Fexample.com%2Fa.tar.gz&force=false"],
  ["POST", "plugins/marketplace", { id: "com.example.plugin", version: "1.0.0" }],
  ["POST", "plugins/com.example.plugin/enable"],
  ["POST", "plugins/com.example.plugin/disable"],
  ["DELETE", "plugins/com.example.plugin"],
];

let node: OwnNode;
let admin: Person;
let user: Person;
beforeAll(async () => {
  node = await ownNode({ env: { MM_PLUGINSETTINGS_ENABLE: "true" } });
  admin = adminOf(node);
  user = await makeUser({ node });
});
afterAll(() => node?.stop());

describe("a server that would have plugins", () => {
  it("has well-formed, empty lists for whoever may see them", async () => {
    for (const [path, empty] of LISTS) {
      expect((await admin.request("GET", path)).body).toEqual(empty);
      expect((await user.request("GET", path)).status).toBe(403);
    }
    const webapp = await request(node, "", "GET", "plugins/webapp");
    expect([webapp.status, webapp.body]).toEqual([200, []]);
  });

  it("takes none and works on none", async () => {
    for (const [method, path, body] of CHANGES) {
      const answer = await admin.request(method, path, body);
      expect([answer.status, answer.body.id]).toEqual([501, DISABLED]);
      expect((await user.request(method, path, body)).status).toBe(403);
    }
  });

  it("remembers that an administrator has looked for some, and tells everybody", async () => {
    const path = "plugins/marketplace/first_admin_visit";
    expect((await user.request("GET", path)).status).toBe(403);
    expect((await user.request("POST", path, {})).status).toBe(403);
    const name = "FirstAdminVisitMarketplace";
    expect((await admin.request("GET", path)).body).toEqual({ name, value: "false" });
    const socket = await user.ws();
    expect((await admin.request("POST", path, { name, value: "true" })).body).toEqual({ status: "OK" });
    const event = await socket.next("first_admin_visit_marketplace_status_received");
    expect(event.data).toEqual({ firstAdminVisitMarketplaceStatus: "true" });
    expect((await admin.request("GET", path)).body).toEqual({ name, value: "true" });
  });

  it("answers for a plugin's own paths that there is none", async () => {
    for (const method of ["GET", "POST"]) {
      const answer = await fetch(`${node.url}/plugins/com.example.plugin/api/v1/x`, { method });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([404, "text/plain; charset=utf-8"]);
    }
  });
});

describe("a server whose plugins are off, as they are unless told", () => {
  it("refuses the lists, too, but not those of clients", async () => {
    const shared = sharedNode();
    for (const [path] of LISTS) {
      const answer = await adminOf(shared).request("GET", path);
      expect([answer.status, answer.body.id]).toEqual([501, DISABLED]);
    }
    const webapp = await request(shared, "", "GET", "plugins/webapp");
    expect([webapp.status, webapp.body]).toEqual([200, []]);
    const own = await fetch(`${shared.url}/plugins/com.example.plugin/x`);
    expect([own.status, ((await own.json()) as { id: string }).id]).toEqual([501, DISABLED]);
  });
});
