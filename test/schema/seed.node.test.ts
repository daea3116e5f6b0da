import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import postgres, { type Sql } from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { readMigrations } from "../../schema/journal.ts";
import { migrate } from "../../schema/migrate.ts";
import { startUpMarkers } from "../../schema/systems.ts";
import { createDatabase, type RunningPostgres, startPostgres } from "./postgres.ts";

let server: RunningPostgres;
let url: string;
let sql: Sql;

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(async () => {
  url = await createDatabase(server.url);
  await sql?.end();
  sql = postgres(url, { max: 1, onnotice: () => {} });
});

afterAll(async () => {
  await sql?.end();
  await server?.stop();
});

const value = async (name: string) => (await sql`select value from systems where name = ${name}`)[0]?.value;

test("a new install has the 25 built-in roles, permissions in the original's text form", async () => {
  await migrate(url);
  const roles = await sql`select * from roles order by name`;
  expect(roles).toHaveLength(25);
  for (const role of roles) {
    expect(role.id).toMatch(/^[a-z0-9]{26}$/);
    expect(role.permissions).toMatch(/^( [a-z0-9_]+)*$/);
    expect(role).toMatchObject({ deleteat: "0", schemeid: null });
  }
  const named = new Map(roles.map((role) => [role.name, role]));
  expect(named.get("system_admin")!.permissions.split(" ").slice(1)).toHaveLength(274);
  expect(named.get("system_user")).toMatchObject({
    displayname: "authentication.roles.global_user.name",
    description: "authentication.roles.global_user.description",
    schememanaged: true,
    builtin: true,
  });
  expect(named.get("team_guest")!.permissions).toBe(" view_team");
  expect(named.get("custom_group_user")).toMatchObject({
    permissions: "",
    builtin: false,
    schememanaged: false,
  });
});

const reference = new URL("../reference/roles.json", import.meta.url).pathname;
test("the roles are those of the reference", async () => {
  await migrate(url);
  const { roles } = JSON.parse(readFileSync(reference, "utf8"));
  const stored = await sql`select * from roles`;
  const rows = stored.map((row) => [
    row.name,
    {
      display_name: row.displayname,
      description: row.description,
      scheme_managed: row.schememanaged,
      built_in: row.builtin,
      permissions: row.permissions.split(" ").slice(1),
    },
  ]);
  expect(Object.fromEntries(rows)).toEqual(roles);
});

test("a new install has every marker, so that the original repeats none of its steps", async () => {
  const before = Date.now();
  await migrate(url);
  for (const name of startUpMarkers) expect(await value(name), name).toBe("true");
  expect(startUpMarkers).toHaveLength(2 + 8 + 49 + 7);
  expect(await value("DiagnosticId")).toMatch(/^[a-z0-9]{26}$/);
  expect(Number(await value("InstallationDate"))).toBeGreaterThanOrEqual(before);
  expect(Number(await value("FirstServerRunTimestamp"))).toBeGreaterThanOrEqual(before);
  expect(Buffer.from(JSON.parse(await value("PostActionCookieSecret")).key, "base64")).toHaveLength(32);
  expect(await value("ActiveLicenseId")).toBe("");
  expect(await value("FirstAdminSetupComplete")).toBeUndefined();
});

test("the signing key is a P-256 key in decimal integers", async () => {
  await migrate(url);
  const text: string = await value("AsymmetricSigningKey");
  const match = /^\{"ecdsa_key":\{"curve":"P-256","x":(\d+),"y":(\d+),"d":(\d+)\}\}$/.exec(text);
  const [x, y, d] = match!.slice(1).map((integer) => {
    const hex = BigInt(integer).toString(16).padStart(64, "0");
    return Buffer.from(hex, "hex").toString("base64url");
  });
  const key = createPrivateKey({ key: { kty: "EC", crv: "P-256", x, y, d }, format: "jwk" });
  const data = Buffer.from("signed");
  expect(verify("sha256", data, createPublicKey(key), sign("sha256", data, key))).toBe(true);
});

test("an install with roles of its own keeps them, and gets no marker that would vouch for them", async () => {
  await sql.unsafe(readMigrations()[0]!.sql);
  await sql`insert into roles (id, name, permissions) values ('mine', 'system_user', ' less')`;
  await sql`insert into systems values ('DiagnosticId', 'theirs')`;
  await sql`insert into users (id, username, createat) values ('u', 'first', 1500000000000)`;
  await migrate(url);
  expect(await sql`select id, permissions from roles where name = 'system_user'`).toEqual([
    { id: "mine", permissions: " less" },
  ]);
  expect(await sql`select from roles`).toHaveLength(25);
  expect(await value("DiagnosticId")).toBe("theirs");
  expect(await value("InstallationDate")).toBe("1500000000000");
  expect(await value("AsymmetricSigningKey")).toContain("ecdsa_key");
  expect(await sql`select from systems where name = any(${startUpMarkers})`).toHaveLength(0);
});
