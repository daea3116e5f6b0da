/**
 * What the server reads from Markdown: text nodes for mentions (rule 2.1), autolinks for previews (8.2), image
 * destinations (8.5). CommonMark without HTML and emphasis, plus bare URLs and image dimensions.
 */
import { inlineBlocks } from "./markdown-blocks.ts";
import {
  decodeEntities,
  inlineTarget,
  labelAt,
  normalLabel,
  type References,
  takeDefinitions,
  takeUrls,
} from "./markdown-links.ts";

export type Markdown = {
  /** Text nodes; a space stands for code, destinations, URLs and the edges of links, "\n" between blocks. */
  text: string;
  /** `<url>` autolinks and bare URLs outside links and code, in order; `www.` gets `http://`. */
  links: string[];
  /** Destinations of images, as written (unescaped), in order. */
  images: string[];
};

/** Text, or an edge between text nodes; `url` is that of an autolink. */
type Piece = string | { link: -1 | 0 | 1; url?: string };
const BREAK: Piece = { link: 0 };
const OPEN: Piece = { link: 1 };
const CLOSE: Piece = { link: -1 };

type Opener = { piece: number; textAt: number; image: boolean; nested: boolean };

const SPECIAL = /[\\`![\]<&]/g;
const ESCAPABLE = /[!-/:-@[-`{-~]/;
const ENTITY = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});/iy;
const AUTOLINK = /<(?:[a-z][a-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9.-]+)>/iy;
const PREVIEWABLE = /^(?:https?|ftp):\/\//i;

/** Code spans of one text: finds the closing run of backticks without reading any part twice. */
class CodeSpans {
  /** Length of a run to the start of its last occurrence, once the whole text was scanned. */
  private last: Map<number, number> | undefined;

  /** Index after the closing run of `length` backticks at or after `from`, or -1. */
  close(text: string, from: number, length: number): number {
    if (this.last !== undefined && (this.last.get(length) ?? -1) < from) return -1;
    const seen = new Map<number, number>();
    for (let i = text.indexOf("`", from); i >= 0; i = text.indexOf("`", i)) {
      const end = runEnd(text, i);
      if (end - i === length) return end;
      seen.set(end - i, i);
      i = end;
    }
    this.last ??= seen;
    return -1;
  }
}

function runEnd(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) === 96) end++;
  return end;
}

/** Splits inline text into pieces; image destinations go to `images`. */
function piecesOf(text: string, references: References, images: string[]): Piece[] {
  const pieces: Piece[] = [];
  const openers: Opener[] = [];
  const code = new CodeSpans();
  /** Link openers below this index may not become links, since a link follows them. */
  let inactive = 0;
  let from = 0;
  const put = (at: number, end: number, piece: Piece): void => {
    if (at > from) pieces.push(text.slice(from, at));
    pieces.push(piece);
    from = end;
    SPECIAL.lastIndex = end;
  };
  const open = (at: number, image: boolean): void => {
    const top = openers.at(-1);
    if (top !== undefined) top.nested = true;
    const textAt = at + (image ? 2 : 1);
    put(at, textAt, image ? "![" : "[");
    openers.push({ piece: pieces.length - 1, textAt, image, nested: false });
  };
  const close = (at: number): void => {
    const opener = openers.pop();
    const usable = opener !== undefined && (opener.image || openers.length >= inactive);
    inactive = Math.min(inactive, openers.length);
    if (!usable) return;
    const target = inlineTarget(text, at + 1, opener.image) ?? referenceTarget(text, at, opener, references);
    if (target === null) return;
    put(at, target.end, CLOSE);
    pieces[opener.piece] = OPEN;
    if (opener.image) images.push(target.url);
    else inactive = openers.length;
  };

  SPECIAL.lastIndex = 0;
  for (let found = SPECIAL.exec(text); found !== null; found = SPECIAL.exec(text)) {
    const at = found.index;
    const char = found[0];
    if (char === "\\") {
      const next = text[at + 1];
      if (next !== undefined && ESCAPABLE.test(next)) put(at, at + 2, next);
    } else if (char === "`") {
      const start = runEnd(text, at);
      const end = code.close(text, start, start - at);
      if (end >= 0) put(at, end, BREAK);
      else SPECIAL.lastIndex = start;
    } else if (char === "!") {
      if (text[at + 1] === "[") open(at, true);
    } else if (char === "[") {
      open(at, false);
    } else if (char === "]") {
      close(at);
    } else if (char === "<") {
      AUTOLINK.lastIndex = at;
      const link = AUTOLINK.exec(text)?.[0];
      if (link !== undefined) put(at, at + link.length, { link: 0, url: link.slice(1, -1) });
    } else {
      ENTITY.lastIndex = at;
      const entity = ENTITY.exec(text)?.[0];
      if (entity !== undefined) put(at, at + entity.length, decodeEntities(entity));
    }
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

/** `[text][label]`, `[label][]` or `[label]` with a definition; `at` is the index of the text's `]`. */
function referenceTarget(text: string, at: number, opener: Opener, references: References) {
  if (references.size === 0) return null;
  const full = labelAt(text, at + 1);
  if (full !== null && full.label !== "") {
    const url = references.get(full.label);
    return url === undefined ? null : { url, end: full.end };
  }
  if (opener.nested || at - opener.textAt > 999) return null;
  const url = references.get(normalLabel(text.slice(opener.textAt, at)));
  return url === undefined ? null : { url, end: full?.end ?? at + 1 };
}

/** Appends the text of the pieces to `out` and their autolinks to `links`. */
function flatten(pieces: Piece[], out: string[], links: string[]): void {
  let run = "";
  let depth = 0;
  const flush = (): void => {
    if (run !== "") out.push(depth === 0 ? takeUrls(run, links) : run);
    run = "";
  };
  for (const piece of pieces) {
    if (typeof piece === "string") {
      run += piece;
      continue;
    }
    flush();
    out.push(" ");
    if (piece.url !== undefined && depth === 0 && PREVIEWABLE.test(piece.url)) links.push(piece.url);
    depth += piece.link;
  }
  flush();
}

/** Without any of these the message is its own text, up to white space and punctuation outside every token. */
const SYNTAX = /[\\`[<&\t]|:\/\/|[wW]{3}\.|~~~| {4}|^[ >*+-]*\d{1,9}[.)]/m;

export function parseMarkdown(message: string): Markdown {
  const links: string[] = [];
  const images: string[] = [];
  if (!SYNTAX.test(message)) return { text: message, links, images };
  const references: References = new Map();
  const blocks = inlineBlocks(message).map((block) =>
    block.startsWith("[") ? takeDefinitions(block, references) : block,
  );
  const out: string[] = [];
  for (const block of blocks) {
    if (out.length > 0) out.push("\n");
    flatten(piecesOf(block, references, images), out, links);
  }
  return { text: out.join(""), links, images };
}

/** Text nodes only (2.1): code, destinations, image URLs and autolinked URLs are replaced by a space. */
export function plainText(message: string): string {
  return parseMarkdown(message).text;
}

const MAY_LINK = /:\/\/|www\./i;

/** All `<url>` autolinks and bare URLs (8.2), for callers that skip restricted hosts. */
export function autolinks(message: string): string[] {
  return MAY_LINK.test(message) ? parseMarkdown(message).links : [];
}

/** The first of them, or null (8.2). */
export function firstLink(message: string): string | null {
  return autolinks(message)[0] ?? null;
}

/** Destinations of the Markdown images of a message, in order (8.5). */
export function markdownImages(message: string): string[] {
  return message.includes("![") ? parseMarkdown(message).images : [];
}
