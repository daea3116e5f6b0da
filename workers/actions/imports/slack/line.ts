import { type Kind, type Of, parseLine } from "../lines/parse.ts";

/** A line of a bulk import, checked as one of a file is. Throws LineFailure. */
export function lineOf<K extends Kind>(kind: K, value: object): Of<K> {
  return parseLine({ number: 1, text: JSON.stringify({ type: kind, [kind]: value }), read: 0 }) as Of<K>;
}

/** Why a line was refused, without the number of a line that nobody has seen. */
export const reasonOf = (error: Error): string => error.message.replace(/^line \d+: /, "");
