// Short forms of JSON schemas.

import type { JsonSchema } from "./api-description.ts";

export function string(): JsonSchema {
  return { type: "string" };
}
export function integer(): JsonSchema {
  return { type: "integer" };
}
export function boolean(): JsonSchema {
  return { type: "boolean" };
}
export function strings(names: string): Record<string, JsonSchema> {
  return Object.fromEntries(names.split(" ").map((name) => [name, string()]));
}
export function integers(names: string): Record<string, JsonSchema> {
  return Object.fromEntries(names.split(" ").map((name) => [name, integer()]));
}
export function nullable(type: string, more: JsonSchema = {}): JsonSchema {
  return { type: [type, "null"], ...more };
}
