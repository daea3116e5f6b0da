/** Finding mentions (rules 1.10, 2.1-2.6, 2.12). */
import { attachmentTexts } from "./attachments.ts";
import { plainText } from "./markdown/markdown.ts";

export { attachmentTexts };

/** Longer strings are never looked up; bounds the work on runs of trailing punctuation. Keywords are far shorter. */
const MAX_KEYWORD = 256;

export type MentionTokens = {
  /** Distinct tokens (2.2), leading `:.-_` trimmed, emoji left out, in order of appearance. */
  tokens: string[];
  /** Distinct strings that 2.3 may look up in a keyword table, in trial order: of each its lower-case form first. */
  candidates: string[];
  /**
   * Distinct lower-case names after "@" that are valid usernames, for lookups in users.username: as written and with
   * trailing `.-_` stripped one at a time (2.3), in this order. Without all, channel, here.
   */
  usernames: string[];
  /** Tokens with characters outside ASCII: keywords of that kind may be contained in them (2.3). */
  multibyte: string[];
  all: boolean;
  channel: boolean;
  here: boolean;
};

const ASCII_ONLY = /^[\0-\x7f]*$/;
const ASCII_RUNS = /[A-Za-z0-9:.\-_@]+/g;
const RUNS = /[\p{L}\p{N}:.\-_@]+/gu;
const LEADING = /^[:.\-_]+/;
const SEPARATORS = /[.\-:]+/;
const USERNAME = /^[a-z0-9.\-_]{1,64}$/;
const CHANNEL_WIDE = /\B@(?:channel|all|here)\b/i;

/** Distinct tokens of texts whose Markdown was already taken out (2.2). */
function tokensOf(texts: string[]): string[] {
  const tokens = new Set<string>();
  for (const text of texts) {
    for (const run of text.match(ASCII_ONLY.test(text) ? ASCII_RUNS : RUNS) ?? []) {
      if (run.startsWith(":") && run.endsWith(":")) continue;
      const token = run.replace(LEADING, "");
      if (token !== "") tokens.add(token);
    }
  }
  return [...tokens];
}

function isTrailing(code: number): boolean {
  return code === 46 || code === 45 || code === 58 || code === 95;
}

/** The whole token, then without trailing `.-:_` one at a time (2.3); `attempt` returns true to stop. */
function tryStripped(token: string, attempt: (word: string) => boolean): boolean {
  if (token.length <= MAX_KEYWORD && attempt(token)) return true;
  for (let end = token.length - 1; end > 0 && isTrailing(token.charCodeAt(end)); end--) {
    if (end <= MAX_KEYWORD && attempt(token.slice(0, end))) return true;
  }
  return false;
}

/** The parts of a token that holds separators and does not start with "@" (2.3). */
function partsOf(token: string): string[] {
  if (token.startsWith("@") || !SEPARATORS.test(token)) return [];
  return token.split(SEPARATORS).filter((part) => part !== "" && part.length <= MAX_KEYWORD);
}

type ChannelWide = "all" | "channel" | "here";

/** `lower` with its "@" as a channel-wide mention, or null. */
function channelWide(lower: string): ChannelWide | null {
  if (lower === "@all") return "all";
  if (lower === "@channel") return "channel";
  return lower === "@here" ? "here" : null;
}

/**
 * What the rules look up for these texts (message and attachment texts, Markdown still in). The flags all, channel and
 * here are set as if no keyword matched before them.
 */
export function mentionTokens(texts: string[]): MentionTokens {
  const tokens = tokensOf(texts.map(plainText));
  const found = { all: false, channel: false, here: false };
  const candidates = new Set<string>();
  const usernames = new Set<string>();
  const attempt = (word: string): boolean => {
    const lower = word.toLowerCase();
    candidates.add(lower);
    candidates.add(word);
    if (!lower.startsWith("@")) return false;
    const wide = channelWide(lower);
    if (wide !== null) found[wide] = true;
    else if (USERNAME.test(lower.slice(1))) usernames.add(lower.slice(1));
    return wide !== null;
  };
  for (const token of tokens) {
    if (!tryStripped(token, attempt)) partsOf(token).forEach(attempt);
  }
  const multibyte = tokens.filter((token) => !ASCII_ONLY.test(token));
  return { tokens, candidates: [...candidates], usernames: [...usernames], multibyte, ...found };
}

/**
 * The users whose keywords (2.4) the tokens hold. `lookup` gives the users of a keyword by its exact form; lower-cased
 * and exact matches both count. `multibyteKeywords`: every keyword with characters outside ASCII, which matches anywhere
 * in a token that had no match as a whole (2.3). Keywords "@all", "@channel", "@here" need no entry: see the flags.
 */
export function matchKeywords(
  tokens: MentionTokens,
  lookup: (keyword: string) => Iterable<string> | undefined,
  multibyteKeywords: Iterable<string> = [],
): Set<string> {
  const users = new Set<string>();
  const add = (keyword: string): boolean => {
    const ids = lookup(keyword);
    if (ids === undefined) return false;
    let any = false;
    for (const id of ids) {
      users.add(id);
      any = true;
    }
    return any;
  };
  const attempt = (word: string): boolean => {
    const lower = word.toLowerCase();
    const byLower = add(lower);
    const byExact = lower !== word && add(word);
    return byLower || byExact || channelWide(lower) !== null;
  };
  const open = new Set<string>(tokens.multibyte);
  for (const token of tokens.tokens) {
    if (tryStripped(token, attempt)) open.delete(token);
    else partsOf(token).forEach(attempt);
  }
  if (open.size > 0) {
    const text = [...open].join(" ");
    const lower = text.toLowerCase();
    for (const keyword of multibyteKeywords) {
      if (!ASCII_ONLY.test(keyword) && (lower.includes(keyword) || text.includes(keyword))) add(keyword);
    }
  }
  return users;
}

/** Whether the text holds @channel, @all or @here by the looser pattern of rule 1.10 (Markdown is not regarded). */
export function hasChannelWideMention(message: string): boolean {
  return message.includes("@") && CHANNEL_WIDE.test(message);
}
