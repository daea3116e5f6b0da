/** Parser of search terms (rules 21.2-21.5, 21.7, 11.13). */
import { hashtagOf } from "../hashtags.ts";
import { joinTerms, lexeme, MAX_TERMS, type Term, termsOf } from "./tsquery.ts";

/**
 * One query; the results of all groups are merged (21.3) and each applies the flags and both kinds of exclusion:
 * `<column> @@ to_tsquery(include) AND NOT to_tsvector(message) @@ to_tsquery(exclude)` and the tags, where '' and []
 * stand for no condition. (Exclusions hold in every group, so that `word -#tag` does what it says.)
 */
export type SearchGroup = {
  /** Which column `include` is for: false: to_tsvector(message), true: to_tsvector(hashtags). */
  hashtag: boolean;
  /** Text for to_tsquery(); '' when nothing is required. */
  include: string;
  /** Text for to_tsquery() on the message, without the "!". */
  exclude: string;
  /** Hashtag groups: lower-case tags with "#"; a post must have all of them as whole tags, with orTerms one of them. */
  hashtags: string[];
  /** Lower-case tags with "#" that a post must not have. */
  excludedHashtags: string[];
};

/** A value of in:/channel: (21.2); `value` as written but without "~" or "@", to be tried as an id too. */
export type SearchChannel =
  | { kind: "name"; value: string }
  | { kind: "direct"; value: string; username: string }
  | { kind: "group"; value: string; usernames: string[] };

/** Creation times in ms: `ge` ≤ t < `lt`. */
export type DateRange = { ge?: number; lt?: number };

export type ParsedSearch = {
  /** Empty: the result is empty (21.7, or nothing searchable). */
  groups: SearchGroup[];
  /** Lower-case usernames without "@", to be tried as user ids too. */
  from: string[];
  notFrom: string[];
  in: SearchChannel[];
  notIn: SearchChannel[];
  /** Lower-case file extensions without a dot (11.13). */
  ext: string[];
  notExt: string[];
  /** What before:, after:, on:, -before: and -after: leave (21.4). */
  dates: DateRange;
  /** Days of -on:, to be left out. */
  notDates: { ge: number; lt: number }[];
};

export type SearchOptions = {
  /** Seconds east of UTC (`time_zone_offset`). */
  timeZoneOffset?: number;
  /** `is_or_search`. */
  orTerms?: boolean;
};

type Word = { text: string; quoted: boolean; excluded: boolean };

