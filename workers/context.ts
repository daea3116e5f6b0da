import type { Config } from "./config/load.ts";
import type { Env } from "./env.ts";
import { log } from "./log/log.ts";
import { nodeState } from "./node-state.ts";
import type { Bus } from "./ports/bus/bus.ts";
import { createBus } from "./ports/bus/create.ts";
import type { Compute } from "./ports/compute/compute.ts";
import { createCompute } from "./ports/compute/create.ts";
import { createFiles } from "./ports/files/create.ts";
import type { Files } from "./ports/files/files.ts";
import { createMail } from "./ports/mail/create.ts";
import type { Mail } from "./ports/mail/mail.ts";
import { Meter } from "./ports/meter.ts";
import { createOutbound } from "./ports/outbound/create.ts";
import type { Outbound } from "./ports/outbound/outbound.ts";
import { createSql } from "./ports/sql/create.ts";
import { replicaSql } from "./ports/sql/replicas.ts";
import type { Sql } from "./ports/sql/sql.ts";

/** What every action works with: the ports, the configuration, and the request's own counts. */
export interface Context {
  env: Env;
  config: Config;
  /** `X-Version-Id` (http-conventions 1.1). */
  versionId: string;
  meter: Meter;
  sql: Sql;
  /** For reads that may be a moment old; see replicaSql. */
  replica: Sql;
  /** The same for post and file search. */
  searchReplica: Sql;
  bus: Bus;
  compute: Compute;
  files: Files;
  /** Outgoing e-mail. */
  mail: Mail;
  /** Every outgoing HTTP request goes through it. */
  outbound: Outbound;
  /** Set-Cookie values that go out with the answer, whatever it is. */
  cookies: string[];
  compress: boolean;
  /** Work that may go on after the answer; failures are logged, never thrown. */
  background(work: Promise<unknown>): void;
}

/** A context for one request, or for one piece of work of a Durable Object. */
export async function createContext(
  env: Env,
  exec: { waitUntil(work: Promise<unknown>): void },
): Promise<Context> {
  const state = nodeState(env) ?? (await nodeState.load(env));
  nodeState.refresh(env, exec);
  const meter = new Meter();
  const sql = createSql(env, meter);
  const { DataSourceReplicas, DataSourceSearchReplicas, ReplicaMonitorIntervalSeconds } =
    state.config.SqlSettings;
  const readFrom = (urls: string[]) =>
    urls.length === 0 ? sql : replicaSql(env, meter, urls, ReplicaMonitorIntervalSeconds * 1_000, sql);
  return {
    env,
    config: state.config,
    versionId: state.versionId,
    meter,
    sql,
    replica: readFrom(DataSourceReplicas),
    searchReplica: readFrom(
      DataSourceSearchReplicas.length > 0 ? DataSourceSearchReplicas : DataSourceReplicas,
    ),
    bus: createBus(env, meter),
    compute: createCompute(env),
    files: createFiles(env, state.config, meter),
    mail: createMail(state.config),
    outbound: createOutbound(env, state.config),
    cookies: [],
    compress: env.PROFILE !== "edge" && state.config.ServiceSettings.WebserverMode === "gzip",
    background(work) {
      exec.waitUntil(work.catch((error) => log.error("background work failed", { error: String(error) })));
    },
  };
}
