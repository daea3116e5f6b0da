import { type Kind, leaves, nouns, put, type Section } from "./shape.ts";

const settings = new Map(leaves().map((leaf) => [`MM_${leaf.path.join("_")}`.toUpperCase(), leaf]));

/** strconv.ParseBool's words. */
const booleans = new Map<string, boolean>([
  ...["1", "t", "T", "TRUE", "true", "True"].map((word) => [word, true] as const),
  ...["0", "f", "F", "FALSE", "false", "False"].map((word) => [word, false] as const),
]);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By the table of 7.3; undefined where the text does not parse. */
export function parseSetting(kind: Kind, text: string): unknown {
  switch (kind) {
    case "string":
      return text;
    case "boolean":
      return booleans.get(text);
    case "int": {
      const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
      return Number.isSafeInteger(number) ? number : undefined;
    }
    case "strings":
      return text === "" ? [] : text.split(" ");
    default:
      return parseJson(text);
  }
}

/** The settings that MM_SECTION_KEY variables override, as a partial configuration (7.3). */
export function fromEnvironment(environment: Record<string, string>, problems: string[]): Section {
  const overrides: Section = {};
  for (const [name, text] of Object.entries(environment)) {
    const leaf = settings.get(name);
    if (!leaf || typeof text !== "string") continue;
    const value = parseSetting(leaf.kind, text);
    if (value === undefined) problems.push(`environment: ${name} must be ${nouns[leaf.kind]}; ignored`);
    else put(overrides, leaf.path, value);
  }
  return overrides;
}
