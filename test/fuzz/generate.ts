import { newId } from "../../workers/model/id.ts";
import { BAD_QUERY_VALUES, BAD_SEGMENTS, BROKEN_BODIES } from "../contract/hostile.ts";
import { resolveRef, usualValue } from "../contract/samples.ts";
import type { Stage } from "../contract/stage.ts";
import type { JsonSchema, Operation } from "../harness/api-description.ts";
import type { Random } from "../property/random.ts";

export interface FuzzRequest {
  method: string;
  path: string;
  body?: string;
  headers: Record<string, string>;
}

const TEXTS = [
  "",
  " ",
  "text",
  "@all #tag :smile: ~town-square `code`",
  "x".repeat(5_000),
  "a\u0000b",
  "\ud800",
  "\u202e\u{1f600}\u0301",
  "'; drop table users; --",
  "<script>alert(1)</script>",
  "%s%n\\",
  "../../etc/passwd",
  "/shrug",
  '{"a":1}',
  "0",
  "-1",
  "null",
  "http://[::1]:1/%zz",
  "javascript:alert(1)",
];
const NUMBERS = [0, 1, -1, 0.5, 60, 1e9, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), 1e300, Date.now()];
const ANYTHING = [null, true, false, 0, "", "x", [], {}, [null], { a: { b: [1] } }, -1];
const CONTENT_TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "image/png"];

/** A request to the operation: mostly what the description allows, with now and then a part that is not. */
export function generate(operation: Operation, stage: Stage, random: Random): FuzzRequest {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(well(segment(name, stage, random))),
  );
  const request: FuzzRequest = {
    method: operation.method,
    path: path + queryOf(operation, stage, random),
    headers: {},
  };
  if (["GET", "HEAD"].includes(operation.method)) return request;
  const described = operation.requestBody;
  if (!described?.schema && random.chance(0.7)) return request;
  if (random.chance(0.05)) request.headers["content-type"] = random.of(CONTENT_TYPES)!;
  request.body = random.chance(0.05)
    ? random.of(Object.values(BROKEN_BODIES))!
    : JSON.stringify(value(described?.schema ?? {}, "", stage, random));
  return request;
}

function segment(name: string, stage: Stage, random: Random): string {
  if (random.chance(0.15)) return random.of(BAD_SEGMENTS)!;
  if (random.chance(0.1)) return newId();
  return usualValue(name, stage) ?? newId();
}

function queryOf({ parameters = [] }: Operation, stage: Stage, random: Random): string {
  const query = new URLSearchParams();
  for (const { name, in: where, required, schema } of parameters) {
    if (where !== "query" || !(required || random.chance(0.4))) continue;
    const given = random.chance(0.3)
      ? random.of(BAD_QUERY_VALUES)!
      : String(value(schema ?? {}, name, stage, random));
    query.append(name, well(given).slice(0, 500));
  }
  const text = query.toString();
  return text ? `?${text}` : "";
}

/** A value of the schema, or something else. */
function value(schema: JsonSchema, name: string, stage: Stage, random: Random, depth = 0): unknown {
  if (random.chance(0.06)) return random.of(ANYTHING);
  if (depth > 6) return null;
  if (schema.$ref) return value(resolveRef(schema.$ref, schema), name, stage, random, depth + 1);
  if (schema.enum && random.chance(0.9)) return random.of(schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return value(random.of(choices as JsonSchema[])!, name, stage, random, depth + 1);
  if (schema.allOf)
    return Object.assign(
      {},
      ...schema.allOf.map((part: JsonSchema) => value(part, name, stage, random, depth + 1)),
    );
  const type = Array.isArray(schema.type) ? random.of(schema.type) : schema.type;
  if (type === "object" || schema.properties) {
    const fields = Object.entries(schema.properties ?? {}).filter(
      ([key]) => (schema.required ?? []).includes(key) || random.chance(0.7),
    );
    const made = fields.map(([key, of]) => [key, value(of as JsonSchema, key, stage, random, depth + 1)]);
    if (random.chance(0.1)) made.push([random.of(["__proto__", "constructor", "", "x\u0000"])!, 1]);
    return Object.fromEntries(made);
  }
  if (type === "array") {
    const item = name.replace(/(_?)ids$/, "$1id") || "id";
    return Array.from({ length: random.of([0, 1, 1, 2, 3, 201])! }, () =>
      value(schema.items ?? {}, item, stage, random, depth + 1),
    );
  }
  if (type === "integer" || type === "number") return random.of(NUMBERS);
  if (type === "boolean") return random.chance(0.5);
  if (type === "string" || type === undefined)
    return (random.chance(0.7) && usualValue(name, stage)) || random.of(TEXTS);
  return random.of(ANYTHING);
}

/** Without lone surrogates, which no URL can hold. */
const well = (text: string): string => text.toWellFormed();
