import { writeFileSync } from "node:fs";
import { BenchFailure } from "./failure.ts";
import { type Outcome, runScenario } from "./measure/runner.ts";
import { HELP, parseOptions } from "./options.ts";
import { disappoints, reportOf } from "./report/report.ts";
import { renderTable } from "./report/table.ts";
import { scenarios } from "./scenarios/index.ts";
import { prepare } from "./server/prepare.ts";

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const options = parseOptions(
    process.argv.slice(2),
    scenarios.map((s) => s.name),
    scenarios.filter((s) => s.cluster).map((s) => s.name),
  );
  if (options.help) {
    const about = scenarios.map((s) => `  ${s.name.padEnd(10)} ${s.about}`);
    console.log([HELP, "", "Scenarios:", ...about].join("\n"));
    return 0;
  }
  const progress = (label: string) => (text: string) => say(`prepare ${label}: ${text}`);
  const targets = [await prepare("ours", options.url, options.admin, options, progress("ours"))];
  if (options.vs !== null) {
    targets.push(await prepare("theirs", options.vs, options.vsAdmin, options, progress("theirs")));
  }
  const outcomes: Outcome[] = [];
  for (const name of options.scenarios) {
    const scenario = scenarios.find((s) => s.name === name)!;
    say(`run ${name}`);
    outcomes.push(await runScenario(scenario, targets, options));
  }
  const report = reportOf(options, targets, outcomes);
  console.log(renderTable(report));
  const json = JSON.stringify(report, null, options.json === null ? undefined : 2);
  if (options.json === null) console.log(`\n${json}`);
  else writeFileSync(options.json, `${json}\n`);
  return options.strict && disappoints(report) ? 2 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(
      error instanceof BenchFailure
        ? `bench: ${error.message}`
        : `bench: ${(error as Error)?.stack ?? error}`,
    );
    process.exit(1);
  },
);
