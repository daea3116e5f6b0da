import { BenchFailure, label } from "../failure.ts";
import type { Options } from "../options.ts";
import type { Target } from "../server/target.ts";
import { Meters } from "./meter.ts";
import type { Run, Scenario } from "./scenario.ts";

export interface Outcome {
  scenario: Scenario;
  /** One for each target, in their order. */
  results: Meters[];
}

/** The targets take turns within the scenario, each round in the other order, so that drift hits both alike. */
export async function runScenario(scenario: Scenario, targets: Target[], options: Options): Promise<Outcome> {
  const results = targets.map(() => new Meters());
  const runs: Run[] = [];
  try {
    for (const target of targets) {
      runs.push(await during(scenario, target, () => scenario.start(target, options)));
    }
    if (options.warm > 0) for (const run of runs) await run.slice(options.warm, new Meters());
    const turns = targets.map((_, i) => i);
    for (let round = 0; round < options.rounds; round++) {
      for (const i of turns) await measured(runs[i]!, options.seconds / options.rounds, results[i]!);
      turns.reverse();
    }
  } finally {
    for (const run of runs) run.close();
  }
  for (const [i, target] of targets.entries()) checkAlive(scenario, target, results[i]!);
  return { scenario, results };
}

async function measured(run: Run, seconds: number, meters: Meters): Promise<void> {
  const before = process.cpuUsage();
  await run.slice(seconds, meters);
  const used = process.cpuUsage(before);
  meters.cpuSeconds += (used.user + used.system) / 1e6;
}

async function during<T>(scenario: Scenario, target: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new BenchFailure(`${scenario.name} at ${target.base.url}: ${label(error)}`);
  }
}

/** Figures of a server that refused everything would mislead. */
function checkAlive(scenario: Scenario, target: Target, meters: Meters): void {
  const all = meters.all();
  if (all[0]!.count > 0) return;
  const errors = all.flatMap((m) => [...m.errors]).sort((a, b) => b[1] - a[1]);
  const why = errors[0] ? `${errors[0][1]} x ${errors[0][0]}` : "nothing arrived";
  throw new BenchFailure(`${scenario.name} at ${target.base.url}: no success at all, ${why}`);
}
