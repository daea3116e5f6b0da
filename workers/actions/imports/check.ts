import type { Context } from "../../context.ts";
import { checkEmojiName, MAX_IMAGE } from "../emoji/create.ts";
import type { Archive } from "./archive/archive.ts";
import { LineFailure, onLine } from "./failure.ts";
import { type Parsed, parseLine, parseVersion } from "./lines/parse.ts";
import { References } from "./references.ts";

/**
 * The first pass: every line is looked at before anything is written. Throws LineFailure for the first that cannot be
 * imported. `step` is told which share of the lines is done, 0 to 1.
 */
export async function checkLines(
  ctx: Context,
  archive: Archive,
  step: (share: number) => Promise<void>,
): Promise<void> {
  const references = new References();
  await references.load(ctx);
  let first = true;
  try {
    for await (const line of archive.lines()) {
      await step(line.read / archive.size);
      if (first) {
        parseVersion(line);
        first = false;
        continue;
      }
      const parsed = parseLine(line);
      await checkFiles(ctx, archive, parsed);
      references.add(parsed);
    }
  } catch (error) {
    // A name that an earlier line says in vain is the first failure.
    if (error instanceof LineFailure) await references.check(ctx, () => step(1));
    throw error;
  }
  if (first) throw new LineFailure(1, "version", "the file has no lines");
  await references.check(ctx, () => step(1));
}

/** Throws LineFailure for a file that the archive lacks, or that is too large. */
async function checkFiles(ctx: Context, archive: Archive, line: Parsed): Promise<void> {
  const { number, kind } = line;
  const limit = ctx.config.FileSettings.MaxFileSize;
  const check = (path: string, max: number) => {
    const file = archive.find(path);
    if (!file) throw new LineFailure(number, kind, `the archive has no file "${path}"`);
    if (file.size > max)
      throw new LineFailure(number, kind, `the file "${path}" is larger than ${max} bytes`);
  };
  if (kind === "emoji") {
    await onLine(number, kind, async () => checkEmojiName(line.value.name));
    check(line.value.image, MAX_IMAGE);
  } else if (kind === "user" || kind === "bot") {
    if (line.value.profile_image) check(line.value.profile_image, limit);
  } else if (kind === "post" || kind === "direct_post") {
    for (const said of [line.value, ...(line.value.replies ?? [])])
      for (const { path } of said.attachments ?? []) check(path, limit);
  }
}
