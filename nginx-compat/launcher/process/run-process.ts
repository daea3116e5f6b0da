// What runs in the foreground until it is told to stop: its signals, its failures, its exit code.

import { oneLine, StartError } from "../errors.ts";

export interface Program {
  /** Resolves with what is printed once it is ready. */
  start(): Promise<string>;
  stop(): Promise<void>;
  /** Stops at once; after a second signal. */
  force(): Promise<void>;
}

interface Options {
  /** For tests: the program is not to outlive whoever holds the other end of the pipe, however that ended. */
  endWithStdin?: boolean;
}

/** Ends the process: 0 stopped as asked, 1 could not start or keep running (`giveUp`). `make` may throw StartError. */
export function runProcess(
  make: (giveUp: (reason: unknown) => Promise<void>) => Program,
  { endWithStdin = false }: Options = {},
): void {
  // The terminal or the pipe may go away before the program does.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

  let program: Program | null = null;
  let ending = false;

  async function run(): Promise<void> {
    program = make(giveUp);
    console.log(await program.start());
  }

  async function giveUp(reason: unknown): Promise<void> {
    if (ending) return;
    ending = true;
    await program?.stop().catch(() => {});
    process.stderr.write(`${typeof reason === "string" ? reason : oneLine(reason)}\n`);
    process.exit(1);
  }

  async function onSignal(): Promise<void> {
    if (ending) {
      await program?.force();
      process.exit(1);
    }
    ending = true;
    console.log("Stopping ... (once more to force it)");
    try {
      await program?.stop();
      console.log("Stopped");
      process.exit(0);
    } catch (error) {
      process.stderr.write(`${oneLine(error)}\n`);
      process.exit(1);
    }
  }

  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  if (endWithStdin) process.stdin.resume().once("close", () => ending || onSignal());
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      giveUp(error instanceof StartError ? error : `Internal error of the launcher: ${oneLine(error)}`);
    });
  }

  run().catch(giveUp);
}
