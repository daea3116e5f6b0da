/** Hashtags of a message (rule 1.16). */
import { byteLength } from "./clean.ts";

/** Unicode White_Space; JavaScript's \s differs in U+0085 and U+FEFF. */
const SPACES = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const KEPT = /[\p{L}\d]/u;
const BODY = /^\p{L}[\p{L}\d\-_.]+$/u;
const MAX_BYTES = 1000;

/** Cuts trailing runes that are neither letter nor digit. */
function trimEnd(word: string): string {
  let end = word.length;
  while (end > 0) {
    const low = word.charCodeAt(end - 1);
    const pair = low >= 0xdc00 && low <= 0xdfff && end > 1;
    if (KEPT.test(word.slice(pair ? end - 2 : end - 1, end))) break;
    end--;
  }
  return word.slice(0, end);
}

/** The hashtag that a word without white space holds after trimming (`##` collapsed), or null. */
export function hashtagOf(word: string): string | null {
  const start = word.indexOf("#");
  if (start < 0 || (start > 0 && KEPT.test(word.slice(0, start)))) return null;
  let name = start + 1;
  while (word.charCodeAt(name) === 35) name++;
  const body = trimEnd(word.slice(name));
  return BODY.test(body) ? `#${body}` : null;
}

/** The hashtags joined by a space, at most 1000 bytes, cut at a tag. */
export function hashtagsOf(message: string): string {
  if (!message.includes("#")) return "";
  let tags = "";
  let bytes = 0;
  for (const word of message.split(SPACES)) {
    const tag = hashtagOf(word);
    if (tag === null) continue;
    bytes += byteLength(tag) + (tags === "" ? 0 : 1);
    if (bytes > MAX_BYTES) break;
    tags += tags === "" ? tag : ` ${tag}`;
  }
  return tags;
}
