// What the environment and config.json say about where and how to run. Reads only; changes nothing.

import { hostname } from "node:os";
import { resolve } from "node:path";
import { StartError } from "../errors.ts";
import { readCertificates } from "./certificates.ts";
import { clientDir } from "./client-dir.ts";
import { type ClusterMember, readClusterMember } from "./cluster.ts";
import { ConfigReader, type Env, readConfigFile } from "./config-reader.ts";
import { type Listen, listenAddress, portNumber } from "./listen.ts";
import { type LogSettings, readLogSettings } from "./log.ts";
import { readMetrics } from "./metrics.ts";
import { checkStores, databaseUrl } from "./stores.ts";

export interface Settings {
  dataDir: string;
  filesDir: string;
  /** Of the official web client; null: there is none. */
  clientDir: string | null;
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
  /** ServiceSettings.AllowedUntrustedInternalConnections. */
  allowedInternal: string;
  /** PEM, one each, of the file that NODE_EXTRA_CA_CERTS names: authorities that outgoing connections trust too. */
  certificates: string[];
  log: LogSettings;
  /** Where Prometheus is answered; null: nowhere. */
  metrics: Listen | null;
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
  if (config.flag("ServiceSettings", "EnableInsecureOutgoingConnections", false))
    notes.push(
      "ServiceSettings.EnableInsecureOutgoingConnections is not supported: certificates are always verified",
    );
  if (config.flag("EmailSettings", "SkipServerCertificateVerification", false))
    notes.push(
      "EmailSettings.SkipServerCertificateVerification is not supported: name the mail server's authority in NODE_EXTRA_CA_CERTS",
    );
  if (config.flag("EmailSettings", "EnableEmailBatching", false))
    notes.push("EmailSettings.EnableEmailBatching is not supported: each notification is a mail of its own");
  return {
    dataDir,
    filesDir: files ? resolve(cwd, files) : resolve(dataDir, "files"),
    clientDir: clientDir(env.CLIENT_DIR && resolve(cwd, env.CLIENT_DIR), resolve(dataDir, "client")),
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
    allowedInternal: config.text("ServiceSettings", "AllowedUntrustedInternalConnections"),
    certificates: env.NODE_EXTRA_CA_CERTS ? readCertificates(resolve(cwd, env.NODE_EXTRA_CA_CERTS)) : [],
    log: readLogSettings(config, dataDir, cwd),
    metrics: readMetrics(config, address),
    notes,
  };
}

function isDsn(value: string | undefined): boolean {
  return /^(postgres|postgresql|mysql):\/\//.test(value ?? "");
}

function listen(port: string | undefined, address: string): Listen {
  if (port) return { host: "*", port: portNumber(port, "PORT") };
  if (!address) return { host: "*", port: 8065 };
  return listenAddress(address, "ServiceSettings.ListenAddress");
}
