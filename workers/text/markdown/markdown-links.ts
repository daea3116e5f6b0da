/** Link destinations, titles, labels, reference definitions and URL autolinks. All scans are linear or bounded. */

/** Unescaped parentheses a bare destination may nest; bounds how far a failing scan reads. */
const MAX_NESTING = 32;
const MAX_LABEL = 999;

const ESCAPED = /\\([!-/:-@[-`{-~])/g;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi;
/** Only names whose character matters to mentions and links; others stay as written. */
const NAMED = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u00a0"],
  ["commat", "@"],
  ["colon", ":"],
  ["period", "."],
  ["lowbar", "_"],
]);

/** Replaces character references; surrogates and out-of-range numbers become U+FFFD. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(ENTITY, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED.get(name.toLowerCase()) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number.parseInt(decimal, 10);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return "\ufffd";
    return String.fromCodePoint(code);
  });
}

function unescapeText(text: string): string {
  return decodeEntities(text.includes("\\") ? text.replace(ESCAPED, "$1") : text);
}

/** A parsed destination and the index after what was read. */
export type Target = { url: string; end: number };

const POINTED = /<([^<>\\\n]*(?:\\.[^<>\\\n]*)*)>/y;

function destinationAt(text: string, at: number): Target | null {
  if (text[at] === "<") {
    POINTED.lastIndex = at;
    const found = POINTED.exec(text);
    return found === null ? null : { url: unescapeText(found[1]!), end: POINTED.lastIndex };
  }
  let depth = 0;
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code <= 32 || code === 127) break;
    if (code === 92 && end + 1 < text.length && text.charCodeAt(end + 1) > 32) end++;
    else if (code === 40 && ++depth > MAX_NESTING) return null;
    else if (code === 41 && --depth < 0) break;
  }
  return depth > 0 ? null : { url: unescapeText(text.slice(at, end)), end };
}

/** Index after the title at `at`, or -1. */
function titleEnd(text: string, at: number): number {
  const open = text[at];
  if (open !== '"' && open !== "'" && open !== "(") return -1;
  const close = open === "(" ? ")" : open;
  for (let i = at + 1; i < text.length; i++) {
    const char = text[i];
    if (char === "\\") i++;
    else if (char === close) return i + 1;
    else if (char === "(" && open === "(") return -1;
  }
  return -1;
}

function spaceEnd(text: string, at: number): number {
  let end = at;
  for (let code = text.charCodeAt(end); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(end))
    end++;
  return end;
}

const DIMENSIONS = /=(?:\d{1,9}(?:x\d{0,9})?|x\d{1,9})(?=[\s)])/y;

/** The `(destination "title")` that follows link text; images may have ` =WIDTHxHEIGHT` before the title. */
export function inlineTarget(text: string, at: number, image: boolean): Target | null {
  if (text[at] !== "(") return null;
  const target = destinationAt(text, spaceEnd(text, at + 1));
  if (target === null) return null;
  let end = spaceEnd(text, target.end);
  if (image && end > target.end) {
    DIMENSIONS.lastIndex = end;
    if (DIMENSIONS.test(text)) end = spaceEnd(text, DIMENSIONS.lastIndex);
  }
  if (end > target.end) {
    const title = titleEnd(text, end);
    if (title >= 0) end = spaceEnd(text, title);
  }
  return text[end] === ")" ? { url: target.url, end: end + 1 } : null;
}

/** The `[label]` at `at`: its normal form and the index after it. Labels hold no unescaped brackets. */
export function labelAt(text: string, at: number): { label: string; end: number } | null {
  if (text[at] !== "[") return null;
  const last = Math.min(text.length, at + MAX_LABEL + 2);
  for (let i = at + 1; i < last; i++) {
    const char = text[i];
    if (char === "\\") i++;
    else if (char === "[") return null;
    else if (char === "]") return { label: normalLabel(text.slice(at + 1, i)), end: i + 1 };
  }
  return null;
}

export function normalLabel(label: string): string {
  return label.trim().replace(/\s+/g, " ").toLowerCase();
}

export type References = Map<string, string>;

/** Index after white space up to and with the line's end, or -1 when something else follows. */
function lineEnd(text: string, at: number): number {
  let end = at;
  while (text[end] === " " || text[end] === "\t") end++;
  if (end >= text.length) return end;
  return text[end] === "\n" ? end + 1 : -1;
}

/** Moves leading `[label]: destination "title"` lines of a paragraph to `references`; returns the rest. */
export function takeDefinitions(paragraph: string, references: References): string {
  let from = 0;
  while (paragraph[from] === "[") {
    const label = labelAt(paragraph, from);
    if (label === null || label.label === "" || paragraph[label.end] !== ":") break;
    const start = spaceEnd(paragraph, label.end + 1);
    const target = destinationAt(paragraph, start);
    if (target === null || target.end === start) break;
    let end = lineEnd(paragraph, target.end);
    const title = spaceEnd(paragraph, target.end);
    if (title > target.end) {
      const after = titleEnd(paragraph, title);
      const whole = after < 0 ? -1 : lineEnd(paragraph, after);
      if (whole >= 0) end = whole;
    }
    if (end < 0) break;
    if (!references.has(label.label)) references.set(label.label, target.url);
    from = end;
  }
  return from === 0 ? paragraph : paragraph.slice(from);
}

const URL_SIGN = /:\/\/|[wW]{3}\./g;
const SCHEMES = ["https", "http", "ftp"];
const WORD = /[\p{L}\p{N}]/u;
const HOST_START = /[\p{L}\p{N}]/uy;
const URL_REST = /[^\s<]*/y;
const TRAILING = new Set("?!.,:*_~'\"");
const REFERENCE_END = /&[a-z0-9]{1,31};$/i;

/** Where a URL whose sign is at `sign` begins, or -1. */
function urlStart(text: string, sign: number): number {
  let start = sign;
  if (text[sign] === ":") {
    const before = text.slice(Math.max(0, sign - 5), sign).toLowerCase();
    const scheme = SCHEMES.find((name) => before.endsWith(name));
    if (scheme === undefined) return -1;
    start = sign - scheme.length;
  }
  return start > 0 && WORD.test(text[start - 1]!) ? -1 : start;
}

/** Cuts trailing punctuation and unbalanced closing parentheses from a URL. */
function trimUrl(url: string): string {
  let surplus = 0;
  for (const char of url) surplus += char === ")" ? 1 : char === "(" ? -1 : 0;
  let end = url.length;
  for (; end > 0; end--) {
    const char = url[end - 1]!;
    if (char === ")" && surplus > 0) surplus--;
    else if (char === ";") {
      const reference = REFERENCE_END.exec(url.slice(Math.max(0, end - 33), end));
      if (reference === null) break;
      end -= reference[0].length - 1;
    } else if (!TRAILING.has(char)) break;
  }
  return url.slice(0, end);
}

/** Finds bare URLs (http, https, ftp, www.); they are added to `links` and a space takes their place in the result. */
export function takeUrls(text: string, links: string[]): string {
  let out = "";
  let from = 0;
  URL_SIGN.lastIndex = 0;
  for (let sign = URL_SIGN.exec(text); sign !== null; sign = URL_SIGN.exec(text)) {
    const hostAt = URL_SIGN.lastIndex;
    const start = urlStart(text, sign.index);
    HOST_START.lastIndex = hostAt;
    if (start < from || !HOST_START.test(text)) continue;
    URL_REST.lastIndex = hostAt;
    URL_REST.test(text);
    const url = trimUrl(text.slice(start, URL_REST.lastIndex));
    links.push(sign[0] === "://" ? url : `http://${url}`);
    out += `${text.slice(from, start)} `;
    from = start + url.length;
    URL_SIGN.lastIndex = from;
  }
  return from === 0 ? text : out + text.slice(from);
}
