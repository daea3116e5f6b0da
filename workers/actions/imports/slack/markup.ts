/** Slack's notation of exported messages as Markdown. */

/** What ids of a text stand for; undefined where the export does not know. */
export interface Lookup {
  /** Username here. */
  user(id: string): string | undefined;
  /** Name of the channel here. */
  channel(id: string): string | undefined;
}

/** Put in the place of what later steps are to leave alone; no text has these characters of its own. */
const OPEN = "\ue000";
const CLOSE = "\ue001";
const HELD = /\ue000(\d+)\ue001/g;

const CODE = /```[\s\S]*?```|`[^`\n]+`/g;
/** Neither part holds "<", so a failing match ends at the next "<". */
const REFERENCE = /<([^<>|\n]+)(?:\|([^<>\n]*))?>/g;
const BEFORE = "(^|[\\s([{\"'.,;:!?>_*~\\u2014-])";
const AFTER = "(?![\\p{L}\\p{N}])";
/** The text between two marks begins and ends with something visible. */
const marked = (mark: string) =>
  new RegExp(`${BEFORE}${mark}(?!\\s)([^${mark}\\n]+)(?<!\\s)${mark}${AFTER}`, "gmu");
const BOLD = marked("\\*");
const STRIKE = marked("~");

/** Mentions, links, emphasis and escapes of one text; code keeps its own. */
export function toMarkdown(source: string, lookup: Lookup): string {
  const held: string[] = [];
  const hold = (text: string) => `${OPEN}${held.push(text) - 1}${CLOSE}`;
  // A link's label may hold code.
  const restore = (text: string): string => text.replace(HELD, (_, index) => restore(held[Number(index)]!));
  const converted = source
    .replace(/[\ue000\ue001]/g, "")
    .replace(CODE, (code) => hold(unescaped(code.replace(REFERENCE, (_, target) => target))))
    .replace(REFERENCE, (_, target, label) => hold(reference(target, label, lookup)))
    .replace(BOLD, "$1**$2**")
    .replace(STRIKE, "$1~~$2~~")
    .replace(ESCAPE, (_, name) => CHARACTERS[name]!);
  return restore(converted);
}

const ESCAPE = /&(lt|gt|amp);/g;
const CHARACTERS: Record<string, string> = { lt: "<", gt: ">", amp: "&" };
/** Once only: "&amp;lt;" is "&lt;". */
const unescaped = (text: string) => text.replace(ESCAPE, (_, name) => CHARACTERS[name]!);

function reference(target: string, label: string | undefined, lookup: Lookup): string {
  const said = label === undefined ? undefined : unescaped(label);
  switch (target[0]) {
    case "@": {
      const name = lookup.user(target.slice(1)) ?? said?.replace(/^@/, "");
      return `@${name || target.slice(1)}`;
    }
    case "#":
      return `~${lookup.channel(target.slice(1)) ?? (said?.replace(/^#/, "") || target.slice(1))}`;
    case "!":
      return special(target.slice(1), said);
  }
  const url = unescaped(target);
  const address = url.replace(/^(?:mailto|tel):/, "");
  if (!said || said === address) return address;
  return said === url
    ? url
    : `[${said.replace(/[[\]]/g, "\\$&")}](${url.replaceAll("(", "%28").replaceAll(")", "%29")})`;
}

function special(command: string, said: string | undefined): string {
  const [word = ""] = command.split("^");
  if (word === "channel" || word === "here") return `@${word}`;
  if (word === "everyone") return "@all";
  return said || `@${word}`;
}
