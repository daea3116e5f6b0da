import type { Context } from "../../context.ts";
import type { Param } from "../../ports/sql/sql.ts";
import { bots, users } from "./lines/people.ts";
import { channels, directChannels, emoji, roles, teams } from "./lines/places.ts";
import { channelPosts, directPosts } from "./lines/posts.ts";
import { channelsOf, type Step } from "./lines/step.ts";
import type { ExportOptions } from "./options.ts";

/** Rows of one query at most, and characters that one is meant to give. */
const PAGE = 500;
const TEXT = 2_000_000;

/** The lines after the first, in the order of semantics 25.1. */
function stepsOf(options: ExportOptions): Step[] {
  return [
    ...(options.roles ? [roles] : []),
    teams,
    channels(options),
    users(options),
    bots(options),
    channelPosts(options),
    emoji,
    directChannels(options),
    directPosts(options),
  ];
}

/**
 * The export's lines after its first, page by page: each page is one query, and all that is in memory. Threads are long and
 * short, so a page's rows follow from the size of the page before. What is `missing` in the store is not named.
 */
export async function* exportLines(
  ctx: Context,
  options: ExportOptions,
  missing: Set<string>,
): AsyncGenerator<{ text: string; percent: number }> {
  let percent = 0;
  for (const step of stepsOf(options)) {
    let size = PAGE / 5;
    for (let after = ""; ; ) {
      const params = [after, size, ...(step.params ?? [])];
      const rows = await ctx.sql.query<{ k: string; line: string }>(step.sql, params);
      const text = rows.map(({ line }) => shaped(step, line, missing)).join("");
      if (text) yield { text, percent };
      if (rows.length < size) break;
      after = rows.at(-1)!.k;
      size = Math.max(1, Math.min(PAGE, Math.round((size * TEXT) / (text.length + 1))));
    }
    percent = step.until;
  }
}

/** A line with its end; "" for one that is nothing without the file that is missing. */
function shaped({ shape }: Step, line: string, missing: Set<string>): string {
  if (!shape && missing.size === 0) return `${line}\n`;
  const parsed = JSON.parse(line);
  shape?.(parsed);
  if (missing.size > 0) {
    if (missing.has(parsed.emoji?.image)) return "";
    const said = parsed.post ?? parsed.direct_post;
    for (const one of said ? [said, ...(said.replies ?? [])] : [])
      if (one.attachments)
        one.attachments = one.attachments.filter(({ path }: { path: string }) => !missing.has(path));
    const person = parsed.user ?? parsed.bot;
    if (missing.has(person?.profile_image)) delete person.profile_image;
  }
  return `${JSON.stringify(parsed)}\n`;
}

/** Paths in the store of what the lines name, page by page, and the share of them that came before, 0 to 1. */
export async function* exportedPaths(
  ctx: Context,
  options: ExportOptions,
): AsyncGenerator<{ paths: string[]; share: number }> {
  const kinds: { key: string; path: string; from: string; params: Param[] }[] = [
    {
      key: "e.id",
      path: "'emoji/' || e.id || '/image'",
      from: "emoji e WHERE e.deleteat = 0",
      params: [],
    },
  ];
  if (options.pictures)
    kinds.push({
      key: "u.id",
      path: "'users/' || u.id || '/profile.png'",
      from: "users u WHERE u.lastpictureupdate > 0",
      params: [],
    });
  if (options.attachments)
    kinds.push({
      key: "f.id",
      path: "f.path",
      from: `fileinfo f JOIN posts p ON p.id = f.postid JOIN channels c ON c.id = p.channelid LEFT JOIN teams t ON t.id = c.teamid
        WHERE f.deleteat = 0 AND f.postid <> '' AND f.createat <= $3::bigint AND p.deleteat = 0 AND p.originalid = ''
          AND p.type NOT LIKE 'system_%' AND coalesce(t.deleteat, 0) = 0 AND ${channelsOf(options)}`,
      params: [options.at],
    });
  let done = 0;
  const [count] = options.attachments
    ? await ctx.sql.query<{ n: number }>("SELECT count(*)::int AS n FROM fileinfo WHERE deleteat = 0")
    : [];
  for (const { key, path, from, params } of kinds) {
    for (let after = ""; ; ) {
      const rows = await ctx.sql.query<{ k: string; path: string }>(
        `SELECT ${key} AS k, ${path} AS path FROM ${from} AND ${key} > $1 ORDER BY ${key} LIMIT $2::int`,
        [after, PAGE, ...params],
      );
      if (rows.length > 0)
        yield { paths: rows.map((row) => row.path), share: done / Math.max(done, count?.n ?? 0, 1) };
      done += rows.length;
      if (rows.length < PAGE) break;
      after = rows.at(-1)!.k;
    }
  }
}
