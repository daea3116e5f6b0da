// Imports through the front door: an archive, its upload, the job.

import { BlobReader, BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js";
import { expect } from "vitest";
import type { Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

export type Files = Record<string, Uint8Array | string>;

/** A zip of import.jsonl with these lines (objects, or text as it is) and of `files`. */
export async function archiveOf(lines: (object | string)[], files: Files = {}): Promise<Uint8Array> {
  const zip = new ZipWriter(new BlobWriter("application/zip"), { useWebWorkers: false });
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  await zip.add("import.jsonl", new TextReader(`${text}\n`));
  for (const [name, bytes] of Object.entries(files))
    await zip.add(name, new BlobReader(new Blob([bytes as never])));
  return new Uint8Array(await (await zip.close()).arrayBuffer());
}

export const VERSION = { type: "version", version: 1 };

/** Uploads an import; its name. */
export async function uploadImport(admin: Person, bytes: Uint8Array, filename = "a.zip"): Promise<string> {
  const { body, status, text } = await admin.request("POST", "uploads", {
    type: "import",
    filename,
    file_size: bytes.length,
  });
  if (status !== 201) throw new Error(text);
  const sent = await fetch(`${admin.node.url}/api/v4/uploads/${body.id}`, {
    method: "POST",
    headers: { authorization: `Bearer ${admin.token}` },
    body: bytes as never,
  });
  if (sent.status !== 200) throw new Error(`${sent.status} ${await sent.text()}`);
  return ((await sent.json()) as { name: string }).name;
}

export async function startImport(admin: Person, name: string): Promise<string> {
  const { status, body, text } = await admin.request("POST", "jobs", {
    type: "import_process",
    data: { import_file: name },
  });
  if (status !== 201) throw new Error(text);
  return body.id;
}

/** The job once it has ended. */
export async function ended(admin: Person, id: string) {
  for (;;) {
    const { body } = await admin.request("GET", `jobs/${id}`);
    if (!["pending", "in_progress", "cancel_requested"].includes(body.status)) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Uploads and runs an import; the job as it ended. */
export async function importNow(admin: Person, lines: (object | string)[], files: Files = {}) {
  return ended(admin, await startImport(admin, await uploadImport(admin, await archiveOf(lines, files))));
}

/** The same, for one that has to succeed. */
export async function imported(admin: Person, lines: (object | string)[], files: Files = {}) {
  const job = await importNow(admin, lines, files);
  expect([job.status, job.data.error]).toEqual(["success", undefined]);
  return job;
}

const TABLES =
  `users teams teammembers channels publicchannels channelmembers channelmemberhistory posts threads threadmemberships
  reactions fileinfo preferences emoji bots roles sidebarcategories sidebarchannels`.split(/\s+/);
/** What a login changes. */
const VOLATILE = ["lastlogin", "failedattempts"];

/** Every row of what imports write, as text by table. */
export async function tables(node: { databaseUrl: string }): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const table of TABLES) {
    const rows = await database(node).unsafe(
      `select (to_jsonb(t) - '{${VOLATILE.join(",")}}'::text[])::text as row from ${table} t`,
    );
    all[table] = rows.map(({ row }) => row as string).sort();
  }
  return all;
}
