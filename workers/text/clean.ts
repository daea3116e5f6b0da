/** Character clean-up and lengths in runes (code points) and UTF-8 bytes. */

const CONTROL = /[\u0340\u0341\u17a3\u17d3\u2028-\u202e\u206a-\u206f\ufff9-\ufffc\ufeff]/;
const ALL_CONTROL = new RegExp(CONTROL, "g");

/** Drops the characters of rule 12.3. */
export function removeControlCharacters(text: string): string {
  return CONTROL.test(text) ? text.replace(ALL_CONTROL, "") : text;
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}

/** Number of code points; a lone surrogate counts as one. */
export function runeCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if (isPair(text, i)) {
      count--;
      i++;
    }
  }
  return count;
}

/** The first `runes` code points. */
export function truncateRunes(text: string, runes: number): string {
  if (text.length <= runes) return text;
  let end = 0;
  for (let left = runes; left > 0 && end < text.length; left--) end += isPair(text, end) ? 2 : 1;
  return text.slice(0, end);
}

/** Bytes of the code point at `at`; a lone surrogate is written as U+FFFD. */
function bytesAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return isPair(text, at) ? 4 : 3;
}

/** Length in UTF-8 bytes. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const size = bytesAt(text, i);
    bytes += size;
    if (size === 4) i++;
  }
  return bytes;
}

/** The longest prefix of whole code points within `bytes` UTF-8 bytes. */
export function truncateBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes) return text;
  let used = 0;
  for (let i = 0; i < text.length; ) {
    const size = bytesAt(text, i);
    used += size;
    if (used > bytes) return text.slice(0, i);
    i += size === 4 ? 2 : 1;
  }
  return text;
}
