// What an export holds, read as another server would.

import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import { expect } from "vitest";
import { download } from "../files/uploads.ts";
import type { Person } from "../harness/people.ts";
import { ended } from "../imports/support.ts";

export interface Exported {
  job: { id: string; data: Record<string, string> };
  /** Every line, in order. */
  lines: any[];
  /** Names of what is in the archive beside the lines. */
  files: string[];
}

/** Runs an export with these options, each "true". */
export async function exportNow(admin: Person, ...options: string[]): Promise<Exported> {
  const data = Object.fromEntries(options.map((name) => [name, "true"]));
  const { body } = await admin.request("POST", "jobs", { type: "export_process", data });
  const job = await ended(admin, body.id);
  expect([job.status, job.data.error]).toEqual(["success", undefined]);
  const { bytes } = await download(admin, `exports/${job.id}_export.zip`);
  const zip = new ZipReader(new BlobReader(new Blob([bytes as never])), { useWebWorkers: false });
  const entries = await zip.getEntries();
  const text: string = await (entries.find(({ filename }) => filename === "import.jsonl") as any).getData(
    new TextWriter(),
  );
  return {
    job,
    lines: text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
    files: entries.map(({ filename }) => filename).filter((name) => name !== "import.jsonl"),
  };
}
