import { mattermostDefaults } from "./defaults/index.ts";

export type Section = Record<string, unknown>;
export type Kind = "section" | "string" | "boolean" | "int" | "strings" | "objects" | "map";

/** Objects whose keys are data: replaced whole, never merged (7.1). */
const openMaps = new Set([
  "LogSettings.AdvancedLoggingJSON",
  "ExperimentalAuditSettings.AdvancedLoggingJSON",
  "PluginSettings.Plugins",
  "PluginSettings.PluginStates",
  "ContentFlaggingSettings.NotificationSettings.EventTargetMapping",
  "ContentFlaggingSettings.ReviewerSettings.TeamReviewersSetting",
]);

const objectLists = new Set(["SqlSettings.ReplicaLagSettings"]);

export const shape: Section = mattermostDefaults;

/** The type of a setting, told from its default. */
export function kindOf(path: string, standard: unknown): Kind {
  if (typeof standard === "string") return "string";
  if (typeof standard === "boolean") return "boolean";
  if (typeof standard === "number") return "int";
  if (Array.isArray(standard)) return objectLists.has(path) ? "objects" : "strings";
  return openMaps.has(path) ? "map" : "section";
}

export const isObject = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const nouns: Record<Kind, string> = {
  section: "an object of settings",
  string: "text",
  boolean: "true or false",
  int: "a whole number",
  strings: "a list of text",
  objects: "a list of objects",
  map: "an object",
};

export function fits(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case "string":
      return typeof value === "string";
    case "boolean":
      return typeof value === "boolean";
    case "int":
      return Number.isSafeInteger(value);
    case "strings":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    case "objects":
      return Array.isArray(value) && value.every(isObject);
    default:
      return isObject(value);
  }
}

export interface Leaf {
  path: string[];
  kind: Kind;
}

/** Every setting of the configuration, sections opened. */
export function leaves(within: Section = shape, path: string[] = []): Leaf[] {
  return Object.entries(within).flatMap(([key, standard]) => {
    const here = [...path, key];
    const kind = kindOf(here.join("."), standard);
    return kind === "section" ? leaves(standard as Section, here) : [{ path: here, kind }];
  });
}

/** Reads a setting by its path; undefined where a part is missing. */
export function at(root: unknown, path: string[]): unknown {
  let value = root;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** Writes a setting by its path, making objects on the way. */
export function put(root: Section, path: string[], value: unknown): void {
  let section = root;
  for (const key of path.slice(0, -1)) {
    if (!isObject(section[key])) section[key] = {};
    section = section[key] as Section;
  }
  section[path.at(-1) ?? ""] = value;
}
