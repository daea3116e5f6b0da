import type { Context } from "../../context.ts";
import type { Job } from "../../model/job.ts";
import { JobFailure } from "../jobs/failure.ts";
import type { Progress } from "../jobs/run.ts";
import { type Archive, openArchive } from "./archive/archive.ts";
import { checkLines } from "./check.ts";
import { parseLine } from "./lines/parse.ts";
import { importPath, isImportName } from "./store.ts";
import { newWork } from "./write/work.ts";
import { type Batches, writeAll } from "./write/write.ts";

/** Percent done after the first pass, and after the second. */
const CHECKED = 30;
const WRITTEN = 95;
/** Lines between two looks at the clock. */
const LINES = 200;

/**
 * Job import_process (semantics 25): reads `data.import_file` twice, first to see that all of it can be imported, then to write it
 * in batches. It may be run again, from its start, after any end: what is there already is left as it is. What is in memory is a
 * batch, the archive's directory, and the names in it. Throws JobFailure, LineFailure, JobEnded.
 */
export async function importProcess(
  ctx: Context,
  job: Job,
  progress: Progress,
): Promise<Record<string, string>> {
  const name = job.data.import_file ?? "";
  const path = importPath(ctx, name);
  const stat = isImportName(name) ? await ctx.files.stat(path) : null;
  if (!stat) throw new JobFailure(`there is no import file "${name}"`);
  const archive = await openArchive(ctx, path, stat.size);
  let percent = 0;
  const step = (now: number) => {
    percent = Math.max(percent, Math.floor(now));
    return progress.step(percent);
  };
  await checkLines(
    ctx,
    archive,
    every(LINES, (share) => step(share * CHECKED)),
  );
  const work = newWork({
    ctx,
    archive,
    at: job.create_at,
    extract: job.data.extract_content !== "false",
    step: () => step(percent),
  });
  const lines = every(LINES, (share) => step(CHECKED + share * (WRITTEN - CHECKED)));
  await writeAll(
    work,
    (batches) => addLines(batches, archive, lines),
    (share) => step(WRITTEN + share * (100 - WRITTEN)),
  );
  return {};
}

async function addLines(
  batches: Batches,
  archive: Archive,
  step: (share: number) => Promise<void>,
): Promise<void> {
  let first = true;
  for await (const line of archive.lines()) {
    await step(line.read / archive.size);
    if (!first) await batches.add(parseLine(line), line.text.length);
    first = false;
  }
}

/** `step` at the first and then at every `count`th call. */
function every(count: number, step: (share: number) => Promise<void>): (share: number) => Promise<void> {
  let calls = 0;
  return async (share) => {
    if (calls++ % count === 0) await step(share);
  };
}
