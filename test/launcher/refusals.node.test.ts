// Whatever keeps Edgemost from starting: one line on stderr, exit code 1, nothing changed.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, describe, expect, test, vi } from "vitest";
import { launch, startEdgemost } from "./start.ts";

// Many start at once here, and one after the other on a slow machine.
vi.setConfig({ testTimeout: 120_000 });

const STUB = { EDGEMOST_ENTRY: join(import.meta.dirname, "stub-worker.ts") };
const base = mkdtempSync(join(tmpdir(), "edgemost-refusals-"));
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

let count = 0;
const fresh = () => join(base, `data-${++count}`);

async function refused(env: Record<string, string>, dataDir = fresh()): Promise<string> {
  const launched = launch(dataDir, { ...STUB, ...env });
  expect(await launched.ended).toBe(1);
  expect(launched.stderr()).toMatch(/^[^\n]+\n$/);
  expect(launched.stderr()).not.toMatch(/^\s*at /m);
  return launched.stderr().trim();
}

/** For a refusal before the first change. */
async function refusedUntouched(env: Record<string, string>): Promise<string> {
  const dataDir = fresh();
  const line = await refused(env, dataDir);
  expect(existsSync(dataDir)).toBe(false);
  return line;
}

function file(name: string, text: string): string {
  writeFileSync(join(base, name), text);
  return join(base, name);
}

async function listening(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0);
  await new Promise((done) => server.once("listening", done));
  return { server, port: (server.address() as AddressInfo).port };
}

describe.concurrent("a start is refused", () => {
  test("with a taken port", async () => {
    const { server, port } = await listening();
    const config = file("port.json", JSON.stringify({ ServiceSettings: { ListenAddress: `:${port}` } }));
    const line = `Port ${port} is already in use: stop what uses it, or set PORT`;
    expect(await refusedUntouched({ PORT: `${port}` })).toBe(line);
    expect(await refusedUntouched({ PORT: "", CONFIG_FILE: config })).toBe(line);
    server.close();
  });

  test("with an address for metrics that is taken", async () => {
    const { server, port } = await listening();
    const env = { MM_METRICSSETTINGS_ENABLE: "true", MM_METRICSSETTINGS_LISTENADDRESS: `:${port}` };
    expect(await refusedUntouched(env)).toBe(
      `Port ${port} is already in use: stop what uses it, or set MetricsSettings.ListenAddress`,
    );
    server.close();
  });

  test("with a PORT that is none", async () => {
    expect(await refusedUntouched({ PORT: "chat" })).toBe(
      'PORT must be a number from 0 to 65535, not "chat"',
    );
  });

  test("with a configuration that cannot be read", async () => {
    expect(await refusedUntouched({ CONFIG_FILE: "/no/such.json" })).toMatch(
      /^Cannot read the configuration file \/no\/such.json: ENOENT/,
    );
  });

  test("with a configuration that is no configuration", async () => {
    const broken = file("broken.json", '{"ServiceSettings": {');
    expect(await refusedUntouched({ CONFIG_FILE: broken })).toMatch(/broken.json is not valid JSON: /);
    const list = file("list.json", "[1]");
    expect(await refusedUntouched({ CONFIG_FILE: list })).toMatch(/list.json is not a JSON object$/);
    const odd = file("odd.json", '{"TeamSettings": true}');
    expect(await refusedUntouched({ CONFIG_FILE: odd })).toMatch(
      /odd.json is not valid: TeamSettings must be an obj/,
    );
  });

  test("with a database that does not answer", async () => {
    // No port that was free a moment ago: by now it may be another test's.
    const url = "postgres://user:geheim@127.0.0.1:1/chat";
    const line = await refusedUntouched({ DATABASE_URL: url });
    expect(line).toMatch(/^Cannot reach the database 127.0.0.1:1\/chat: .*ECONNREFUSED/);
    expect(line).not.toContain("geheim");
    const config = file(
      "database.json",
      JSON.stringify({ SqlSettings: { DriverName: "postgres", DataSource: url } }),
    );
    expect(await refusedUntouched({ CONFIG_FILE: config })).toBe(line);
  });

  test("with a database URL that is none", async () => {
    expect(await refusedUntouched({ DATABASE_URL: "mysql://x@y/z" })).toMatch(
      /^DATABASE_URL is not a URL like postg/,
    );
  });

  test("with a data directory that cannot be one", async () => {
    const inTheWay = file("in-the-way", "");
    expect(await refused({}, join(inTheWay, "data"))).toMatch(/^Cannot use the data directory .*ENOTDIR/);
  });
});

test("on a database of an unknown schema, which stays as it is; then another own database is used", async () => {
  const provider = await startEdgemost({ env: STUB });
  const sql = postgres(provider.databaseUrl, { max: 1 });
  await sql`create database foreign_schema`;
  await sql`create database own`;
  const at = (name: string) => provider.databaseUrl.replace(/[^/]+$/, name);
  const foreign = postgres(at("foreign_schema"), { max: 1 });
  await foreign`create table something_else (n int)`;
  const line = await refusedUntouched({ DATABASE_URL: at("foreign_schema") });
  expect(line).toMatch(/^The database cannot be used: /);
  expect(await foreign`select tablename from pg_tables where schemaname = 'public'`).toHaveLength(1);

  const dataDir = fresh();
  mkdirSync(dataDir);
  const files = join(base, "attachments");
  const config = file("own.json", JSON.stringify({ FileSettings: { Directory: files } }));
  const url = `${at("own")}?sslmode=disable&connect_timeout=10&binary_parameters=yes`;
  const node = await startEdgemost({
    dataDir,
    env: { ...STUB, CONFIG_FILE: config, MM_SQLSETTINGS_DATASOURCE: url },
  });
  await fetch(`${node.url}/files/a.txt`, { method: "PUT", body: "kept" });
  expect(readdirSync(files)).toEqual(["a.txt"]);
  expect(readdirSync(dataDir).sort()).toEqual(["boots.json", "durable", "logs", "run"]);
  expect(await node.stop()).toBe(0);
  await Promise.all([sql.end(), foreign.end()]);
  expect(await provider.stop()).toBe(0);
});
