import { Hono } from "hono";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import { getPath } from "hono/utils/url";
import { operations } from "./api/operations.ts";
import { refusedRoutes } from "./api/refused/refused.ts";
import { routes } from "./api/routes.ts";
import { prepareCaches } from "./cache/caches.ts";
import { createContext } from "./context.ts";
import type { Env } from "./env.ts";
import { AppError, fail } from "./errors/app-error.ts";
import { preflight, withCors } from "./http/cors.ts";
import { answerError, discardBody, run } from "./http/pipeline.ts";
import { rateLimit } from "./http/rate-limit/rate-limit.ts";
import { Req } from "./http/request.ts";
import { turnAway } from "./http/turn-away.ts";
import { metrics } from "./metrics/metrics.ts";
import { newId } from "./model/id.ts";
import { nodeState } from "./node-state.ts";
import { basePath, withoutBase } from "./web/base-path.ts";
import { sitePage } from "./web/site.ts";
import { SAFE_HEADERS } from "./web/static-files.ts";

/** Requests under way on this node, for a drain to wait for. */
export const inFlight = { count: 0 };

/** Where the site is below its host, as far as this isolate knows. */
function siteBase(env: Env | undefined): string {
  return basePath((env && nodeState(env)?.config.ServiceSettings.SiteURL) ?? "");
}

const app = new Hono<{ Bindings: Env }>({
  router: new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] }),
  // The routes know nothing of the path that a site may be below.
  getPath: (request, options) =>
    withoutSlash(withoutBase(getPath(request), siteBase(options?.env as Env | undefined))),
});

/** The WebSocket's address may end with a slash (websocket.md 1). */
const withoutSlash = (path: string) => (path === "/api/v4/websocket/" ? "/api/v4/websocket" : path);

/** `/a/{b}` as the router writes it. */
const pattern = (path: string) => path.replace(/\{(\w+)\}/g, ":$1");
/** Literal segments come before parameters, so that `/users/ids` is not taken for a user. */
const order = (path: string) =>
  path
    .split("/")
    .map((part) => (part.startsWith("{") ? "~" : part))
    .join("/");

const served = new Set<string>();
const built = new Set(routes.map(({ method, path }) => `${method} ${path}`));
const refused = refusedRoutes.filter(({ method, path }) => !built.has(`${method} ${path}`));
for (const route of [...routes, ...refused].sort((a, b) => (order(a.path) < order(b.path) ? -1 : 1))) {
  served.add(`${route.method} ${route.path}`);
  app.on(route.method, pattern(route.path), (c) =>
    run(route, c.req.raw, c.env, c.executionCtx as ExecutionContext, c.req.param() as Record<string, string>),
  );
}
// What is not built yet says so, in the error shape: clients hide the feature (no stub pretends).
for (const { method, path, operation } of [...operations].sort((a, b) =>
  order(a.path) < order(b.path) ? -1 : 1,
)) {
  if (served.has(`${method} ${path}`)) continue;
  app.on(method, pattern(path), (c) =>
    refuse(
      c.req.raw,
      c.env,
      c.executionCtx as ExecutionContext,
      fail("api.context.not_built.app_error", { name: operation || path }),
    ),
  );
}
app.get("/robots.txt", (c) => c.text("User-agent: *\nDisallow: /\n"));
app.all("/plugins/:plugin_id/*", async (c) => {
  const { config } = await createContext(c.env, c.executionCtx as ExecutionContext);
  if (config.PluginSettings.Enable) {
    await discardBody(c.req.raw);
    return new Response("404 page not found\n", {
      status: 404,
      headers: { ...SAFE_HEADERS, "Content-Type": "text/plain; charset=utf-8" },
    });
  }
  return refuse(c.req.raw, c.env, c.executionCtx as ExecutionContext, fail("app.plugin.disabled.app_error"));
});
app.notFound(async (c) => {
  const exec = c.executionCtx as ExecutionContext;
  const page = await sitePage(c.req.raw, await createContext(c.env, exec));
  const unknown = () =>
    new AppError("api.context.404.app_error", 404, "Sorry, we could not find the page.", c.req.path);
  return page ?? refuse(c.req.raw, c.env, exec, unknown());
});

export async function handleRequest(request: Request, env: Env, exec: ExecutionContext): Promise<Response> {
  prepareCaches(env.PROFILE);
  const turned = await turnAway(request, env);
  if (turned) return turned;
  inFlight.count++;
  try {
    const { config } = nodeState(env) ?? (await nodeState.load(env));
    const response =
      preflight(request, config.ServiceSettings) ??
      withCors(request, await app.fetch(request, env, exec), config.ServiceSettings);
    metrics.httpRequests.value++;
    if (response.status >= 400) metrics.httpErrors.value++;
    return response;
  } finally {
    inFlight.count--;
  }
}

async function refuse(raw: Request, env: Env, exec: ExecutionContext, error: AppError): Promise<Response> {
  const r = new Req(raw, await createContext(env, exec), newId(), {});
  const refusal = await countedOr(r, error);
  await discardBody(raw);
  return answerError(r, undefined, refusal);
}

/** `error`, or that the limits of requests are used up. */
async function countedOr(r: Req, error: AppError): Promise<unknown> {
  try {
    await rateLimit(r, "start");
    await rateLimit(r, "identified");
    return error;
  } catch (refusal) {
    return refusal;
  }
}
