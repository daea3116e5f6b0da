import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import type { Emoji } from "../../model/emoji.ts";
import { type Row, SqlError, type Statement } from "../../ports/sql/sql.ts";
import { imagePath } from "./create.ts";

const ATTEMPTS = 3;
const DEADLOCK = "40P01";

/**
 * Deletes an emoji and all reactions with it (semantics 7.7, 17.7). One batch, which reads every reaction: there is no
 * index on their names. Whoever reacts meanwhile may hold the rows in another order, so a deadlock is tried again.
 * Its image stays under another name. Throws 404.
 */
export async function doDeleteEmoji(ctx: Context, { id, name }: Emoji): Promise<void> {
  const [deleted] = await withoutDeadlock(ctx, statements(id, name));
  if (deleted!.length === 0) throw fail("app.emoji.get.no_result");
  // Pages of posts show reactions and emoji; which ones is not known, so all are forgotten.
  await publish(ctx, "system", [], [{ kind: "emoji" }]);
  ctx.background(ctx.files.move(imagePath(id), `${imagePath(id)}_deleted`));
}

async function withoutDeadlock(ctx: Context, batch: Statement[]): Promise<Row[][]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ctx.sql.batch(batch);
    } catch (error) {
      const again = error instanceof SqlError && error.code === DEADLOCK && attempt < ATTEMPTS;
      if (!again) throw error;
    }
  }
}

function statements(id: string, name: string): Statement[] {
  const now = Date.now();
  return [
    {
      text: "UPDATE emoji SET deleteat = $2::bigint, updateat = $2::bigint WHERE id = $1 AND deleteat = 0 RETURNING id",
      params: [id, now],
    },
    {
      text: `WITH gone AS (UPDATE reactions SET deleteat = $2::bigint, updateat = $2::bigint
          WHERE emojiname = $1 AND coalesce(deleteat, 0) = 0 RETURNING postid)
        UPDATE posts p SET updateat = greatest(p.updateat, $2::bigint), hasreactions = EXISTS (SELECT FROM reactions o
          WHERE o.postid = p.id AND coalesce(o.deleteat, 0) = 0 AND o.emojiname <> $1)
        WHERE p.id IN (SELECT postid FROM gone)`,
      params: [name, now],
    },
  ];
}
