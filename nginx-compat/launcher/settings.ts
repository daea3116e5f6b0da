// What the environment and config.json say about where and how to run. Reads only; changes nothing.

import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { oneLine, StartError } from "./errors.ts";

type Env = Record<string, string | undefined>;
type Config = Record<string, Record<string, unknown> | undefined>;

export interface Listen {
  /** "*" is every interface. */
  host: string;
  /** 0 asks for any free port. */
  port: number;
}

export interface Settings {
  dataDir: string;
  filesDir: string;
  listen: Listen;
  /** null: the embedded PostgreSQL. */
  databaseUrl: string | null;
  nodeName: string;
  configJson: string;
  environmentJson: string;
  /** The worker's source; another one only in tests. */
  entry: string | undefined;
}

export function readSettings(env: Env, cwd: string): Settings {
  const configFile = env.CONFIG_FILE || (isDsn(env.MM_CONFIG) ? "" : env.MM_CONFIG);
  const configJson = configFile ? readConfig(resolve(cwd, configFile)) : "{}";
  const config = JSON.parse(configJson) as Config;
  const setting = (section: string, key: string): string => {
    const value = env[`MM_${section}_${key}`.toUpperCase()] ?? config[section]?.[key];
    return typeof value === "string" ? value : "";
  };

  const dataDir = resolve(cwd, env.DATA_DIR || "data");
  const files = setting("FileSettings", "Directory");
  const source = env.DATABASE_URL || setting("SqlSettings", "DataSource");
  const driver = setting("SqlSettings", "DriverName");
  if (!env.DATABASE_URL && source && driver && driver !== "postgres") {
    throw new StartError(`SqlSettings.DriverName is ${driver}: only postgres is supported`);
  }
  return {
    dataDir,
    filesDir: files ? resolve(cwd, files) : resolve(dataDir, "files"),
    listen: listen(env.PORT, setting("ServiceSettings", "ListenAddress")),
    databaseUrl: source
      ? databaseUrl(source, env.DATABASE_URL ? "DATABASE_URL" : "SqlSettings.DataSource")
      : null,
    nodeName: env.NODE_NAME || hostname(),
    configJson,
    environmentJson: JSON.stringify(
      Object.fromEntries(Object.entries(env).filter(([k]) => k.startsWith("MM_"))),
    ),
    entry: env.EDGEMOST_ENTRY ? resolve(cwd, env.EDGEMOST_ENTRY) : undefined,
  };
}

function isDsn(value: string | undefined): boolean {
  return /^(postgres|postgresql|mysql):\/\//.test(value ?? "");
}

function readConfig(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new StartError(`Cannot read the configuration file ${path}: ${oneLine(error)}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new StartError(`The configuration file ${path} is not valid JSON: ${oneLine(error)}`);
  }
  const isObject = (v: unknown) => typeof v === "object" && v !== null && !Array.isArray(v);
  if (!isObject(value)) throw new StartError(`The configuration file ${path} is not a JSON object`);
  const odd = Object.entries(value as object).find(([key, v]) => /Settings$/.test(key) && !isObject(v));
  if (odd) throw new StartError(`The configuration file ${path} is not valid: ${odd[0]} must be an object`);
  return text;
}

function listen(port: string | undefined, address: string): Listen {
  if (port) return { host: "*", port: portNumber(port, "PORT") };
  if (!address) return { host: "*", port: 8065 };
  const [, host, digits] = /^(.*):([^:\]]+)$/.exec(address) ?? [];
  if (digits === undefined)
    throw new StartError(`ServiceSettings.ListenAddress is not host:port: "${address}"`);
  return { host: host || "*", port: portNumber(digits, "The port in ServiceSettings.ListenAddress") };
}

function portNumber(text: string, what: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new StartError(`${what} must be a number from 0 to 65535, not "${text}"`);
  return port;
}

/** What of lib/pq's parameters means anything here; postgres.js would send the others to the server, which objects. */
const KEPT = new Set(["sslmode", "connect_timeout", "application_name", "search_path", "options"]);

function databaseUrl(source: string, what: string): string {
  const url = URL.canParse(source) ? new URL(source) : null;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || !url.hostname) {
    throw new StartError(`${what} is not a URL like postgres://user:password@host:5432/database`);
  }
  for (const key of [...url.searchParams.keys()]) if (!KEPT.has(key)) url.searchParams.delete(key);
  return url.href;
}
