import { type ClientFacts, clientConfig } from "./config/client.ts";
import { type Config, type LoadedConfig, loadConfig } from "./config/load.ts";
import { configHash, SCHEMA_VERSION, versionId } from "./config/version.ts";
import type { Env } from "./env.ts";
import { log } from "./log/log.ts";
import { Meter } from "./ports/meter.ts";
import { createSql } from "./ports/sql/create.ts";
import { serverBusy } from "./server-busy.ts";

/** The server's own facts, from rows of `systems` that never change. */
export type ServerFacts = Pick<ClientFacts, "diagnosticId" | "asymmetricPublicKey" | "installationDate">;

/** What an isolate knows once it has read its bindings and the stored configuration. */
export interface NodeState {
  config: Config;
  loaded: LoadedConfig;
  /** The row of `configurations` that `loaded` holds; undefined where nothing is stored. */
  stored: { id: string; value: unknown } | undefined;
  facts: ServerFacts;
  configHash: string;
  versionId: string;
  /** Client configurations as JSON text, made when first asked for. */
  clientTexts: Map<string, string>;
  /** ms; from then on it is read again, for what no effect told about. */
  staleAt: number;
}

/** Where effects do not reach an isolate, a changed configuration may take this long. */
const EDGE_LIFE_MS = 5_000;
/** After the database could not be read. */
const RETRY_MS = 1_000;

let current: NodeState | undefined;
/** Counts `forget`: what was read before one must not be kept after it. */
let forgotten = 0;

/** The state of this isolate; undefined before the first `load`, and when it has to be loaded again. */
export function nodeState(_env: Env): NodeState | undefined {
  return current;
}

/** Loads again, beside the request, what no effect tells about and may have changed. */
nodeState.refresh = (env: Env, exec: { waitUntil(work: Promise<unknown>): void }): void => {
  if (!current || current.staleAt > Date.now()) return;
  // One at a time; should it fail, the next attempt comes a little later.
  current.staleAt = Date.now() + RETRY_MS;
  exec.waitUntil(nodeState.load(env));
};

/** Reads configuration and facts: one query. */
nodeState.load = async (env: Env): Promise<NodeState> => {
  const seen = forgotten;
  const seenBusy = serverBusy.changes;
  const row = await readStored(env);
  if (row) serverBusy.read(row.systems?.[serverBusy.row], seenBusy);
  const loaded = loadConfig({
    file: JSON.parse(env.CONFIG_JSON || "{}"),
    environment: { ...settingsOf(env), ...JSON.parse(env.ENVIRONMENT_JSON || "{}") },
    ...(row?.value ? { stored: JSON.parse(row.value) } : {}),
  });
  for (const problem of loaded.problems) log.warn(problem);
  const hash = await configHash(clientConfig(loaded.config, HASHED_FACTS));
  const life = row ? (env.PROFILE === "edge" ? EDGE_LIFE_MS : Number.POSITIVE_INFINITY) : RETRY_MS;
  const state: NodeState = {
    config: loaded.config,
    loaded,
    stored: row?.id ? { id: row.id, value: JSON.parse(row.value!) } : undefined,
    facts: factsOf(row?.systems ?? {}),
    configHash: hash,
    versionId: versionId(hash, true),
    clientTexts: new Map(),
    staleAt: Date.now() + life,
  };
  if (seen === forgotten) current = state;
  return state;
};

/** The configuration has changed: the next request reads it again. */
nodeState.forget = (): void => {
  forgotten++;
  current = undefined;
};

/** On the edge, settings are variables and secrets: bindings of their own. */
function settingsOf(env: Env): Record<string, string> {
  const texts = Object.entries(env).filter(
    ([name, value]) => name.startsWith("MM_") && typeof value === "string",
  );
  return Object.fromEntries(texts);
}

interface StoredRow {
  id: string | null;
  value: string | null;
  systems: Record<string, string> | null;
}

/** Undefined where the database cannot be read: then the node runs on its file and environment for now. */
async function readStored(env: Env): Promise<StoredRow | undefined> {
  // The process for hashes and images has no database.
  if (!env.DATABASE_URL) return { id: null, value: null, systems: null };
  try {
    const [row] = await createSql(env, new Meter()).shared<StoredRow>(
      `configuration ${forgotten} ${serverBusy.changes}`,
      `SELECT c.id, c.value, (SELECT json_object_agg(s.name, s.value) FROM systems s
        WHERE s.name IN ('DiagnosticId', 'AsymmetricSigningKey', 'InstallationDate', '${serverBusy.row}')) AS systems
       FROM (SELECT 1) one LEFT JOIN configurations c ON c.active`,
    );
    return row;
  } catch (error) {
    log.error("cannot read the stored configuration", { error: String(error) });
    return undefined;
  }
}

function factsOf(systems: Record<string, string>): ServerFacts {
  return {
    diagnosticId: systems.DiagnosticId ?? "",
    asymmetricPublicKey: systems.AsymmetricSigningKey ? publicKeyOf(systems.AsymmetricSigningKey) : "",
    installationDate: systems.InstallationDate ?? "",
  };
}

/** DER of SubjectPublicKeyInfo for a P-256 key, up to the point itself. */
const SPKI_HEAD = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";

/** Base64 of the DER SPKI of the key's public half; its integers are beyond 2^53 (schema-notes 3). */
export function publicKeyOf(row: string): string {
  const hex = ["x", "y"].map((name) => {
    const digits = new RegExp(`"${name}"\\s*:\\s*(\\d+)`).exec(row)?.[1];
    return digits ? BigInt(digits).toString(16).padStart(64, "0") : "";
  });
  if (!hex.every((part) => part.length === 64)) return "";
  const bytes = (SPKI_HEAD + hex.join("")).match(/../g)!.map((pair) => Number.parseInt(pair, 16));
  return btoa(String.fromCharCode(...bytes));
}

/** Only config decides the hash: the computed facts must not differ between nodes. */
const HASHED_FACTS: ClientFacts = {
  loggedIn: true,
  noAccounts: false,
  diagnosticId: "",
  asymmetricPublicKey: "",
  installationDate: "",
  schemaVersion: SCHEMA_VERSION,
};
