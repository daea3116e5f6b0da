/** Names of the built-in emoji (rules 7.1, 17.7). */
import { SYSTEM_EMOJI } from "./generated/system-emoji.ts";

const TONES = [
  "_medium_light_skin_tone",
  "_medium_dark_skin_tone",
  "_medium_skin_tone",
  "_light_skin_tone",
  "_dark_skin_tone",
];

/** Name to how many skin tones may follow it; made at the first use. */
let levels: Map<string, number> | undefined;

function load(): Map<string, number> {
  const map = new Map<string, number>();
  for (const entry of SYSTEM_EMOJI.trim().split(/\s+/)) {
    const slash = entry.indexOf("/");
    if (slash < 0) map.set(entry, 0);
    else map.set(entry.slice(0, slash), entry.length - slash);
  }
  return map;
}

/** Cuts one skin tone from the end; null when there is none. */
function withoutTone(name: string): string | null {
  for (const tone of TONES) {
    if (name.endsWith(tone)) return name.slice(0, -tone.length);
  }
  return null;
}

/** Whether `name` (no colons, exact case) is a system emoji, skin-tone variants included. */
export function isSystemEmoji(name: string): boolean {
  if (name.length > 128) return false;
  levels ??= load();
  if (levels.has(name)) return true;
  const single = withoutTone(name);
  if (single === null) return false;
  if ((levels.get(single) ?? 0) >= 1) return true;
  const pair = withoutTone(single);
  return pair !== null && levels.get(pair) === 2;
}
