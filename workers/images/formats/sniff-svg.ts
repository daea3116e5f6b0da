/** Only the head is looked at; an svg whose root element starts later is not recognised. */
const HEAD_BYTES = 256 * 1024;

/**
 * Size of an svg document from its root element, rounded to pixels: width and height, or the viewBox for a
 * missing or relative one. {0, 0} when it names none; null when the document is not svg. Linear in the head.
 */
export function svgSize(bytes: Uint8Array): { width: number; height: number } | null {
  const first = bytes[0];
  if (first !== 0x3c && first !== 0xef && !(first !== undefined && first <= 0x20)) return null;
  const text = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES));
  const start = skipProlog(text);
  const name = /^<(?:[A-Za-z_][\w.-]{0,63}:)?svg(?=[\s/>])/.exec(text.slice(start, start + 80));
  if (!name) return null;
  const attributes = rootAttributes(text, start + name[0].length);
  const box = (attributes.get("viewBox") ?? "")
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  let width = length(attributes.get("width"));
  let height = length(attributes.get("height"));
  const [, , boxWidth, boxHeight] = box;
  if (box.length === 4 && boxWidth! > 0 && boxHeight! > 0) {
    if (!width && !height) [width, height] = [boxWidth!, boxHeight!];
    else if (!width) width = (height * boxWidth!) / boxHeight!;
    else if (!height) height = (width * boxHeight!) / boxWidth!;
  }
  return { width: clamp(width), height: clamp(height) };
}

function clamp(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.round(value), 0x7fffffff) : 0;
}

/**
 * Index of the root element's "<", after declaration, comments and doctype; text.length when there is none.
 */
function skipProlog(text: string): number {
  let at = 0;
  for (;;) {
    while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
    let end: number;
    if (text.startsWith("<?", at)) end = after(text, "?>", at);
    else if (text.startsWith("<!--", at)) end = after(text, "-->", at);
    else if (text.startsWith("<!DOCTYPE", at)) {
      const close = after(text, ">", at);
      const subset = text.slice(at, close).indexOf("[");
      end = subset >= 0 ? after(text, ">", after(text, "]", at + subset)) : close;
    } else return at;
    if (end >= text.length) return text.length;
    at = end;
  }
}

function after(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** name="value" pairs up to the tag's end. Every step moves forward, so hostile text costs one pass. */
function rootAttributes(text: string, from: number): Map<string, string> {
  const found = new Map<string, string>();
  const pair = /[\s/]*([^\s=>"'/<]{1,64})\s*=\s*("[^"]*"|'[^']*')/y;
  pair.lastIndex = from;
  for (let match = pair.exec(text); match; match = pair.exec(text)) {
    if (!found.has(match[1]!)) found.set(match[1]!, match[2]!.slice(1, -1));
  }
  return found;
}

const UNITS: Record<string, number> = {
  "": 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
};

/** CSS length in pixels; 0 for a missing, relative (%, em) or malformed one. */
function length(value: string | undefined): number {
  const match = /^\s*\+?(\d{0,9}(?:\.\d{0,9})?)\s*([a-z]*)\s*$/.exec(value?.slice(0, 64) ?? "");
  return match ? Number(match[1] || 0) * (UNITS[match[2]!] ?? 0) : 0;
}
