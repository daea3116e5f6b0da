import { z } from "zod";
import type { Route } from "../../workers/http/route.ts";
import { newId } from "../../workers/model/id.ts";
import type { JsonSchema } from "../harness/contract/api-description.ts";
import { description } from "../harness/contract/api-description.ts";
import { BODIES } from "./bodies.ts";
import type { Stage } from "./stage.ts";

/** The route's path with the owner's things in it; `replace` sets one parameter otherwise. */
export function pathOf(route: Route, stage: Stage, replace: Record<string, string> = {}): string {
  return route.path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => replace[name] ?? usualValue(name, stage) ?? newId(),
  );
}

export const parametersOf = (route: Route): string[] =>
  [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);

/** What a parameter or field of that name usually holds. */
export function usualValue(name: string, stage: Stage): string | undefined {
  const { owner, team, channel } = stage;
  const values: Record<string, string> = {
    user_id: owner.id,
    team_id: team.id,
    teamId: team.id,
    channel_id: channel.id,
    prev_channel_id: channel.id,
    post_id: stage.post,
    thread_id: stage.post,
    root_id: stage.post,
    file_id: stage.file,
    category_id: stage.category,
    team_name: team.name,
    channel_name: channel.name,
    username: owner.username,
    email: `${owner.username}@example.com`,
    invite_id: team.invite_id,
    role_name: "system_user",
    timestamp: String(Date.now()),
    emoji_name: "smile",
    name: `name-${newId()}`,
    display_name: "A display name",
    message: "a message",
    term: "a",
    terms: "a",
    login_id: owner.username,
    type: "O",
    privacy: "O",
    roles: "system_user",
    category: "own",
    preference_name: "thing",
    value: "a value",
    status: "away",
    password: "Secret-pass-1",
    new_password: "Secret-pass-2",
    current_password: "Secret-pass-1",
    url: "https://example.com/",
    locale: "en",
    id: newId(),
  };
  return values[name] ?? (/_id$/.test(name) ? newId() : undefined);
}

/** A body that the route accepts, with the owner's ids in it; undefined where the route takes none. */
export function bodyOf(route: Route, stage: Stage): unknown {
  const own = BODIES[`${route.method} ${route.path}`];
  if (own) return own(stage);
  if (route.body) return sample(schemaOf(route), "", stage);
  if (route.method === "GET" || route.method === "HEAD" || route.method === "DELETE") return undefined;
  const described = description.operations.find(
    ({ method, path }) => method === route.method && path === route.path,
  );
  const body = described?.requestBody;
  return body?.schema && body.contentType === "application/json" ? sample(body.schema, "", stage) : undefined;
}

export function schemaOf(route: Route): JsonSchema {
  return z.toJSONSchema(route.body!, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

/** A value of the schema: every property there, strings filled by what they are called. */
function sample(schema: JsonSchema, name: string, stage: Stage, root: JsonSchema = schema): unknown {
  if (schema.$ref) return sample(resolveRef(schema.$ref, root), name, stage, root);
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf)?.find((option: JsonSchema) => option.type !== "null");
  if (choice) return sample(choice, name, stage, root);
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((part: JsonSchema) => sample(part, name, stage, root)));
  const type = Array.isArray(schema.type) ? schema.type.find((each: string) => each !== "null") : schema.type;
  switch (type) {
    case "object": {
      const fields = Object.entries(schema.properties ?? {}).map(([key, of]) => [
        key,
        sample(of as JsonSchema, key, stage, root),
      ]);
      if (fields.length === 0 && typeof schema.additionalProperties === "object")
        fields.push(["key", sample(schema.additionalProperties, "value", stage, root)]);
      return Object.fromEntries(fields);
    }
    case "array":
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () =>
        sample(schema.items ?? { type: "string" }, name.replace(/ids$/, "id"), stage, root),
      );
    case "integer":
    case "number":
      return Math.max(schema.minimum ?? 1, 1);
    case "boolean":
      return true;
    case "null":
      return null;
    case "string":
      return usualValue(name, stage) ?? (name === "" ? stage.owner.id : "text");
    default:
      // A custom check: mostly of an id.
      return /^$|id$/.test(name) ? (usualValue(name, stage) ?? stage.owner.id) : {};
  }
}

export function resolveRef(ref: string, root: JsonSchema): JsonSchema {
  const component = /^#\/components\/schemas\/(\w+)$/.exec(ref)?.[1];
  if (component) return description.components.schemas[component]!;
  const path = ref.replace(/^#\/?/, "").split("/").filter(Boolean);
  return path.reduce((at: any, key) => at[key], root);
}
