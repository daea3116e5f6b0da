// Writes workerd's configuration (Cap'n Proto text) for the processes of a self-hosted node.

import { dirname, relative } from "node:path";
import type { BundledFile } from "./bundle.ts";
import type { NetworkAccess } from "./outbound.ts";

/** Also in wrangler.toml; both must be the same. From 2026-08-04 on, nodejs_compat is implied. */
export const COMPATIBILITY_DATE = "2026-10-01";
/** Compression would cost memory for each socket, and work for each event on each of them (websocket.md 2). */
const COMPATIBILITY_FLAGS = ["no_web_socket_compression"];

export interface DurableClass {
  binding: string;
  className: string;
  /** Names the directory of its objects: a change loses them. */
  uniqueKey: string;
  preventEviction?: boolean;
}

/** SqlPool holds connections and Hub holds sockets; a topic may rest, all it has is on disk. */
export const DURABLE_CLASSES: DurableClass[] = [
  { binding: "SQL_POOL", className: "SqlPool", uniqueKey: "edgemost-sql", preventEviction: true },
  { binding: "TOPIC", className: "Topic", uniqueKey: "edgemost-topic" },
  { binding: "HUB", className: "Hub", uniqueKey: "edgemost-hub", preventEviction: true },
];

/** In a cluster only: holds the node's connections to Redis. */
export const RELAY_CLASS: DurableClass = {
  binding: "RELAY",
  className: "Relay",
  uniqueKey: "edgemost-relay",
  preventEviction: true,
};

export interface WorkerdConfig {
  /** Where the text will be: workerd resolves the modules' paths from there. */
  path: string;
  modules: BundledFile[];
  /** Text bindings. */
  vars: Record<string, string>;
  sockets: { name: string; address: string; entrypoint?: string }[];
  durable?: { classes: DurableClass[]; directory: string };
  /** Bindings to directories and to HTTP servers, by binding name. */
  disks?: Record<string, string>;
  /** Directories that are only read, and whose hidden files are not. */
  readOnlyDisks?: Record<string, string>;
  externals?: Record<string, string>;
  /** Bindings that send requests to wherever the network access lets them, by binding name. */
  networks?: Record<string, NetworkAccess>;
  /** Certificates (PEM) that outgoing TLS trusts besides those of browsers. */
  certificates?: string[];
}

export function workerdConfig(config: WorkerdConfig): string {
  const {
    disks = {},
    readOnlyDisks = {},
    externals = {},
    networks = {},
    certificates = [],
    durable,
  } = config;
  const services = [
    '(name = "main", worker = .main)',
    network("internet", { allow: ["public", "private", "local"], deny: [] }, certificates),
    ...(durable ? [disk("durable-storage", durable.directory)] : []),
    ...Object.entries(disks).map(([name, path]) => disk(name, path)),
    ...Object.entries(readOnlyDisks).map(
      ([name, path]) => `(name = ${text(name)}, disk = (path = ${text(path)}))`,
    ),
    ...Object.entries(externals).map(
      ([name, address]) => `(name = ${text(name)}, external = (address = ${text(address)}, http = ()))`,
    ),
    ...Object.entries(networks).map(([name, access]) => network(name, access, certificates)),
  ];
  const sockets = config.sockets.map(({ name, address, entrypoint }) => {
    const service = entrypoint ? `(name = "main", entrypoint = ${text(entrypoint)})` : '"main"';
    return `(name = ${text(name)}, address = ${text(address)}, http = (), service = ${service})`;
  });
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = ${list(services)},
  sockets = ${list(sockets)},
);

const main :Workerd.Worker = (
  compatibilityDate = ${text(COMPATIBILITY_DATE)},
  compatibilityFlags = ${list(COMPATIBILITY_FLAGS.map(text))},
  modules = ${list(config.modules.map((module) => moduleOf(module, config.path)))},
  bindings = ${list(bindings(config))},${durable ? durableObjects(durable.classes) : ""}
);
`;
}

function bindings({
  vars,
  disks = {},
  readOnlyDisks = {},
  externals = {},
  networks = {},
  durable,
}: WorkerdConfig): string[] {
  return [
    ...(durable?.classes ?? []).map(
      ({ binding, className }) => `(name = ${text(binding)}, durableObjectNamespace = ${text(className)})`,
    ),
    ...[disks, readOnlyDisks, externals, networks].flatMap(Object.keys).map((name) => {
      return `(name = ${text(name)}, service = ${text(name)})`;
    }),
    ...Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
  ];
}

function durableObjects(classes: DurableClass[]): string {
  const namespaces = classes.map(({ className, uniqueKey, preventEviction = false }) => {
    const names = `className = ${text(className)}, uniqueKey = ${text(uniqueKey)}`;
    return `(${names}, enableSql = true, preventEviction = ${preventEviction})`;
  });
  return `
  durableObjectStorage = (localDisk = "durable-storage"),
  durableObjectNamespaces = ${list(namespaces)},`;
}

function disk(name: string, path: string): string {
  return `(name = ${text(name)}, disk = (path = ${text(path)}, writable = true, allowDotfiles = true))`;
}

function network(name: string, { allow, deny }: NetworkAccess, certificates: string[]): string {
  const access = `allow = ${list(allow.map(text))}, deny = ${list(deny.map(text))}`;
  const trust = `trustBrowserCas = true, trustedCertificates = ${list(certificates.map(text))}`;
  return `(name = ${text(name)}, network = (${access}, tlsOptions = (${trust})))`;
}

function moduleOf({ name, kind, path }: BundledFile, configPath: string): string {
  return `(name = ${text(name)}, ${kind} = embed ${text(relative(dirname(configPath), path))})`;
}

function list(items: string[]): string {
  return `[${items.map((item) => `\n    ${item},`).join("")}\n  ]`;
}

/** Cap'n Proto's strings know \xNN, but not JSON's \uNNNN. A NUL cannot be in a text at all. */
export function text(value: string): string {
  const escaped = value.replace(/[\\"]/g, "\\$&").replace(/[\x00-\x1f\x7f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `"${escaped}"`;
}
