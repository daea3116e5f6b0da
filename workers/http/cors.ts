import type { Config } from "../config/load.ts";

type Settings = Pick<
  Config["ServiceSettings"],
  "AllowCorsFrom" | "CorsAllowCredentials" | "CorsExposedHeaders"
>;

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
const PREFLIGHT_SECONDS = 86_400;

/** What an answer to `request` says to a page of another origin; undefined where AllowCorsFrom does not name that. */
function originHeaders(request: Request, settings: Settings): Record<string, string> | undefined {
  const origin = request.headers.get("origin");
  if (!origin || settings.AllowCorsFrom === "") return undefined;
  const allowed = settings.AllowCorsFrom.split(" ");
  const any = allowed.includes("*");
  if (!any && !allowed.includes(origin)) return undefined;
  return {
    "Access-Control-Allow-Origin": any ? "*" : origin,
    ...(settings.CorsAllowCredentials ? { "Access-Control-Allow-Credentials": "true" } : {}),
  };
}

/** The answer to a browser that asks whether it may send a request from another origin; undefined for any other request. */
export function preflight(request: Request, settings: Settings): Response | undefined {
  if (request.method !== "OPTIONS") return undefined;
  const method = request.headers.get("access-control-request-method");
  const headers = method && METHODS.has(method) && originHeaders(request, settings);
  if (!headers) return undefined;
  const wanted = request.headers.get("access-control-request-headers");
  return new Response(null, {
    status: 204,
    headers: {
      ...headers,
      "Access-Control-Allow-Methods": method,
      ...(wanted ? { "Access-Control-Allow-Headers": wanted } : {}),
      "Access-Control-Max-Age": String(PREFLIGHT_SECONDS),
      Vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    },
  });
}

/** `response` so that a page of another origin may read it, where AllowCorsFrom names that. */
export function withCors(request: Request, response: Response, settings: Settings): Response {
  const headers = response.webSocket ? undefined : originHeaders(request, settings);
  if (!headers) return response;
  const readable = new Response(response.body, response);
  for (const [name, value] of Object.entries(headers)) readable.headers.set(name, value);
  const exposed = settings.CorsExposedHeaders.split(" ").filter(Boolean);
  if (exposed.length > 0) readable.headers.set("Access-Control-Expose-Headers", exposed.join(", "));
  readable.headers.append("Vary", "Origin");
  return readable;
}
