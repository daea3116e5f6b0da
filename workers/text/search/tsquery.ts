/**
 * Building text for PostgreSQL's to_tsquery(). Every lexeme is quoted, so no input can be a syntax error: inside quotes
 * only ' and \ have a meaning and both are doubled. PostgreSQL parses the quoted text with the configuration's parser; when
 * that finds several words they must be adjacent, and when it finds none (stop words) the operand is dropped.
 */

/** More operands than this are ignored: PostgreSQL's parser recurses once per operand. */
export const MAX_TERMS = 256;
/** Longer lexemes cannot match: PostgreSQL indexes words below 2 KB. */
const MAX_LEXEME = 2000;

/** A search term: the words of a phrase, or one word; `prefix` applies to the last. */
export type Term = { words: string[]; prefix: boolean };

/** Characters that separate words in a term (21.5); also the quote, which has no meaning inside a term, and NUL. */
const SPECIAL = /[<>+\-()~:"\0]/g;
const MEANING = /[\p{L}\p{N}]/u;
const SPACES = /\s+/;

/** The terms of a word (several when special characters split it), or the one of a quoted phrase (21.5). */
export function termsOf(text: string, quoted: boolean): Term[] {
  const words = text.replace(SPECIAL, " ").split(SPACES);
  if (quoted) {
    const kept = words.filter((word) => word !== "");
    if (kept.length === 0) return [];
    return [trimStar(kept)];
  }
  return words.filter((word) => MEANING.test(word)).map((word) => trimStar([word]));
}

/** Takes trailing stars from the last word as the mark of a prefix search. */
function trimStar(words: string[]): Term {
  const last = words.at(-1)!;
  let end = last.length;
  while (end > 1 && last.charCodeAt(end - 1) === 42) end--;
  return { words: [...words.slice(0, -1), last.slice(0, end)], prefix: end < last.length };
}

/** A quoted lexeme. */
export function lexeme(word: string): string {
  return `'${word.slice(0, MAX_LEXEME).replace(/['\\]/g, "$&$&")}'`;
}

function operand(term: Term): string {
  const words = term.words.slice(0, MAX_TERMS).map(lexeme);
  const text = words.join(" <-> ") + (term.prefix ? ":*" : "");
  return words.length > 1 ? `(${text})` : text;
}

/** The terms joined by an operator, at most MAX_TERMS words of them; '' for none. */
export function joinTerms(terms: Term[], operator: "&" | "|"): string {
  const operands: string[] = [];
  let words = 0;
  for (const term of terms) {
    words += term.words.length;
    if (words > MAX_TERMS && operands.length > 0) break;
    operands.push(operand(term));
  }
  return operands.join(` ${operator} `);
}
