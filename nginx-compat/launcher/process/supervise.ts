import { setTimeout as sleep } from "node:timers/promises";
import { oneLine } from "../errors.ts";
import type { Running } from "./processes.ts";

const WINDOW_MS = 60_000;
const LIMIT = 5;

interface Hooks {
  log(line: string): void;
  /** Called after 5 failures within a minute; without it, it is tried for ever. */
  giveUp?(line: string): void;
}

/** Keeps a process running: one that dies is started again, later and later. The first start may throw. */
export class Supervisor {
  running: Running | null = null;
  private released = false;
  private launching: Promise<void> | null = null;
  private failures: number[] = [];
  private readonly what: string;
  private readonly launch: () => Promise<Running>;
  private readonly hooks: Hooks;

  constructor(what: string, launch: () => Promise<Running>, hooks: Hooks) {
    this.what = what;
    this.launch = launch;
    this.hooks = hooks;
  }

  start(): Promise<void> {
    this.launching = this.launch().then((running) => {
      this.running = running;
      running.exited.then((how) => {
        this.running = null;
        return this.died(how);
      });
    });
    return this.launching;
  }

  /** Ends the supervision, not the process, which is returned when it runs. */
  async release(): Promise<Running | null> {
    this.released = true;
    await this.launching?.catch(() => {});
    return this.running;
  }

  private async died(how: string): Promise<void> {
    let reason = how;
    while (!this.released) {
      const now = Date.now();
      this.failures = [...this.failures.filter((at) => at > now - WINDOW_MS), now];
      const count = this.failures.length;
      if (this.hooks.giveUp && count >= LIMIT) {
        this.hooks.giveUp(
          `${this.what} failed ${count} times within a minute, the last time with: ${reason}`,
        );
        return;
      }
      this.hooks.log(`${this.what} ended unexpectedly (${reason}): starting it again`);
      await sleep(Math.min(100 * 2 ** (count - 1), 5_000));
      if (this.released) return;
      try {
        await this.start();
        return;
      } catch (error) {
        reason = oneLine(error);
      }
    }
  }
}
