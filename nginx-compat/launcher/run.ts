// A launcher as a process: its signals, its failures, its exit code.

import { oneLine, StartError } from "./errors.ts";
import { Launcher } from "./launcher.ts";
import type { Settings } from "./settings/settings.ts";

const log = (line: string) => console.log(line);

/** Ends the process: 0 stopped as asked, 1 could not start or keep running. */
export function runLauncher(read: () => Settings): void {
  // The terminal or the pipe may go away before the node does.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

  let launcher: Launcher | null = null;
  let ending = false;

  async function run(): Promise<void> {
    launcher = new Launcher({ settings: read(), log, giveUp: fail });
    const url = await launcher.start();
    log(`Edgemost is ready at ${url}`);
  }

  async function fail(reason: unknown): Promise<void> {
    if (ending) return;
    ending = true;
    await launcher?.stop().catch(() => {});
    process.stderr.write(`${typeof reason === "string" ? reason : oneLine(reason)}\n`);
    process.exit(1);
  }

  async function onSignal(): Promise<void> {
    if (ending) {
      await launcher?.force();
      process.exit(1);
    }
    ending = true;
    log("Stopping ... (once more to force it)");
    try {
      await launcher?.stop();
      log("Stopped");
      process.exit(0);
    } catch (error) {
      process.stderr.write(`${oneLine(error)}\n`);
      process.exit(1);
    }
  }

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      if (!ending)
        fail(error instanceof StartError ? error : `Internal error of the launcher: ${oneLine(error)}`);
    });
  }

  run().catch(fail);
}
