import { BAD_QUERY_VALUES, BAD_SEGMENTS, BROKEN_BODIES } from "../contract/hostile.ts";
import { resolveRef, usualValue } from "../contract/samples.ts";
import type { Stage } from "../contract/stage.ts";
import type { JsonSchema, Operation } from "../harness/contract/api-description.ts";
import { Random } from "../property/random.ts";
import { encode, fileBytes, partsOf } from "./multipart.ts";

export interface FuzzRequest {
  method: string;
  path: string;
  body?: string | Uint8Array;
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
const NUMBERS = [0, 1, -1, 0.5, 60, 1e9, 2 ** 31, 2 ** 53, 2 ** 63, -(2 ** 63), 1e300, 1_800_000_000_000];
const ANYTHING = [null, true, false, 0, "", "x", [], {}, [null], { a: { b: [1] } }, -1];
const CONTENT_TYPES = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "image/png"];

/** The stage, with uploads that the owner has begun. */
export interface FuzzStage extends Stage {
  uploads: string[];
}

/** The choices of the `turn`-th request to an operation: they follow from the seed, whoever else asks what meanwhile. */
export function choices(seed: number, { method, path }: Operation, turn: number): Random {
  let hash = 0x811c9dc5;
  for (const char of `${seed} ${turn} ${method} ${path}`)
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return new Random(hash);
}

const ID = "ybndrfg8ejkmcpqxot1uwisza345h769";
const anId = (random: Random) => Array.from({ length: 26 }, () => ID[random.below(32)]).join("");

/** A request to the operation: mostly what the description allows, with now and then a part that is not. */
export function generate(operation: Operation, stage: FuzzStage, random: Random): FuzzRequest {
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
  if (operation.path === "/api/v4/uploads/{upload_id}" && random.chance(0.6)) {
    request.body = fileBytes(random);
    request.headers["content-type"] = random.of(["application/octet-stream", ...CONTENT_TYPES])!;
    return request;
  }
  const takesParts = described?.contentType === "multipart/form-data";
  if ((takesParts && random.chance(0.9)) || (UPLOADS.has(operation.path) && random.chance(0.9))) {
    const { body, type } = encode(partsOf(fieldsOf(operation, stage, random), random), random);
    request.body = body;
    request.headers["content-type"] = type;
    return request;
  }
  if (!described?.schema && random.chance(0.7)) return request;
  if (random.chance(0.05)) request.headers["content-type"] = random.of(CONTENT_TYPES)!;
  request.body = random.chance(0.05)
    ? random.of(Object.values(BROKEN_BODIES))!
    : JSON.stringify(value(described?.schema ?? {}, "", stage, random));
  return request;
}

const UPLOADS = new Set(["/api/v4/uploads/{upload_id}"]);

/** Fields of a form, those of files marked. */
function fieldsOf({ requestBody }: Operation, stage: FuzzStage, random: Random) {
  const properties = Object.entries(requestBody?.schema?.properties ?? { file: { format: "binary" } });
  return properties.map(([name, of]) => {
    const schema = of as JsonSchema;
    const made = name === "emoji" ? emojiOf(stage, random) : value(schema, name, stage, random);
    return {
      name,
      file: schema.format === "binary",
      value: typeof made === "string" ? made : JSON.stringify(made),
    };
  });
}

const emojiOf = ({ owner }: FuzzStage, random: Random) => ({
  name: random.chance(0.8) ? `e${anId(random)}` : random.of(TEXTS),
  creator_id: random.chance(0.9) ? owner.id : anId(random),
});

function segment(name: string, stage: FuzzStage, random: Random): string {
  if (random.chance(0.15)) return random.of(BAD_SEGMENTS)!;
  if (random.chance(0.1)) return anId(random);
  if (name === "upload_id") return random.of(stage.uploads) ?? anId(random);
  return usual(name, stage, random) ?? anId(random);
}

function queryOf({ parameters = [] }: Operation, stage: FuzzStage, random: Random): string {
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
function value(schema: JsonSchema, name: string, stage: FuzzStage, random: Random, depth = 0): unknown {
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
    return (random.chance(0.7) && usual(name, stage, random)) || random.of(TEXTS);
  return random.of(ANYTHING);
}

/** What a field of that name usually holds; what would be made anew each time follows from the choices. */
function usual(name: string, stage: FuzzStage, random: Random): string | undefined {
  if (name === "name") return `name-${anId(random)}`;
  if (name === "timestamp") return "1800000000000";
  const value = usualValue(name, stage);
  return value !== undefined && value === usualValue(name, stage) ? value : value && anId(random);
}

/** Without lone surrogates, which no URL can hold. */
const well = (text: string): string => text.toWellFormed();
