import { createPublicKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SERVER_VERSION } from "../../workers/config/version.ts";
import { clientLicense } from "../../workers/features.ts";
import { request } from "../harness/client.ts";
import { sharedNode } from "../harness/node.ts";
import { adminOf, makeUser } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

const sqlOf = (answer: { headers: Headers }) => Number(answer.headers.get("x-edgemost-sql"));

describe("what clients ask first", () => {
  const node = sharedNode();
  const get = (path: string, token = "") => request(node, token, "GET", path);

  it("ping tells that the server is there, and how it is where asked", async () => {
    const plain = await get("system/ping");
    expect(plain.body).toEqual({
      status: "OK",
      ActiveSearchBackend: "database",
      AndroidLatestVersion: "",
      AndroidMinVersion: "",
      IosLatestVersion: "",
      IosMinVersion: "",
    });
    expect(sqlOf(plain)).toBe(0);
    expect((await get("system/ping?device_id=android_rn-v2:x")).body.CanReceiveNotifications).toBe("unknown");
    const full = await get("system/ping?get_server_status=true");
    expect(full.body).toMatchObject({ status: "OK", database_status: "OK", filestore_status: "OK" });
    expect(full.body.root_status).toBeUndefined();
    for (const name of ["status", "database_status", "filestore_status"])
      expect(full.headers.get(name)).toBe("OK");
    expect((await get("system/ping?get_server_status=true", node.admin.token)).body.root_status).toBe(false);
  });

  it("the configuration is text, more of it with a session, and costs nothing when warm", async () => {
    const nobody = await get("config/client?format=old");
    expect(nobody.headers.get("cache-control")).toBeNull();
    expect(sqlOf(await get("config/client?format=old"))).toBe(0);
    const user = await makeUser();
    const somebody = await get("config/client", user.token);
    for (const value of Object.values(somebody.body)) expect(typeof value).toBe("string");
    expect(Object.keys(somebody.body).length).toBeGreaterThan(Object.keys(nobody.body).length + 100);
    expect(nobody.body.MaxPostSize).toBeUndefined();
    expect(somebody.body).toMatchObject({
      Version: SERVER_VERSION,
      NoAccounts: "false",
      MaxPostSize: "16383",
      SchemaVersion: "159",
    });
    const rows =
      await database()`select name, value from systems where name in ('DiagnosticId', 'AsymmetricSigningKey')`;
    const systems = Object.fromEntries(rows.map((row) => [row.name, row.value]));
    expect(nobody.body.DiagnosticId).toBe(systems.DiagnosticId);
    expect(nobody.body.TelemetryId).toBe(systems.DiagnosticId);
    const key = createPublicKey({
      key: Buffer.from(nobody.body.AsymmetricSigningPublicKey, "base64"),
      format: "der",
      type: "spki",
    });
    const { x } = key.export({ format: "jwk" });
    const stored = /"x":(\d+)/.exec(systems.AsymmetricSigningKey)![1]!;
    expect(BigInt(`0x${Buffer.from(x!, "base64url").toString("hex")}`)).toBe(BigInt(stored));
  });

  it("the licence says that there is none", async () => {
    expect((await get("license/client?format=old")).body).toEqual(clientLicense("single"));
    expect((await get("license/client")).body.id).toBe("api.license.client.old_format.app_error");
    expect((await get("license/client?format=new")).status).toBe(400);
  });

  it("what a session asks at its start has answers", async () => {
    const user = await makeUser();
    const ask = async (path: string) => (await user.request("GET", path)).body;
    const zones = (await ask("system/timezones")) as string[];
    expect(zones).toEqual(expect.arrayContaining(["Europe/Berlin", "America/New_York", "UTC"]));
    expect(await ask(`system/notices/${user.id}?client=web`)).toEqual([]);
    expect((await user.request("PUT", "system/notices/view", ["x"])).body).toEqual({ status: "OK" });
    expect((await get("plugins/webapp")).body).toEqual([]);
    expect(await ask("agents/status")).toMatchObject({ available: false });
    expect((await user.request("GET", "custom_profile_attributes/fields")).status).toBe(403);
    expect((await user.request("GET", "trial-license/prev")).status).toBe(403);
    const perf = await user.request("POST", "client_perf", "anything", { "content-type": "text/plain" });
    expect(perf.status).toBe(200);
    const limits = await ask("limits/server");
    expect(limits).toEqual({
      activeUserCount: 0,
      maxUsersLimit: 0,
      maxUsersHardLimit: 0,
      lastAccessiblePostTime: 0,
      postHistoryLimit: 0,
      singleChannelGuestCount: 0,
      singleChannelGuestLimit: 0,
    });
    const admin = adminOf(node);
    expect((await admin.request("GET", "limits/server")).body.activeUserCount).toBeGreaterThan(0);
    expect(
      (await user.request("POST", "logs", { level: "ERROR", message: "x".repeat(900) })).body.message,
    ).toHaveLength(400);
    expect((await request(node, "", "POST", "logs", { level: "ERROR", message: "x" })).status).toBe(403);
    for (const [name, key] of [
      ["posts", "count"],
      ["storage", "bytes"],
      ["teams", "active"],
    ] as const) {
      expect((await ask(`usage/${name}`))[key], name).toBeGreaterThanOrEqual(0);
    }
    for (const path of [
      "system/timezones",
      "limits/server",
      "usage/posts",
      "agents/status",
      "config/environment",
    ]) {
      expect((await get(path)).status, path).toBe(401);
    }
  });
});
