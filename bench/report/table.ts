import type { Figures, Line, Report } from "./report.ts";

/** Columns aligned: the first to the left, the others to the right. */
export function align(rows: string[][]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function renderTable(report: Report): string {
  const vs = report.targets.length > 1;
  const told = report.lines.some((l) => (l.ours ?? l.theirs)?.sql != null || l.ours?.cpuMs != null);
  const head = ["scenario", "rate", "unit"];
  if (vs) head.push("vs", "ratio");
  head.push("p50 ms");
  if (vs) head.push("vs", "ratio");
  head.push("p99 ms");
  if (vs) head.push("vs", "ratio");
  head.push("max ms", "errors");
  if (told) head.push("sql", "objects", "cpu ms");
  head.push("gen cpu");
  if (vs) head.push("bar");
  const rows = report.lines.map((line) => row(line, vs, told));
  const names = report.targets.map((t) => `${t.label}: ${t.url} (version ${t.version || "unknown"})`);
  return [...names, "", align([head, ...rows]), ...remarks(report)].join("\n");
}

function row(line: Line, vs: boolean, told: boolean): string[] {
  const { ours, theirs, ratio } = line;
  const three = (of: (f: Figures) => number, r: number | null | undefined) => {
    const a = ours ? short(of(ours)) : "-";
    return vs ? [a, theirs ? short(of(theirs)) : "-", times(r)] : [a];
  };
  const [rate, ...rates] = three((f) => f.rate, ratio?.rate);
  const cells = [line.name, rate!, line.paced ? `${line.unit}*` : line.unit, ...rates];
  cells.push(...three((f) => f.p50Ms, ratio?.p50), ...three((f) => f.p99Ms, ratio?.p99));
  cells.push(ours ? short(ours.maxMs) : "-", vs ? `${errors(ours)}/${errors(theirs)}` : errors(ours));
  if (told) cells.push(orDash(ours?.sql), orDash(ours?.objects), orDash(ours?.cpuMs));
  const cpu = line.generatorCpu;
  cells.push(cpu ? `${Math.round(Math.max(cpu.ours, cpu.theirs ?? 0) * 100)}%` : "");
  if (vs) cells.push(line.bar ? `${line.bar.rate}x ${line.bar.met ? "met" : "MISSED"}` : "");
  return cells;
}

function remarks(report: Report): string[] {
  const out: string[] = [];
  for (const line of report.lines) {
    for (const [i, side] of [line.ours, line.theirs].entries()) {
      if (!side) continue;
      const said = [
        ...Object.entries(side.errors)
          .sort((a, b) => b[1] - a[1])
          .slice(0, 5),
      ];
      const text = [...said, ...Object.entries(side.notes)].map(([what, n]) => `${n} x ${what}`).join(", ");
      const facts = Object.entries(side.facts).map(([what, n]) => `${n} ${what}`);
      if (facts.length > 0) out.push(`${line.name} at ${report.targets[i]!.label}: ${facts.join(", ")}`);
      if (text !== "") out.push(`${line.name} at ${report.targets[i]!.label}: ${text}`);
    }
    const busy = Math.max(line.generatorCpu?.ours ?? 0, line.generatorCpu?.theirs ?? 0);
    if (busy > 0.85) out.push(`${line.name}: the generator itself was busy, so the server may be faster`);
  }
  if (report.lines.some((l) => l.paced))
    out.push("* paced by the generator: compare latencies, not the rate");
  return out.length > 0 ? ["", ...out] : [];
}

const errors = (f: Figures | null): string =>
  f ? String(Object.values(f.errors).reduce((sum, n) => sum + n, 0)) : "-";

const orDash = (n: number | null | undefined): string => (n == null ? "-" : short(n));

const times = (n: number | null | undefined): string => (n == null ? "-" : `${n.toFixed(2)}x`);

/** Three figures are enough to read. */
function short(n: number): string {
  if (n >= 100 || n === 0) return n.toFixed(0);
  return n >= 10 ? n.toFixed(1) : n.toFixed(2);
}
