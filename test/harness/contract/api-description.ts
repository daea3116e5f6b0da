import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export type JsonSchema = { [keyword: string]: any };

export interface Operation {
  method: string;
  /** `/api/v4/posts/{post_id}` */
  path: string;
  operationId?: string;
  tag?: string;
  parameters?: { name: string; in: string; required: boolean; schema: JsonSchema }[];
  requestBody?: { contentType: string; schema: JsonSchema | null; required: boolean } | null;
  /** Absent: the operation exists, but its answers are not described. */
  responses?: Record<string, { contentType: string | null; schema: JsonSchema | null }>;
  /** The status of success where the description errs. */
  servedStatus?: number;
  unrouted?: true;
}

interface Description {
  operations: Operation[];
  components: { schemas: Record<string, JsonSchema> };
}

/** test/reference/api-v4.json: what Mattermost 11.6 serves. */
export const description: Description = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../reference/api-v4.json"), "utf8"),
);

/** A row of test/reference/endpoints.tsv. */
export interface Endpoint {
  tier: number;
  method: string;
  path: string;
  operation: string;
  permission: string;
  usedBy: string;
  note: string;
}

/** Every operation of Mattermost 11.6, by how much clients need it: tier 1 to 3. */
export const endpoints: Endpoint[] = readFileSync(
  resolve(import.meta.dirname, "../../reference/endpoints.tsv"),
  "utf8",
)
  .split("\n")
  .slice(1)
  .filter((line) => line.includes("\t"))
  .map((line) => {
    const [tier, method, path, operation, permission, usedBy, note] = line.split("\t") as string[];
    return {
      tier: Number(tier),
      method: method!,
      path: path!,
      operation: operation === "-" ? "" : operation!,
      permission: permission ?? "",
      usedBy: usedBy ?? "",
      note: note ?? "",
    };
  });

/** Finds the operation that serves a request; literal segments win over parameters. */
export function operationOf(method: string, path: string): Operation | undefined {
  const candidates = (byMethod.get(method) ?? []).filter(({ pattern }) => pattern.test(path));
  return candidates[0]?.operation;
}

const byMethod = new Map<string, { pattern: RegExp; operation: Operation }[]>();
for (const operation of [...description.operations].sort((a, b) => (rank(a.path) < rank(b.path) ? -1 : 1))) {
  const pattern = new RegExp(`^${operation.path.replace(/[.+]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+")}/?$`);
  const known = byMethod.get(operation.method) ?? [];
  known.push({ pattern, operation });
  byMethod.set(operation.method, known);
}

function rank(path: string): string {
  return path.replace(/\{\w+\}/g, "~");
}
