import { z } from "zod";
import { SERVER_VERSION } from "../../../config/version.ts";
import type { Route } from "../../../http/route.ts";
import { operations } from "../../operations.ts";

type Json = Record<string, unknown>;

const names = new Map(operations.map(({ method, path, operation }) => [`${method} ${path}`, operation]));
const JSON_TYPE = "application/json";
const ID = { type: "string", pattern: "^[a-z0-9]{26}$" };

/** OpenAPI 3.1 of what `routes` serve below `base`: made from their declarations, so that it cannot say anything else. */
export function describe(routes: readonly Route[], base: string): Json {
  const paths: Record<string, Json> = {};
  const taken = new Set<string>();
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method.toLowerCase()] = operationOf(route, taken);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Edgemost",
      version: SERVER_VERSION,
      description: `What this server serves of the API of Mattermost ${SERVER_VERSION}.`,
    },
    servers: [{ url: base || "/" }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        cookie: { type: "apiKey", in: "cookie", name: "MMAUTHTOKEN" },
      },
      schemas: { AppError: APP_ERROR },
      responses: {
        Error: { description: "An error", content: { [JSON_TYPE]: { schema: ref("schemas/AppError") } } },
      },
    },
  };
}

const ref = (to: string) => ({ $ref: `#/components/${to}` });

const APP_ERROR = {
  type: "object",
  required: ["id", "message", "status_code"],
  properties: {
    id: { type: "string" },
    message: { type: "string" },
    detailed_error: { type: "string" },
    request_id: { type: "string" },
    status_code: { type: "integer" },
  },
};

/** `taken`: the names of the operations before it. Mattermost has one name twice. */
function operationOf(route: Route, taken: Set<string>): Json {
  const { method, path, auth } = route;
  const given = names.get(`${method} ${path}`);
  const name = given && !taken.has(given) ? given : nameOf(method, path);
  taken.add(name);
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameterOf(parameter!));
  const isSocket = path.endsWith("/websocket");
  return {
    operationId: name,
    summary: wordsOf(name),
    tags: [tagOf(path)],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...bodyOf(route),
    responses: {
      [isSocket ? 101 : (route.status ?? 200)]: { description: isSocket ? "A WebSocket" : "Success" },
      default: ref("responses/Error"),
    },
    security: [...(auth === "session" ? [] : [{}]), { bearer: [] }, { cookie: [] }],
  };
}

function parameterOf(name: string): Json {
  // "me" stands for the session's user.
  const isId = /_id$/.test(name) && name !== "user_id" && name !== "plugin_id";
  return { name, in: "path", required: true, schema: isId ? ID : { type: "string" } };
}

function bodyOf({ body, upload, method }: Route): Json {
  if (body) {
    const { $schema, ...schema } = z.toJSONSchema(body, { io: "input", unrepresentable: "any" });
    return { requestBody: { required: !body.isOptional(), content: { [JSON_TYPE]: { schema } } } };
  }
  if (!upload || method === "GET" || method === "DELETE") return {};
  return {
    requestBody: {
      required: true,
      content: {
        "multipart/form-data": { schema: { type: "object" } },
        "application/octet-stream": { schema: {} },
      },
    },
  };
}

/** `GetChannelMembers` as "Get channel members". */
function wordsOf(name: string): string {
  const words = name.replace(/([a-z\d])([A-Z])/g, "$1 $2").split(" ");
  return words.map((word, i) => (i > 0 && !/^[A-Z]{2}/.test(word) ? word.toLowerCase() : word)).join(" ");
}

/** Of an operation that has none: `HEAD /files/{file_id}` as "HeadFilesFileId". */
function nameOf(method: string, path: string): string {
  const words = [method, ...path.replace("/api/v4", "").split(/\W+|_/)].filter(Boolean);
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1).toLowerCase()).join("");
}

const tagOf = (path: string) => /^(?:\/api\/v4)?\/(\w+)/.exec(path)?.[1] ?? "system";
