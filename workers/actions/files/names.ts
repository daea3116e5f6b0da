const MAX_NAME = 256;
const MAX_EXTENSION = 64;
/** Directories allow 255 bytes a name; renditions add a suffix, and a write in progress one more. */
const MAX_STORED_BYTES = 200;
const NAMELESS = "file";

/** What may be called the file's name (semantics 11.3): no directories, no control characters, at most 256 characters. */
export function baseName(sent: string): string {
  const last = sent.toWellFormed().split(/[/\\]/).at(-1)!;
  const name = last.replace(/[\x00-\x1f\x7f]/g, "");
  if (name === "" || name === "." || name === "..") return NAMELESS;
  return shortened(name, MAX_NAME, (text) => [...text].length);
}

/** Lower-case, without its dot; "" where there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : [...name.slice(dot + 1).toLowerCase()].slice(0, MAX_EXTENSION).join("");
}

/** The last part of the file's path in the store. */
export function storedName(name: string): string {
  return shortened(name, MAX_STORED_BYTES, (text) => Buffer.byteLength(text));
}

/** `…/a.gif` and `_thumb`, as JPEG: `…/a_thumb.jpg` (schema-notes 5). */
export function withSuffix(path: string, suffix: "_thumb" | "_preview", mime: string): string {
  const dot = path.lastIndexOf(".");
  const stem = dot > path.lastIndexOf("/") ? path.slice(0, dot) : path;
  return `${stem}${suffix}.${mime === "image/png" ? "png" : "jpg"}`;
}

/** Takes characters from before the extension until `measure` is at most `max`. */
function shortened(name: string, max: number, measure: (text: string) => number): string {
  if (measure(name) <= max) return name;
  const dot = name.lastIndexOf(".");
  const tail = dot > 0 && measure(name.slice(dot)) <= max / 2 ? name.slice(dot) : "";
  const characters = [...name.slice(0, name.length - tail.length)];
  let kept = Math.min(characters.length, max);
  while (kept > 0 && measure(characters.slice(0, kept).join("") + tail) > max) kept--;
  return characters.slice(0, kept).join("") + tail;
}
