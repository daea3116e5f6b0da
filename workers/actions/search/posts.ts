import { POST_TEXT, postFrom } from "../../model/post.ts";
import { TEXT_SEPARATOR } from "../../model/post-list.ts";
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

/** One row: POST_TEXT of what was found, newest first, joined by TEXT_SEPARATOR. */
export interface FoundPosts {
  texts: string | null;
}

/**
 * One page of the posts that match, newest first (semantics 21). Texts are compared with the 'english' configuration,
 * whatever the database's default is: that is what the indexes hold (21.5).
 *
 * The planner is not left to guess, for a wrong guess reads the whole table. Words and authors: all matches by their
 * index, then the newest of them. Channels only: the newest of each by its index. Neither: newest first until enough.
 */
export function postsStatement(
  scope: SearchScope,
  search: ParsedSearch,
  orTerms: boolean,
  page: Page,
): Statement {
  const p = new Params();
  const places = placesPart(p, scope, search);
  const conditions = [
    "p.deleteat = 0 AND p.type NOT LIKE 'system\\_%'",
    ...authorConditions(p, scope, search, "p.userid"),
    ...dateConditions(p, search, "p.createat"),
    `(${search.groups.map((group) => groupCondition(p, group, orTerms)).join(" OR ")})`,
  ].join(" AND ");
  const order = "ORDER BY createat DESC, id DESC";
  const limit = p.add(page.limit, "int");
  const offset = p.add(page.offset, "int");
  const indexed = search.from.length > 0 || search.groups.every((group) => group.include !== "");
  // IS TRUE keeps the channels a mere filter: there may be many, and large ones.
  const filtered = `SELECT p.id, p.createat FROM posts p WHERE ${conditions} AND (p.channelid IN (SELECT id FROM places)) IS TRUE`;
  const perPlace = `SELECT n.id, n.createat FROM places, LATERAL (SELECT p.id, p.createat FROM posts p
      WHERE p.channelid = places.id AND ${conditions} ORDER BY p.createat DESC, p.id DESC LIMIT ${limit} + ${offset}) n`;
  const hits = indexed
    ? `${search.from.length === 0 ? recentFirst(filtered, `${limit} + ${offset}`) : `hits AS MATERIALIZED (${filtered})`}, `
    : "";
  const source = indexed ? "SELECT * FROM hits" : search.in.length > 0 ? perPlace : filtered;
  const text = `WITH ${places}, ${hits}
    picked AS MATERIALIZED (${source} ${order} LIMIT ${limit} OFFSET ${offset})
    SELECT string_agg(${POST_TEXT}, ${TEXT_SEPARATOR} ORDER BY p.createat DESC, p.id DESC) AS texts
    FROM ${postFrom("(SELECT * FROM posts WHERE id = ANY(ARRAY(SELECT id FROM picked)))")}`;
  return { text, params: p.values };
}

/** Newest posts that are looked at before the index is asked. */
const RECENT = 200;

/** Words that everybody uses fill the page from the newest posts; only otherwise all matches are gathered. */
function recentFirst(filtered: string, wanted: string): string {
  const recent = filtered.replace(
    "FROM posts p",
    `FROM (SELECT * FROM posts ORDER BY createat DESC, id DESC LIMIT ${RECENT}) p`,
  );
  const enough = `(SELECT count(*) FROM recent) >= ${wanted}`;
  return `recent AS MATERIALIZED (${recent}),
    hits AS MATERIALIZED (SELECT * FROM recent WHERE ${enough} UNION ALL ${filtered} AND NOT ${enough})`;
}

const MESSAGE = "to_tsvector('english', p.message)";
const HASHTAGS = "to_tsvector('english', p.hashtags)";
const TAGS = "string_to_array(lower(p.hashtags), ' ')";

function groupCondition(p: Params, group: SearchGroup, orTerms: boolean): string {
  const query = (text: string) => `to_tsquery('english', ${p.add(text, "text")})`;
  const conditions: string[] = [];
  if (group.include) conditions.push(`${group.hashtag ? HASHTAGS : MESSAGE} @@ ${query(group.include)}`);
  if (group.hashtags.length > 0)
    conditions.push(`${TAGS} ${orTerms ? "&&" : "@>"} ${p.add(group.hashtags, "text[]")}`);
  if (group.exclude) conditions.push(`NOT ${MESSAGE} @@ ${query(group.exclude)}`);
  if (group.excludedHashtags.length > 0)
    conditions.push(`NOT ${TAGS} && ${p.add(group.excludedHashtags, "text[]")}`);
  return conditions.length > 0 ? `(${conditions.join(" AND ")})` : "true";
}
