// What the environment and config.json say about where and how to run. Reads only; changes nothing.

import { hostname } from "node:os";
import { resolve } from "node:path";
import { StartError } from "../errors.ts";
import { type ClusterMember, readClusterMember } from "./cluster.ts";
import { ConfigReader, type Env, readConfigFile } from "./config-reader.ts";
import { checkStores, databaseUrl } from "./stores.ts";

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
  /** null: a node by itself. */
  cluster: ClusterMember | null;
  /** The worker's source; another one only in tests. */
  entry: string | undefined;
  /** A bundle that was made before (build.ts), instead of one of the sources. */
  bundleDir: string | undefined;
  /** Lines about settings that change nothing here. */
  notes: string[];
}

export function readSettings(env: Env, cwd: string): Settings {
  const configFile = env.CONFIG_FILE || (isDsn(env.MM_CONFIG) ? "" : env.MM_CONFIG);
  const configJson = configFile ? readConfigFile(resolve(cwd, configFile)) : "{}";
  const config = new ConfigReader(env, configJson);
  const notes: string[] = [];

  const dataDir = resolve(cwd, env.DATA_DIR || "data");
  const files = config.text("FileSettings", "Directory");
  const source = env.DATABASE_URL || config.text("SqlSettings", "DataSource");
  const driver = config.text("SqlSettings", "DriverName");
  if (!env.DATABASE_URL && source && driver && driver !== "postgres") {
    throw new StartError(`SqlSettings.DriverName is ${driver}: only postgres is supported`);
  }
  const address = listen(env.PORT, config.text("ServiceSettings", "ListenAddress"));
  const cluster = readClusterMember(config, address.port, notes);
  if (cluster) checkStores(config, notes);
  return {
    dataDir,
    filesDir: files ? resolve(cwd, files) : resolve(dataDir, "files"),
    listen: address,
    databaseUrl: source
      ? databaseUrl(source, env.DATABASE_URL ? "DATABASE_URL" : "SqlSettings.DataSource")
      : null,
    nodeName: env.NODE_NAME || cluster?.nodeName || hostname(),
    configJson,
    environmentJson: JSON.stringify(
      Object.fromEntries(Object.entries(env).filter(([k]) => k.startsWith("MM_"))),
    ),
    cluster,
    entry: env.EDGEMOST_ENTRY ? resolve(cwd, env.EDGEMOST_ENTRY) : undefined,
    bundleDir: env.EDGEMOST_BUNDLE ? resolve(cwd, env.EDGEMOST_BUNDLE) : undefined,
    notes,
  };
}

function isDsn(value: string | undefined): boolean {
  return /^(postgres|postgresql|mysql):\/\//.test(value ?? "");
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
