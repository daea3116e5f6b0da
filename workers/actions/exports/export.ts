import { SERVER_VERSION } from "../../config/version.ts";
import type { Context } from "../../context.ts";
import type { Job } from "../../model/job.ts";
import { ZipWriter } from "../../zip.ts";
import { JobFailure } from "../jobs/failure.ts";
import type { Progress } from "../jobs/run.ts";
import { type ExportOptions, optionsOf } from "./options.ts";
import { exportedPaths, exportLines } from "./pages.ts";
import { exportFiles, exportPath } from "./store.ts";

/** A store that lacks more files than this is not the right one. */
const MAX_MISSING = 10_000;

/**
 * Job export_process (semantics 25): the whole install as `<job id>_export.zip` with import.jsonl, and in data/ the images of
 * emoji and what the job's data asks for. Files come first: lines name only those that the archive has. Everything is
 * streamed: what is in memory is one page of rows. The store has the whole archive or nothing.
 */
export async function exportProcess(
  ctx: Context,
  job: Job,
  progress: Progress,
): Promise<Record<string, string>> {
  const options = optionsOf(job, Date.now());
  const pipe = new TransformStream<Uint8Array, Uint8Array>();
  const path = exportPath(ctx, `${job.id}_export.zip`);
  const stored = exportFiles(ctx).write(path, pipe.readable, "application/zip");
  const missing = new Set<string>();
  const pack = async () => {
    const zip = new ZipWriter(pipe.writable, { zip64: true });
    await packFiles(ctx, zip, options, missing, progress);
    await zip.add("import.jsonl", linesOf(ctx, options, missing, progress));
    await zip.close();
  };
  const packed = pack().catch(async (error) => {
    await pipe.writable.abort(error).catch(() => undefined);
    throw error;
  });
  const [work, write] = await Promise.allSettled([packed, stored]);
  if (work.status === "rejected") throw work.reason;
  if (write.status === "rejected") throw write.reason;
  return missing.size > 0 ? { missing_files: String(missing.size) } : {};
}

async function packFiles(
  ctx: Context,
  zip: ZipWriter<unknown>,
  options: ExportOptions,
  missing: Set<string>,
  progress: Progress,
): Promise<void> {
  for await (const { paths, share } of exportedPaths(ctx, options)) {
    for (const path of paths) {
      await progress.step(Math.round(share * 50));
      const file = await ctx.files.read(path);
      if (file) await zip.add(`data/${path}`, file.body, { level: 0 });
      else missing.add(path);
      if (missing.size > MAX_MISSING)
        throw new JobFailure(`the store lacks more than ${MAX_MISSING} files of this install`);
    }
  }
}

function linesOf(
  ctx: Context,
  options: ExportOptions,
  missing: Set<string>,
  progress: Progress,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const info = { generator: "edgemost", version: SERVER_VERSION, created: new Date().toISOString() };
  let first = true;
  const pages = exportLines(ctx, options, missing);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (first) {
        first = false;
        controller.enqueue(encoder.encode(`${JSON.stringify({ type: "version", version: 1, info })}\n`));
        return;
      }
      const { done, value } = await pages.next();
      if (done) return controller.close();
      await progress.step(50 + Math.round(value.percent / 2));
      controller.enqueue(encoder.encode(value.text));
    },
  });
}
