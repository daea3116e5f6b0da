import { Ajv, type ValidateFunction } from "ajv";
import { description, type JsonSchema } from "./api-description.ts";
import { SCHEMA_EXCEPTIONS } from "./exceptions.ts";
import { REQUIRED } from "./required.ts";

const ROOT = "https://edgemost.test/api";
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, allowUnionTypes: true });

const schemas: Record<string, JsonSchema> = {};
for (const [name, schema] of Object.entries(description.components.schemas)) {
  schemas[name] = toJsonSchema(schema);
}
for (const { schema, property, is } of SCHEMA_EXCEPTIONS) {
  const described = schemas[schema]!;
  const own = described.properties ?? described.allOf.at(-1).properties;
  own[property] = toJsonSchema(is);
}
for (const [name, properties] of Object.entries(REQUIRED)) {
  const schema = schemas[name]!;
  for (const [property, is] of Object.entries(properties)) {
    const described = schema.properties[property];
    schema.properties[property] = described ? { allOf: [described, toJsonSchema(is)] } : toJsonSchema(is);
  }
  schema.required = [...new Set([...(schema.required ?? []), ...Object.keys(properties)])];
}
ajv.addSchema({ $id: ROOT, components: { schemas } });

const compiled = new Map<string, ValidateFunction>();

/** What of `value` breaks the schema (as api-v4.json writes it); empty when nothing does. */
export function breaches(schema: JsonSchema, value: unknown): string[] {
  const key = JSON.stringify(schema);
  let validate = compiled.get(key);
  if (!validate) {
    validate = ajv.compile(toJsonSchema(schema));
    compiled.set(key, validate);
  }
  if (validate(value)) return [];
  return (validate.errors ?? [])
    .slice(0, 5)
    .map((error) => `${error.instancePath || "/"} ${error.message}${detail(error.params)}`);
}

/** What of `value` breaks the component schema `name` ("Post", "Channel", …). */
export function breachesOf(name: string, value: unknown): string[] {
  if (!schemas[name]) throw new Error(`api-v4.json has no schema ${name}`);
  return breaches({ $ref: `#/components/schemas/${name}` }, value);
}

function detail(params: Record<string, unknown>): string {
  const values = params.allowedValues ?? params.allowedValue;
  return values === undefined ? "" : ` ${JSON.stringify(values)}`;
}

/** OpenAPI's dialect to JSON Schema's: `nullable`, and references into one document. */
function toJsonSchema(schema: JsonSchema): JsonSchema {
  if (Array.isArray(schema)) return schema.map(toJsonSchema);
  if (schema === null || typeof schema !== "object") return schema;
  const result: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "nullable" || keyword === "format" || keyword === "description") continue;
    if (keyword === "$ref") result.$ref = `${ROOT}${value}`;
    else if (keyword === "properties") {
      result.properties = Object.fromEntries(
        Object.entries(value).map(([name, of]) => [name, toJsonSchema(of as JsonSchema)]),
      );
    } else result[keyword] = typeof value === "object" ? toJsonSchema(value) : value;
  }
  // A scheduled post is described as an object whose items are one: it is one itself.
  if (result.type === "object" && result.items?.$ref?.endsWith("/ScheduledPost")) return result.items;
  // "images" is described as an object with items: every value is one.
  if (result.type === "object" && result.items) {
    result.additionalProperties = result.items;
    delete result.items;
  }
  if (schema.nullable && typeof result.type === "string") result.type = [result.type, "null"];
  return result;
}
