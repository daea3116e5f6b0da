// npm run cluster: several nodes on this machine behind NGINX. Exit codes: 0 stopped as asked, 1 could not start.

import { oneLine, StartError } from "../launcher/errors.ts";
import { Cluster } from "./cluster.ts";
import { readClusterSettings } from "./settings.ts";

const log = (line: string) => console.log(line);

// The terminal or the pipe may go away before the cluster does.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

let cluster: Cluster | null = null;
let ending = false;

async function run(): Promise<void> {
  const settings = readClusterSettings(process.argv.slice(2), process.env, process.cwd());
  cluster = new Cluster(settings, log);
  const { url, table } = await cluster.start();
  log(table);
  log(`Edgemost is ready at ${url}`);
}

async function fail(reason: unknown): Promise<void> {
  if (ending) return;
  ending = true;
  await cluster?.stop().catch(() => {});
  process.stderr.write(`${oneLine(reason)}\n`);
  process.exit(1);
}

async function onSignal(): Promise<void> {
  if (ending) {
    await cluster?.force();
    process.exit(1);
  }
  ending = true;
  log("Stopping ... (once more to force it)");
  try {
    await cluster?.stop();
    log("Stopped");
    process.exit(0);
  } catch (error) {
    process.stderr.write(`${oneLine(error)}\n`);
    process.exit(1);
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
// For tests: the cluster is not to outlive whoever holds the other end of the pipe, however that ended.
if (process.env.END_WITH_STDIN) process.stdin.resume().once("close", () => ending || onSignal());
for (const event of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(event, (error: unknown) => {
    if (!ending)
      fail(error instanceof StartError ? error : `Internal error of the launcher: ${oneLine(error)}`);
  });
}

run().catch(fail);
