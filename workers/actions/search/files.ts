import type { FileInfo } from "../../model/file.ts";
import { FILE_JSON } from "../../model/post.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import type { ParsedSearch, SearchGroup } from "../../text/search/search.ts";
import {
  authorConditions,
  dateConditions,
  type Page,
  Params,
  placesPart,
  type SearchScope,
} from "./scope.ts";

/** One row: what was found, newest first. */
export interface FoundFiles {
  files: FileInfo[] | null;
}

/** One page of the files that match by name or content, newest first (semantics 11.13). */
export function filesStatement(scope: SearchScope, search: ParsedSearch, page: Page): Statement {
  const p = new Params();
  const places = placesPart(p, scope, search);
  const words = search.groups.every((group) => group.include !== "");
  const conditions = [
    "f.deleteat = 0 AND f.postid <> ''",
    // Files from before they knew their channel have '' there: the post tells, and words find them.
    words
      ? "(f.channelid = '' OR f.channelid IN (SELECT id FROM places)) IS TRUE"
      : "f.channelid IN (SELECT id FROM places)",
    "(EXISTS (SELECT 1 FROM posts p WHERE p.id = f.postid AND p.deleteat = 0 AND p.channelid IN (SELECT id FROM places))) IS TRUE",
    ...authorConditions(p, scope, search, "f.creatorid"),
    ...dateConditions(p, search, "f.createat"),
    ...(search.ext.length > 0 ? [`f.extension = ANY(${p.add(search.ext, "text[]")})`] : []),
    ...(search.notExt.length > 0 ? [`f.extension <> ALL(${p.add(search.notExt, "text[]")})`] : []),
    `(${search.groups.map((group) => groupCondition(p, group)).join(" OR ")})`,
  ];
  const text = `WITH ${places},
    hits AS MATERIALIZED (SELECT f.id, f.createat FROM fileinfo f WHERE ${conditions.join(" AND ")}),
    picked AS MATERIALIZED (SELECT id FROM hits ORDER BY createat DESC, id DESC
      LIMIT ${p.add(page.limit, "int")} OFFSET ${p.add(page.offset, "int")})
    SELECT json_agg(${FILE_JSON} ORDER BY f.createat DESC, f.id DESC) AS files FROM fileinfo f WHERE f.id = ANY(ARRAY(SELECT id FROM picked))`;
  return { text, params: p.values };
}

/**
 * As the three indexes have them, and what each is asked. The name in words takes the query in words, too: else
 * `yearly-report.pdf`, one word to PostgreSQL, were not found by what the file is called.
 */
const TEXTS: [text: string, query: (words: string) => string][] = [
  ["f.name", (words) => words],
  ["translate(f.name, '.,-', '   ')", (words) => `translate(${words}, '.,', '  ')`],
  ["f.content", (words) => words],
];

/** Hashtags are words like others here: files have none. */
function groupCondition(p: Params, { include, exclude }: SearchGroup): string {
  const any = (words: string) => {
    const asked = p.add(words, "text");
    const match = ([text, query]: (typeof TEXTS)[0]) =>
      `to_tsvector('english', ${text}) @@ to_tsquery('english', ${query(asked)})`;
    return `(${TEXTS.map(match).join(" OR ")})`;
  };
  const conditions = [
    ...(include ? [any(include)] : []),
    ...(exclude ? [`${any(exclude)} IS NOT TRUE`] : []),
  ];
  return conditions.length > 0 ? conditions.join(" AND ") : "true";
}
