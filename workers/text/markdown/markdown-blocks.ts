/**
 * Block structure of CommonMark (block quotes, lists, code blocks, headings, paragraphs), enough to find which lines
 * hold inline text. Each line costs at most its length plus MAX_DEPTH.
 */

/** Deeper quotes and lists are read as text; bounds the work per line. */
const MAX_DEPTH = 32;
const TAB = 9;
const SPACE = 32;

/** A block quote (`indent` -1), or a list item whose content starts `indent` columns in. */
type Container = { indent: number; empty: boolean };

/** A position in a line; `column` counts tabs as up to 4, `owed` columns of the tab at `at` are still unread. */
class Cursor {
  at = 0;
  column = 0;
  owed = 0;
  readonly line: string;
  constructor(line: string) {
    this.line = line;
  }

  /** Columns of white space from here, and the index of the first other character. */
  peek(): { columns: number; next: number } {
    let next = this.at;
    let column = this.column;
    if (this.owed > 0) {
      column += this.owed;
      next++;
    }
    for (; next < this.line.length; next++) {
      const code = this.line.charCodeAt(next);
      if (code === SPACE) column++;
      else if (code === TAB) column += 4 - (column % 4);
      else break;
    }
    return { columns: column - this.column, next };
  }

  /** Skips up to `columns` columns of white space. */
  skip(columns: number): void {
    for (let left = columns; left > 0 && this.at < this.line.length; ) {
      const code = this.line.charCodeAt(this.at);
      if (code !== SPACE && code !== TAB) return;
      const width = this.owed > 0 ? this.owed : code === TAB ? 4 - (this.column % 4) : 1;
      const taken = Math.min(width, left);
      this.column += taken;
      left -= taken;
      this.owed = width - taken;
      if (this.owed === 0) this.at++;
    }
  }

  /** Skips `count` characters that are not white space. */
  advance(count: number): void {
    this.at += count;
    this.column += count;
  }

  blank(): boolean {
    return this.peek().next >= this.line.length;
  }
}

type Fence = { char: string; length: number };
type Leaf =
  | { kind: "none" }
  | { kind: "code" }
  | { kind: "text"; lines: string[] }
  | ({ kind: "fence" } & Fence);

const NONE: Leaf = { kind: "none" };
const BULLET = /[-+*](?=[ \t]|$)/y;
const NUMBER = /\d{1,9}[.)](?=[ \t]|$)/y;
const HEADING = /#{1,6}(?=[ \t]|$)/y;

function sticky(pattern: RegExp, line: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? null;
}

/** The opening code fence at `at`, or null. */
function fenceAt(line: string, at: number): Fence | null {
  const char = line[at];
  if (char !== "`" && char !== "~") return null;
  let end = at;
  while (line[end] === char) end++;
  if (end - at < 3 || (char === "`" && line.includes("`", end))) return null;
  return { char, length: end - at };
}

function closesFence(line: string, at: number, fence: Fence): boolean {
  let end = at;
  while (line[end] === fence.char) end++;
  return end - at >= fence.length && line.slice(end).trim() === "";
}

const UNDERLINE = /(?:=+|-+)[ \t]*$/y;

/** Whether the line from `at` is a thematic break or, after text, a setext underline. */
function isRule(line: string, at: number, inText: boolean): boolean {
  if (inText && sticky(UNDERLINE, line, at) !== null) return true;
  const char = line[at];
  if (char !== "-" && char !== "*" && char !== "_") return false;
  let count = 0;
  for (let i = at; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (line[i] === char) count++;
    else if (code !== SPACE && code !== TAB) return false;
  }
  return count >= 3;
}

/** Width of the list marker at `at`, 0 for none; one that interrupts a paragraph must have content and start at 1. */
function markerAt(line: string, at: number, inText: boolean): number {
  const bullet = sticky(BULLET, line, at);
  const found = bullet ?? sticky(NUMBER, line, at);
  if (found === null) return 0;
  const start = bullet === null ? Number.parseInt(found, 10) : 1;
  if (inText && (start !== 1 || line.slice(at + found.length).trim() === "")) return 0;
  return found.length;
}

/** The texts of paragraphs and headings, in order, without container prefixes and indentation. */
export function inlineBlocks(markdown: string): string[] {
  const out: string[] = [];
  const stack: Container[] = [];
  let leaf: Leaf = NONE;

  const closeLeaf = (): void => {
    if (leaf.kind === "text") out.push(leaf.lines.join("\n"));
    leaf = NONE;
  };

  for (const line of markdown.split(/\r\n|\n|\r/)) {
    const cursor = new Cursor(line);
    let matched = 0;
    for (; matched < stack.length; matched++) {
      const container = stack[matched]!;
      const { columns, next } = cursor.peek();
      const blank = next >= line.length;
      if (container.indent < 0) {
        if (columns > 3 || line[next] !== ">") break;
        cursor.skip(columns);
        cursor.advance(1);
        cursor.skip(1);
      } else if (blank) {
        if (container.empty) break;
      } else if (columns >= container.indent) {
        cursor.skip(container.indent);
        container.empty = false;
      } else break;
    }
    const all = matched === stack.length;
    const open = leaf as Leaf;
    if (open.kind === "fence" && all) {
      const { columns, next } = cursor.peek();
      if (columns <= 3 && closesFence(line, next, open)) closeLeaf();
      continue;
    }
    if (open.kind === "code" && all && (cursor.blank() || cursor.peek().columns >= 4)) continue;

    /** Ends what the line does not continue; called when it starts a block of its own. */
    const enter = (): void => {
      closeLeaf();
      stack.length = matched;
    };
    let done = false;
    while (!done) {
      const { columns, next } = cursor.peek();
      if (next >= line.length) break;
      const inText = (leaf as Leaf).kind === "text";
      if (columns > 3) {
        if (!inText) {
          enter();
          leaf = { kind: "code" };
          done = true;
        }
        break;
      }
      const fence = fenceAt(line, next);
      const heading = sticky(HEADING, line, next);
      const marker = matched < MAX_DEPTH ? markerAt(line, next, inText && all) : 0;
      if (line[next] === ">" && matched < MAX_DEPTH) {
        enter();
        cursor.skip(columns);
        cursor.advance(1);
        cursor.skip(1);
        stack.push({ indent: -1, empty: false });
        matched++;
      } else if (fence !== null) {
        enter();
        leaf = { kind: "fence", ...fence };
        done = true;
      } else if (heading !== null) {
        enter();
        out.push(line.slice(next + heading.length));
        done = true;
      } else if (isRule(line, next, inText && all)) {
        enter();
        done = true;
      } else if (marker > 0) {
        enter();
        cursor.skip(columns);
        cursor.advance(marker);
        const after = cursor.peek();
        const empty = after.next >= line.length;
        const space = empty || after.columns > 4 ? 1 : after.columns;
        cursor.skip(space);
        stack.push({ indent: columns + marker + space, empty });
        matched++;
      } else break;
    }
    if (done) continue;

    const rest = cursor.peek().next;
    const current = leaf as Leaf;
    if (rest >= line.length) {
      if (current.kind === "text" || matched < stack.length) closeLeaf();
      stack.length = matched;
    } else if (current.kind === "text") {
      // Also a lazy continuation line, which leaves the containers open.
      current.lines.push(line.slice(rest));
    } else {
      enter();
      leaf = { kind: "text", lines: [line.slice(rest)] };
    }
  }
  closeLeaf();
  return out;
}