const DAY = 86_400_000;
const MAX_FLAGS = 256;
const FLAGS = new Set(["from", "in", "channel", "before", "after", "on", "ext"]);
const WORD = /\S+/gy;
const SPACE = /\s*/y;
const START = /^[^\p{L}\d#"]+/u;
const KEPT_AT_END = /[\p{L}\p{M}\d*"]/u;

/** Splits at white space; `"..."` and `-"..."` are one quoted word, an unmatched quote is an ordinary character (21.2). */
function splitWords(terms: string): Word[] {
  const words: Word[] = [];
  const last = terms.lastIndexOf('"');
  for (let at = 0; at < terms.length; ) {
    SPACE.lastIndex = at;
    SPACE.test(terms);
    at = SPACE.lastIndex;
    const excluded = terms[at] === "-" && terms[at + 1] === '"';
    const quote = excluded ? at + 1 : at;
    if (terms[quote] === '"' && quote < last) {
      const end = terms.indexOf('"', quote + 1);
      words.push({ text: terms.slice(quote + 1, end), quoted: true, excluded });
      at = end + 1;
      continue;
    }
    WORD.lastIndex = at;
    const text = WORD.exec(terms)?.[0];
    if (text === undefined) break;
    words.push({ text, quoted: false, excluded: false });
    at += text.length;
  }
  return words;
}

/** Strips what rule 21.3 strips from both ends. */
function trimWord(word: string): string {
  const text = word.replace(START, "");
  let end = text.length;
  while (end > 0) {
    const code = text.charCodeAt(end - 1);
    const pair = code >= 0xdc00 && code <= 0xdfff && end > 1;
    if (KEPT_AT_END.test(text.slice(pair ? end - 2 : end - 1, end))) break;
    end--;
  }
  return text.slice(0, end);
}

/** Start of a day YYYY-M-D in ms, or null when it is no date. */
function dayStart(value: string, offset: number): number | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(value);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const utc = Date.UTC(year, month - 1, day);
  const date = new Date(utc);
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return null;
  return utc - offset * 1000;
}

function channelOf(value: string): SearchChannel | null {
  if (!value.startsWith("@")) {
    const name = value.startsWith("~") ? value.slice(1) : value;
    return name === "" ? null : { kind: "name", value: name };
  }
  const names = value.slice(1);
  const usernames = names
    .toLowerCase()
    .split(",", 64)
    .map((name) => name.replace(/^@/, ""))
    .filter((name) => name !== "");
  if (usernames.length === 0) return null;
  if (!names.includes(",")) return { kind: "direct", value: names, username: usernames[0]! };
  return { kind: "group", value: names, usernames };
}

/** Adds a flag's value to the search; days are kept apart, since the last of each kind counts. */
function applyFlag(
  search: ParsedSearch,
  days: Map<string, string>,
  flag: string,
  not: boolean,
  value: string,
) {
  if (flag === "from") {
    const name = value.replace(/^@/, "").toLowerCase();
    if (name !== "") (not ? search.notFrom : search.from).push(name);
  } else if (flag === "in" || flag === "channel") {
    const channel = channelOf(value);
    if (channel !== null) (not ? search.notIn : search.in).push(channel);
  } else if (flag === "ext") {
    const ext = value.replace(/^\./, "").toLowerCase();
    if (ext !== "") (not ? search.notExt : search.ext).push(ext);
  } else days.set(not ? `-${flag}` : flag, value);
}

/** Sets the ranges of rule 21.4; values that are no dates are ignored. */
function applyDays(search: ParsedSearch, days: Map<string, string>, offset: number): void {
  const start = (flag: string): number | null => {
    const value = days.get(flag);
    return value === undefined ? null : dayStart(value, offset);
  };
  const on = start("on");
  if (on !== null) {
    search.dates = { ge: on, lt: on + DAY };
    return;
  }
  const after = start("after");
  const before = start("before");
  const notAfter = start("-after");
  const notBefore = start("-before");
  const notOn = start("-on");
  const ge = [after === null ? null : after + DAY, notBefore].filter((time) => time !== null);
  const lt = [before, notAfter === null ? null : notAfter + DAY].filter((time) => time !== null);
  if (ge.length > 0) search.dates.ge = Math.max(...ge);
  if (lt.length > 0) search.dates.lt = Math.min(...lt);
  if (notOn !== null) search.notDates.push({ ge: notOn, lt: notOn + DAY });
}

/** The flag a word starts with: its name, whether "-" precedes it, and what follows the colon. */
function flagOf(word: string): { flag: string; not: boolean; value: string } | null {
  const colon = word.indexOf(":");
  if (colon < 1 || colon > 8) return null;
  const not = word.startsWith("-");
  const flag = word.slice(not ? 1 : 0, colon).toLowerCase();
  return FLAGS.has(flag) ? { flag, not, value: word.slice(colon + 1) } : null;
}

/** Parses the `terms` of a post or file search. Works for any input, in time linear in its length. */
export function parseSearch(terms: string, options: SearchOptions = {}): ParsedSearch {
  const search: ParsedSearch = {
    groups: [],
    from: [],
    notFrom: [],
    in: [],
    notIn: [],
    ext: [],
    notExt: [],
    dates: {},
    notDates: [],
  };
  const days = new Map<string, string>();
  const include: Term[] = [];
  const exclude: Term[] = [];
  const tags = new Set<string>();
  const noTags = new Set<string>();
  let flags = 0;
  const words = splitWords(terms);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word.quoted) {
      (word.excluded ? exclude : include).push(...termsOf(word.text, true));
      continue;
    }
    const flag = flagOf(word.text);
    if (flag !== null) {
      const value = flag.value === "" ? words[++i]?.text : flag.value;
      if (value !== undefined && flags++ < MAX_FLAGS) applyFlag(search, days, flag.flag, flag.not, value);
      continue;
    }
    const not = word.text.startsWith("-");
    const text = trimWord(word.text);
    const tag = text.startsWith("#") && hashtagOf(text) === text ? text : null;
    if (tag !== null) (not ? noTags : tags).add(tag.toLowerCase());
    else (not ? exclude : include).push(...termsOf(text, false));
  }
  applyDays(search, days, options.timeZoneOffset ?? 0);

  const operator = options.orTerms === true ? "|" : "&";
  const none = joinTerms(exclude, "|");
  const excludedHashtags = [...noTags].slice(0, MAX_TERMS);
  const hashtags = [...tags].slice(0, MAX_TERMS);
  if (include.length > 0) {
    const all = joinTerms(include, operator);
    search.groups.push({ hashtag: false, include: all, exclude: none, hashtags: [], excludedHashtags });
  }
  if (hashtags.length > 0) {
    const all = hashtags.map(lexeme).join(` ${operator} `);
    search.groups.push({ hashtag: true, include: all, exclude: none, hashtags, excludedHashtags });
  }
  if (search.groups.length === 0 && (flags > 0 || none !== "" || excludedHashtags.length > 0)) {
    search.groups.push({ hashtag: false, include: "", exclude: none, hashtags: [], excludedHashtags });
  }
  return search;
}
