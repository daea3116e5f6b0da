// Child processes that neither a Ctrl-C in the terminal nor the death of the launcher may leave in a bad state.

import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { oneLine, StartError } from "../errors.ts";

export interface Running {
  pid: number;
  /** Resolves, once, with how it ended. */
  exited: Promise<string>;
  child: ChildProcess;
}

/**
 * Starts a process in its own session, so that the terminal's Ctrl-C reaches only the launcher, which ends its
 * children in order. A guard (a shell that waits on a pipe from the launcher) ends it when the launcher is killed:
 * by `orphanSignal`, and by SIGKILL `graceSeconds` later.
 */
export async function start(
  command: string,
  args: string[],
  options: SpawnOptions & { orphanSignal: NodeJS.Signals; graceSeconds: number },
): Promise<Running> {
  const { orphanSignal, graceSeconds, ...spawnOptions } = options;
  const child = spawn(command, args, { ...spawnOptions, detached: true });
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(new StartError(`Cannot run ${command}: ${oneLine(error)}`)));
  });
  const pid = child.pid!;
  const release = guard(pid, orphanSignal, graceSeconds);
  exited.then(release);
  return { pid, exited, child };
}

const GUARD = `
  read -r _ && exit
  kill -s "$2" "$1" 2>/dev/null
  i=0
  while [ $i -lt "$3" ] && kill -0 "$1" 2>/dev/null; do sleep 0.2; i=$((i + 1)); done
  kill -s KILL "$1" 2>/dev/null`;

/** Ends another process when this one is gone, however it ended. Returns what calls that off. */
export function guard(pid: number, signal: NodeJS.Signals, graceSeconds: number): () => void {
  if (process.platform === "win32") return () => {};
  const args = ["-c", GUARD, "edgemost-guard", `${pid}`, signal.slice(3), `${graceSeconds * 5}`];
  const shell = spawn("/bin/sh", args, { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return () => shell.stdin.end("\n");
}

/** The command line of a living process, "" for none (a zombie has none either). */
export function commandLine(pid: number): string {
  try {
    if (process.platform === "linux")
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-o", "command=", "-p", `${pid}`], { encoding: "utf8", stdio: "pipe" });
  } catch {
    return "";
  }
}

/** Sends each signal in turn until the process is gone. Whose process it is must have been verified before. */
export async function end(pid: number, steps: [signal: NodeJS.Signals, waitMs: number][]): Promise<void> {
  for (const [signal, waitMs] of steps) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (const until = Date.now() + waitMs; Date.now() < until; await sleep(20)) {
      if (commandLine(pid) === "") return;
    }
  }
}

/** As `end`, for our own child. */
export async function stop(
  running: Running,
  steps: [signal: NodeJS.Signals, waitMs: number][],
): Promise<void> {
  for (const [signal, waitMs] of steps) {
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await Promise.race([running.exited, sleep(waitMs, undefined, { ref: false })]);
  }
}
