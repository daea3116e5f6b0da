import { caches } from "../../cache/caches.ts";
import type { KeywordIndex } from "../../cache/types.ts";
import type { Context } from "../../context.ts";

interface Row {
  id: string;
  username: string;
  first_name: string;
  mention_keys: string;
  by_first_name: boolean;
}

const KEY = "keywords";
/** So many changed users are not read one by one. */
const MAX_CHANGED = 200;

const SPECIAL = `SELECT id, username, firstname AS first_name, coalesce(notifyprops->>'mention_keys', '') AS mention_keys,
    coalesce(notifyprops->>'first_name', '') = 'true' AS by_first_name
  FROM users WHERE deleteat = 0 AND (coalesce(notifyprops->>'mention_keys', '') <> '' OR notifyprops->>'first_name' = 'true')`;

/**
 * Who is mentioned by other words than a username (semantics 2.4). One index for the whole install: a post looks its
 * words up here, and its statement keeps those that are members of the channel. So the cost of a post does not grow
 * with the channel. It is read once; of users whose settings changed since, only theirs are read again.
 */
export async function keywordIndex(ctx: Context): Promise<KeywordIndex> {
  const known = caches.keywords.get(KEY);
  const { changedKeywords } = caches;
  if (known && changedKeywords.size === 0) return known;
  const changes = [...changedKeywords];
  if (known && changes.length <= MAX_CHANGED) {
    const ids = changes.map(([id]) => id);
    const rows = await ctx.sql.query<Row>(`${SPECIAL} AND id = ANY($1::text[])`, [ids]);
    // Only of users that were not read by another request meanwhile, nor changed again.
    const unchanged = new Set(settle(changes));
    replace(
      known,
      unchanged,
      rows.filter((row) => unchanged.has(row.id)),
    );
    return known;
  }
  const guard = caches.keywords.guard();
  const index: KeywordIndex = { users: new Map(), words: new Map(), multibyte: new Set() };
  replace(index, [], await ctx.sql.query<Row>(SPECIAL));
  const other = caches.keywords.get(KEY);
  if (other && other !== known) return other;
  settle(changes);
  caches.keywords.fill(KEY, guard, index);
  return index;
}

/** Takes away the marks that are still the same; gives the users whose they were. */
function settle(changes: [id: string, mark: symbol][]): string[] {
  const same = changes.filter(([id, mark]) => caches.changedKeywords.get(id) === mark).map(([id]) => id);
  for (const id of same) caches.changedKeywords.delete(id);
  return same;
}

function replace(index: KeywordIndex, ids: Iterable<string>, rows: Row[]): void {
  for (const id of ids) remove(index, id);
  for (const row of rows) for (const word of wordsOf(row)) add(index, word, row.id);
}

function wordsOf({ username, first_name, mention_keys, by_first_name }: Row): Set<string> {
  const words = new Set(mention_keys.split(",").map((key) => key.trim().toLowerCase()));
  if (by_first_name) words.add(first_name);
  words.delete("");
  // The username itself is looked up by the statement.
  words.delete(`@${username}`);
  return words;
}

function add({ users, words, multibyte }: KeywordIndex, word: string, id: string): void {
  const ids = users.get(word);
  if (ids) ids.push(id);
  else users.set(word, [id]);
  const own = words.get(id);
  if (own) own.push(word);
  else words.set(id, [word]);
  if (/[^\0-\x7f]/.test(word)) multibyte.add(word);
}

function remove({ users, words, multibyte }: KeywordIndex, id: string): void {
  for (const word of words.get(id) ?? []) {
    const others = users.get(word)!.filter((other) => other !== id);
    if (others.length > 0) users.set(word, others);
    else {
      users.delete(word);
      multibyte.delete(word);
    }
  }
  words.delete(id);
}
