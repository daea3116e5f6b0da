import { profilePicture } from "../../../users/image.ts";
import type { Packed } from "../../archive/archive.ts";
import { LineFailure, onLine } from "../../failure.ts";
import { rowsOf, type Work } from "../work.ts";

/** Bytes of a file of the archive, at most as many as its directory says. */
export async function bytesOf(file: Packed): Promise<Uint8Array> {
  const bytes = new Uint8Array(file.size);
  let size = 0;
  const read = file.open();
  for (let chunk = await read(); chunk; chunk = await read()) {
    if (size + chunk.length > bytes.length) break;
    bytes.set(chunk, size);
    size += chunk.length;
  }
  return bytes;
}

/** A file that the first pass has found. */
export function fileOf(work: Work, line: { number: number; kind: string }, path: string): Packed {
  const file = work.archive.find(path);
  if (!file) throw new LineFailure(line.number, line.kind, `the archive has no file "${path}"`);
  return file;
}

/** Whether the store has exactly these bytes at `path`. */
export async function isStored(work: Work, path: string, bytes: Uint8Array): Promise<boolean> {
  const file = await work.ctx.files.read(path);
  if (!file) return false;
  return Buffer.from(await new Response(file.body).arrayBuffer()).equals(bytes);
}

export interface Portrait {
  number: number;
  kind: string;
  userId: string;
  /** In the archive. */
  path: string;
}

/** Makes images of the archive pictures of users and bots; one that is there already is left alone. */
export async function writePortraits(work: Work, portraits: Portrait[]): Promise<void> {
  const changed: { id: string }[] = [];
  for (const portrait of portraits) {
    await work.step();
    const bytes = await bytesOf(fileOf(work, portrait, portrait.path));
    const picture = await onPortrait(work, portrait, bytes);
    if (await isStored(work, picture.path, picture.bytes)) continue;
    await work.ctx.files.write(picture.path, picture.bytes, "image/png");
    changed.push({ id: portrait.userId });
  }
  if (changed.length === 0) return;
  await work.ctx.sql.query(
    `WITH r AS (SELECT id FROM jsonb_to_recordset($1::jsonb) AS r(id varchar)),
     b AS (UPDATE bots SET lasticonupdate = $2::bigint WHERE userid IN (SELECT id FROM r))
     UPDATE users u SET lastpictureupdate = $2::bigint, updateat = greatest($2::bigint, updateat + 1) FROM r WHERE u.id = r.id`,
    [rowsOf(changed), work.at],
  );
}

const onPortrait = (work: Work, { number, kind, userId }: Portrait, bytes: Uint8Array) =>
  onLine(number, kind, () => profilePicture(work.ctx, userId, bytes));
