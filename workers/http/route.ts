import type { z } from "zod";
import type { Reply } from "./reply.ts";
import type { Req } from "./request.ts";

export type Method = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Auth =
  /** A valid session is required. */
  | "session"
  /** A session is used where there is a valid one. */
  | "optional";

/**
 * One operation. The declaration is complete: who may call it, what it takes, what it does.
 * `access` is the one place that authorises; it may load what it checks, and hands that to `handle`.
 */
export interface Route<B = any, G = any> {
  method: Method;
  /** As in api-v4.json: `/api/v4/posts/{post_id}`. */
  path: string;
  auth: Auth;
  /** Status of success where it is not 200 (http-conventions 3.1). */
  status?: number;
  /** Schema of the JSON body; the first field that breaks it is named in the 400. */
  body?: z.ZodType<B>;
  /**
   * Uploads may be as large as a file ("measured": as the route itself allows, which measures what comes); all else as
   * MaximumPayloadSizeBytes (http-conventions 4.4).
   */
  upload?: true | "measured";
  /** "Trusted requester" routes skip the CSRF check (http-conventions 2.3). */
  trusted?: true;
  /** Refused while the server is marked busy (http-conventions 1, step 9). */
  shed?: true;
  access: (r: Req<B>) => Promise<G> | G;
  handle: (r: Req<B>, granted: G) => Promise<Reply | unknown> | Reply | unknown;
}

/** Declares a route; only here for inference of the body's and the grant's types. */
export function route<B = undefined, G = unknown>(definition: Route<B, G>): Route {
  return definition as Route;
}

/** `access` of routes that every session (or nobody in particular) may use. */
export const anyone = () => undefined;
