// Runs one workerd process and talks to it over Unix sockets.

import { rmSync } from "node:fs";
import { request } from "node:http";
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../errors.ts";
import type { Log } from "../log/log.ts";
import { type Running, start, stop } from "../process/processes.ts";

const READY_MS = 30_000;

export interface WorkerdOptions {
  what: string;
  configFile: string;
  /** Unix sockets it listens on; a killed process leaves them behind, and workerd would not replace them. */
  sockets: string[];
  /** Tells whether it can do its work; asked again and again until then. */
  ready: () => Promise<boolean>;
  /** Takes what it writes; without one, this process's own output does. */
  log?: Log;
  /** Ends a start that is still waiting. */
  signal: AbortSignal;
}

export async function startWorkerd(options: WorkerdOptions): Promise<Running> {
  const { what, configFile, sockets, ready, signal } = options;
  for (const socket of sockets) rmSync(socket, { force: true });
  const { EDGEMOST_WORKERD } = process.env;
  const binary = EDGEMOST_WORKERD || (createRequire(import.meta.url)("workerd").default as string);
  const running = await start(binary, ["serve", configFile, "config"], {
    stdio: ["ignore", "pipe", "pipe"],
    orphanSignal: "SIGTERM",
    graceSeconds: 2,
  });
  const errors = new PassThrough();
  if (options.log) {
    options.log.follow(running.child.stdout!, "info", process.stdout);
    options.log.follow(errors, "error", process.stderr);
  } else {
    running.child.stdout!.on("data", (chunk) => process.stdout.write(chunk));
    errors.on("data", (chunk) => process.stderr.write(chunk));
  }
  // Held back until it is ready: if it ends before, the first line is the reason, and the only line to show.
  let early: string | null = "";
  running.child.stderr!.on("data", (chunk) => {
    if (early === null) errors.write(chunk);
    else early += chunk;
  });

  let ended = "";
  running.exited.then((how) => {
    ended = how;
  });
  for (const until = Date.now() + READY_MS; !(await ready()); await sleep(15)) {
    if (!ended && !signal.aborted && Date.now() < until) continue;
    await stop(running, [["SIGKILL", 2_000]]);
    const reason = early.split("\n").find((line) => line.trim() !== "");
    throw new StartError(
      `${what} did not start: ${reason || ended || `not ready after ${READY_MS / 1000} s`}`,
    );
  }
  if (early) errors.write(early);
  early = null;
  return running;
}

/** A Unix socket's path, or a port. */
export type Address = string | { host: string; port: number };

/** The status of the answer, null for none within the time. */
export function ask(
  address: Address,
  method: string,
  path: string,
  timeoutMs: number,
): Promise<number | null> {
  const where = typeof address === "string" ? { socketPath: address, host: "node" } : address;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const outgoing = request({ ...where, method, path, agent: false, signal }, (response) => {
      response.resume().on("close", () => resolve(response.complete ? response.statusCode! : null));
    });
    outgoing.on("error", () => resolve(null));
    outgoing.end();
  });
}
