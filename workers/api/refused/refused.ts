import { fail } from "../../errors/app-error.ts";
import type { ErrorId } from "../../errors/catalogue.ts";
import { type Method, type Route, route } from "../../http/route.ts";
import { operations } from "../operations.ts";
import type { Caller } from "./access.ts";
import { elsewhere } from "./elsewhere.ts";
import { licensed } from "./licensed.ts";

/** Per row: the error, who is told it, and the operations by name (or method and path), separated by spaces. */
export type Refusals = readonly (readonly [error: ErrorId, caller: Caller, ...operations: string[]])[];

/** By operation (or `METHOD/path`), what is answered. */
export const refusals: ReadonlyMap<string, { error: ErrorId; caller: Caller }> = new Map(
  [...licensed, ...elsewhere].flatMap(([error, caller, ...names]) =>
    names.flatMap((line) => line.split(" ")).map((name) => [name, { error, caller }] as const),
  ),
);

/**
 * The operations that a server without a licence refuses: authorised as ever, then answered with Mattermost's own error.
 * They are not in `routes`, for they serve nothing.
 */
export const refusedRoutes: Route[] = operations.flatMap(({ method, path, operation }) => {
  const refusal = refusals.get(operation || `${method}${path}`);
  if (!refusal) return [];
  const { auth, access } = refusal.caller;
  return route({
    method: method as Method,
    path,
    auth,
    access,
    handle() {
      throw fail(refusal.error);
    },
  });
});
