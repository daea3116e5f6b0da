import { configure, ZipWriter } from "@zip.js/zip.js";
import { SERVER_VERSION } from "../../config/version.ts";
import type { Context } from "../../context.ts";
import type { Job } from "../../model/job.ts";
import type { Progress } from "../jobs/run.ts";
import { exportedPaths, exportLines } from "./lines.ts";
import { exportPath } from "./store.ts";

configure({ useWebWorkers: false });

/**
 * Job export_process (semantics 25): the whole install as `<job id>_export.zip` with import.jsonl, and with
 * `include_attachments` the files in data/. Everything is streamed: what is in memory is one page of rows. The store has the
 * whole archive or nothing.
 */
export async function exportProcess(
  ctx: Context,
  job: Job,
  progress: Progress,
): Promise<Record<string, string>> {
  const archived = job.data.include_archived_channels === "true";
  const name = `${job.id}_export.zip`;
  const pipe = new TransformStream<Uint8Array, Uint8Array>();
  const stored = ctx.files.write(exportPath(ctx, name), pipe.readable, "application/zip");
  let missing = 0;
  const pack = async () => {
    const zip = new ZipWriter(pipe.writable, { zip64: true });
    await zip.add("import.jsonl", linesOf(ctx, archived, progress));
    if (job.data.include_attachments === "true") {
      for await (const paths of exportedPaths(ctx, archived)) {
        for (const path of paths) {
          await progress.step(90);
          const file = await ctx.files.read(path);
          if (file) await zip.add(`data/${path}`, file.body, { level: 0 });
          else missing++;
        }
      }
    }
    await zip.close();
  };
  const packed = pack().catch(async (error) => {
    await pipe.writable.abort(error).catch(() => undefined);
    throw error;
  });
  const [work, write] = await Promise.allSettled([packed, stored]);
  if (work.status === "rejected") throw work.reason;
  if (write.status === "rejected") throw write.reason;
  return missing > 0 ? { missing_files: String(missing) } : {};
}

function linesOf(ctx: Context, archived: boolean, progress: Progress): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const info = { generator: "edgemost", version: SERVER_VERSION, created: new Date().toISOString() };
  let first = true;
  const pages = exportLines(ctx, archived);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (first) {
        first = false;
        controller.enqueue(encoder.encode(`${JSON.stringify({ type: "version", version: 1, info })}\n`));
        return;
      }
      const { done, value } = await pages.next();
      if (done) return controller.close();
      await progress.step(value.percent);
      controller.enqueue(encoder.encode(value.text));
    },
  });
}
