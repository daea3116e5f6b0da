// Figures of the fault tests, one JSON line each, for the README: `npx vitest run --project cluster | grep '^{"fault"'`.

import { appendFileSync } from "node:fs";

export function report(fault: string, figures: Record<string, number | string>): void {
  const line = JSON.stringify({ fault, ...figures });
  console.log(line);
  if (process.env.FAULT_RESULTS) appendFileSync(process.env.FAULT_RESULTS, `${line}\n`);
}

export function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}
