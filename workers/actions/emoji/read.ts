import type { Context } from "../../context.ts";
import { EMOJI_COLUMNS, type Emoji } from "../../model/emoji.ts";

const MAX_FOUND = 100;
const LIVE = `SELECT ${EMOJI_COLUMNS} FROM emoji e WHERE e.deleteat = 0`;

export async function emojiById(ctx: Context, id: string): Promise<Emoji | undefined> {
  const [found] = await ctx.sql.query<Emoji>(`${LIVE} AND e.id = $1`, [id]);
  return found;
}

/** The live ones of those names, by name. */
export function emojiByNames(ctx: Context, names: string[]): Promise<Emoji[]> {
  return ctx.sql.query<Emoji>(`${LIVE} AND e.name = ANY($1::text[]) ORDER BY e.name`, [names]);
}

/** One page of all live ones, by name or by age. */
export function emojiPage(
  ctx: Context,
  byName: boolean,
  { perPage, offset }: { perPage: number; offset: number },
): Promise<Emoji[]> {
  const order = byName ? "e.name" : "e.createat, e.id";
  return ctx.sql.query<Emoji>(`${LIVE} ORDER BY ${order} LIMIT $1 OFFSET $2`, [perPage, offset]);
}

/** At most 100 whose name begins with (or, without `prefixOnly`, holds) `term`, whatever its case (semantics 17.7). */
export function findEmoji(ctx: Context, term: string, prefixOnly: boolean): Promise<Emoji[]> {
  const literal = term.replace(/[\\%_]/g, "\\$&");
  const pattern = `${prefixOnly ? "" : "%"}${literal}%`;
  return ctx.sql.query<Emoji>(`${LIVE} AND e.name ILIKE $1 ORDER BY e.name LIMIT ${MAX_FOUND}`, [pattern]);
}
