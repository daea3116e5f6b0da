// What the environment and the command line say about the local cluster.

import { parseArgs } from "node:util";
import { StartError } from "../launcher/errors.ts";
import { readSettings, type Settings } from "../launcher/settings/settings.ts";

type Env = Record<string, string | undefined>;

export interface S3Settings {
  /** http://host:port */
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface ClusterSettings extends Settings {
  nodes: string[];
  /** null: a redis-server of our own. */
  redisUrl: string | null;
  redisPrefix: string;
  /** null: an embedded server. */
  s3: S3Settings | null;
  clusterName: string;
  /** Whether what ended unexpectedly is started again. */
  restart: boolean;
  /** Whether nodes reach PostgreSQL, too, over a forwarder that a test can cut. */
  forwardPostgres: boolean;
}

export const USAGE = `npm run cluster -- [--nodes N] [--restart] [--forward-postgres]
  --nodes N            how many nodes, 3 unless told (at most 9)
  --restart            start again what ended unexpectedly
  --forward-postgres   let nodes be cut off from PostgreSQL, too (costs a little)
Environment: PORT, DATA_DIR, DATABASE_URL, REDIS_URL, S3_ENDPOINT with S3_BUCKET, S3_ACCESS_KEY_ID,
S3_SECRET_ACCESS_KEY and S3_REGION, CONFIG_FILE, MM_...`;

export function readClusterSettings(argv: string[], env: Env, cwd: string): ClusterSettings {
  const values = parse(argv);
  const count = /^[1-9]$/.test(values.nodes) ? Number(values.nodes) : 0;
  if (!count) throw new StartError(`--nodes must be a number from 1 to 9, not "${values.nodes}"`);
  const settings = readSettings(env, cwd);
  const clusterName = env.MM_CLUSTERSETTINGS_CLUSTERNAME || "edgemost";
  return {
    ...settings,
    nodes: Array.from({ length: count }, (_, i) => nodeName(i)),
    redisUrl: env.REDIS_URL ? redisUrl(env.REDIS_URL) : null,
    redisPrefix: env.REDIS_PREFIX || `${clusterName}:`,
    s3: env.S3_ENDPOINT ? s3Settings(env) : null,
    clusterName,
    restart: values.restart,
    forwardPostgres: values["forward-postgres"],
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        nodes: { type: "string", default: "3" },
        restart: { type: "boolean", default: false },
        "forward-postgres": { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${(error as Error).message}\n${USAGE}`);
  }
}

/** leader, follower, follower2, follower3 … Names only: any of them may lead. */
function nodeName(index: number): string {
  return index === 0 ? "leader" : index === 1 ? "follower" : `follower${index}`;
}

function redisUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url?.hostname || !/^rediss?:$/.test(url.protocol))
    throw new StartError("REDIS_URL is not a URL like redis://:password@host:6379");
  return text;
}

function s3Settings(env: Env): S3Settings {
  const endpoint = /:\/\//.test(env.S3_ENDPOINT!) ? env.S3_ENDPOINT! : `http://${env.S3_ENDPOINT}`;
  if (!URL.canParse(endpoint)) throw new StartError("S3_ENDPOINT is not a URL like http://host:9000");
  const key = (name: string) => env[`S3_${name}`] || env[`AWS_${name}`];
  const accessKeyId = key("ACCESS_KEY_ID");
  const secretAccessKey = key("SECRET_ACCESS_KEY");
  if (!accessKeyId || !secretAccessKey)
    throw new StartError("S3_ENDPOINT needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY");
  return {
    endpoint,
    region: key("REGION") || "us-east-1",
    bucket: env.S3_BUCKET || "edgemost",
    accessKeyId,
    secretAccessKey,
  };
}
