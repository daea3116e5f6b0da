import { setTimeout as sleep } from "node:timers/promises";
import { oneLine, StartError } from "../../launcher/errors.ts";
import { type Running, stop } from "../../launcher/process/processes.ts";

type Steps = [signal: NodeJS.Signals, waitMs: number][];

interface Hooks {
  log(line: string): void;
  /** Its process has come or gone. */
  changed(): void;
}

interface ServiceOptions extends Hooks {
  /** Resolves once it serves. */
  launch: () => Promise<Running>;
  steps: Steps;
  /** Start it again when it ends unexpectedly. */
  restart: boolean;
}

/** A part of the cluster that can be stopped and started, one at a time. */
export class Service {
  readonly name: string;
  running: Running | null = null;
  private readonly options: ServiceOptions;
  private stopping = false;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(name: string, options: ServiceOptions) {
    this.name = name;
    this.options = options;
  }

  get pid(): number | null {
    return this.running?.pid ?? null;
  }

  start(): Promise<void> {
    return this.inTurn(async () => {
      if (this.running) throw new StartError(`${this.name} is running`);
      await this.launch();
    });
  }

  /** By its own steps, or others; nothing to do when it does not run. */
  stop(steps: Steps = this.options.steps): Promise<void> {
    return this.inTurn(async () => {
      const { running } = this;
      if (!running) return;
      this.stopping = true;
      await stop(running, steps);
      await running.exited;
      this.stopping = false;
    });
  }

  private async launch(): Promise<void> {
    const running = await this.options.launch();
    this.running = running;
    running.exited.then((how) => {
      this.running = null;
      this.options.changed();
      if (!this.stopping) this.died(how);
    });
    this.options.changed();
  }

  private async died(how: string): Promise<void> {
    const { log, restart } = this.options;
    log(`${this.name} ended (${how})${restart ? ": starting it again" : ""}`);
    for (let tries = 0; restart && !this.running; tries++) {
      await sleep(Math.min(100 * 2 ** tries, 5_000));
      // Someone else may have started it, or the whole cluster ends.
      if (this.running || this.stopping) return;
      await this.start().catch((error) => log(`${this.name} did not start again: ${oneLine(error)}`));
    }
  }

  /** Ends the supervision: no more automatic starts. */
  release(): void {
    this.options.restart = false;
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }
}
