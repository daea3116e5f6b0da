import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { ClusterFile } from "../nginx-compat/cluster/report.ts";
import { BenchFailure } from "./failure.ts";

export interface Credentials {
  username: string;
  password: string;
}

export interface Options {
  url: string;
  vs: string | null;
  admin: Credentials;
  vsAdmin: Credentials;
  users: number;
  members: number;
  sockets: number;
  concurrency: number;
  seconds: number;
  warm: number;
  rounds: number;
  rate: number;
  seedPosts: number;
  pageChannels: number;
  scenarios: string[];
  json: string | null;
  strict: boolean;
  /** A running `npm run cluster`: its nodes' addresses and its Redis. */
  cluster: { nodes: string[]; redis: string } | null;
  /** With --vs: the rate ratio asked for, instead of the scenarios' own bars. */
  bar: number | null;
  help: boolean;
}

export const DEFAULT_ADMIN = "bench-admin:Bench-admin-2026";

export const HELP = `npm run bench -- [options]

  --url URL            server to measure (http://localhost:8065)
  --vs URL             second server, measured in the same run by turns; adds ratio columns
  --admin USER:PASS    system administrator; becomes the first user of an empty server (${DEFAULT_ADMIN})
  --vs-admin USER:PASS the same for --vs (as --admin)
  --users N            users that log in (200)
  --members N          members of the main channel; more than --users makes accounts that never log in (users)
  --sockets N          WebSockets of the fanout scenario (all logged-in members)
  --concurrency N      posters or readers at once (16)
  --seconds N          measured seconds per scenario and server (10)
  --warm N             seconds before measuring, not counted (1)
  --rounds N           turns in which the seconds are spent, alternating with --vs (2)
  --rate N             posts per second in fanout; 0 is as fast as delivery goes (0)
  --seed-posts N       posts kept ready in the page channels, in total (800)
  --page-channels N    channels whose pages are read (8)
  --scenarios A,B      which, in this order (all)
  --json FILE          write the JSON there instead of to standard output
  --cluster FILE       cluster.json of a running "npm run cluster" (in its DATA_DIR): also its nodes and its Redis
                       are measured; --url is then the cluster's
  --bar N              with --vs: the rate ratio asked for of every scenario, instead of its own bars
  --strict             exit code 2 when an error was counted or, with --vs, a bar was missed
  --help`;

/**
 * `known` is the list of scenario names, `clustered` those of them that run only with --cluster. Throws BenchFailure with a
 * line for the user.
 */
export function parseOptions(argv: string[], known: string[], clustered: string[] = []): Options {
  const values = rawValues(argv);
  const users = whole("users", values.users, 200, 1, 100_000);
  const members = whole("members", values.members, users, 1, 100_000);
  const cluster = values.cluster === undefined ? null : clusterFile(values.cluster);
  const chosen = scenarioList(
    values.scenarios,
    known,
    known.filter((name) => cluster !== null || !clustered.includes(name)),
  );
  const alone = cluster === null ? chosen.find((name) => clustered.includes(name)) : undefined;
  if (alone !== undefined) throw new BenchFailure(`scenario "${alone}" needs --cluster`);
  const admin = credentials("admin", values.admin ?? DEFAULT_ADMIN);
  return {
    url: address("url", values.url ?? cluster?.url ?? "http://localhost:8065"),
    vs: values.vs === undefined ? null : address("vs", values.vs),
    admin,
    vsAdmin: values["vs-admin"] === undefined ? admin : credentials("vs-admin", values["vs-admin"]),
    users,
    members,
    sockets: Math.min(users, members, whole("sockets", values.sockets, 100_000, 1, 100_000)),
    concurrency: whole("concurrency", values.concurrency, 16, 1, 1000),
    seconds: real("seconds", values.seconds, 10, 0.1),
    warm: real("warm", values.warm, 1, 0),
    rounds: whole("rounds", values.rounds, 2, 1, 100),
    rate: real("rate", values.rate, 0, 0),
    seedPosts: whole("seed-posts", values["seed-posts"], 800, 0, 100_000_000),
    pageChannels: whole("page-channels", values["page-channels"], 8, 1, 500),
    scenarios: chosen,
    cluster,
    bar: values.bar === undefined ? null : real("bar", values.bar, 0, 0),
    json: values.json ?? null,
    strict: values.strict ?? false,
    help: values.help ?? false,
  };
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;

function rawValues(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      strict: true,
      allowPositionals: false,
      options: {
        url: text,
        vs: text,
        admin: text,
        "vs-admin": text,
        users: text,
        members: text,
        sockets: text,
        concurrency: text,
        seconds: text,
        warm: text,
        rounds: text,
        rate: text,
        "seed-posts": text,
        "page-channels": text,
        scenarios: text,
        json: text,
        cluster: text,
        bar: text,
        strict: flag,
        help: { ...flag, short: "h" },
      },
    }).values;
  } catch (error) {
    throw new BenchFailure(`${(error as Error).message.split(". ")[0]}; --help lists the options`);
  }
}

function clusterFile(path: string): { url: string; nodes: string[]; redis: string } {
  try {
    const file = JSON.parse(readFileSync(path, "utf8")) as ClusterFile;
    if (file.nodes.length < 2) throw new Error("one node is no cluster");
    return { url: file.url, nodes: file.nodes.map(({ url }) => url), redis: file.redis };
  } catch (error) {
    throw new BenchFailure(`--cluster ${path}: ${(error as Error).message}`);
  }
}

function address(name: string, value: string): string {
  if (!URL.canParse(value) || !/^https?:\/\//i.test(value)) {
    throw new BenchFailure(`--${name} must be an http or https URL, not "${value}"`);
  }
  return value.replace(/\/+$/, "");
}

function credentials(name: string, value: string): Credentials {
  const colon = value.indexOf(":");
  if (colon < 1 || colon === value.length - 1) throw new BenchFailure(`--${name} must be user:password`);
  return { username: value.slice(0, colon), password: value.slice(colon + 1) };
}

function real(name: string, value: string | undefined, fallback: number, min: number): number {
  if (value === undefined) return fallback;
  const n = Number(value);
  if (value.trim() === "" || !Number.isFinite(n) || n < min) {
    throw new BenchFailure(`--${name} must be a number from ${min}, not "${value}"`);
  }
  return n;
}

function whole(name: string, value: string | undefined, fallback: number, min: number, max: number): number {
  const n = real(name, value, fallback, min);
  if (!Number.isInteger(n) || n > max) {
    throw new BenchFailure(`--${name} must be a whole number from ${min} to ${max}, not "${value}"`);
  }
  return n;
}

function scenarioList(value: string | undefined, known: string[], unless: string[]): string[] {
  if (value === undefined) return unless;
  const names = [...new Set(value.split(",").map((s) => s.trim()))].filter((s) => s !== "");
  for (const name of names) {
    if (!known.includes(name))
      throw new BenchFailure(`unknown scenario "${name}"; known: ${known.join(", ")}`);
  }
  if (names.length === 0) throw new BenchFailure(`--scenarios is empty; known: ${known.join(", ")}`);
  return names;
}
