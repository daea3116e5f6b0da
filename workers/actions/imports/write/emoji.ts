import { newId } from "../../../model/id.ts";
import { fitted, imagePath } from "../../emoji/create.ts";
import { onLine } from "../failure.ts";
import type { Of } from "../lines/parse.ts";
import { bytesOf, fileOf, isStored } from "./people/images.ts";
import { rowsOf, run, type Work } from "./work.ts";

/** Custom emoji by name; the image of one that is there is replaced by another one (semantics 17.7). */
export async function writeEmoji(work: Work, lines: Of<"emoji">[]): Promise<void> {
  const { ctx, at } = work;
  const found = await ctx.sql.query<{ id: string; name: string }>(
    "SELECT id, name FROM emoji WHERE name = ANY($1::text[]) AND deleteat = 0",
    [lines.map(({ value }) => value.name)],
  );
  const ids = new Map(found.map(({ id, name }) => [name, id]));
  const made = new Map<string, string>();
  for (const line of lines) {
    await work.step();
    const { name, image: path } = line.value;
    const bytes = await bytesOf(fileOf(work, line, path));
    const image = await onLine(line.number, line.kind, () => fitted(ctx, bytes));
    const known = ids.get(name) ?? made.get(name);
    const id = known ?? newId();
    if (!known) made.set(name, id);
    if (!known || !(await isStored(work, imagePath(id), image.bytes)))
      await ctx.files.write(imagePath(id), image.bytes, image.mime);
  }
  const rows = [...made].map(([name, id]) => ({ name, id }));
  if (rows.length === 0) return;
  await run(work, [
    {
      text: `INSERT INTO emoji (id, createat, updateat, deleteat, creatorid, name)
        SELECT r.id, $2::bigint, $2::bigint, 0, '', r.name FROM jsonb_to_recordset($1::jsonb) AS r(id varchar, name varchar)
        ON CONFLICT (name, deleteat) DO NOTHING`,
      params: [rowsOf(rows), at],
    },
  ]);
}
