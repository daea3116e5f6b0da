import { Hono } from "hono";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { SmartRouter } from "hono/router/smart-router";
import { TrieRouter } from "hono/router/trie-router";
import { operations } from "./api/operations.ts";
import { routes } from "./api/routes.ts";
import { prepareCaches } from "./cache/caches.ts";
import { createContext } from "./context.ts";
import type { Env } from "./env.ts";
import { AppError, fail } from "./errors/app-error.ts";
import { answerError, discardBody, run } from "./http/pipeline.ts";
import { Req } from "./http/request.ts";
import { turnAway } from "./http/turn-away.ts";
import { newId } from "./model/id.ts";
import { landingPage } from "./web/landing.ts";

/** Requests under way on this node, for a drain to wait for. */
export const inFlight = { count: 0 };

const app = new Hono<{ Bindings: Env }>({
  router: new SmartRouter({ routers: [new RegExpRouter(), new TrieRouter()] }),
});

/** `/a/{b}` as the router writes it. */
const pattern = (path: string) => path.replace(/\{(\w+)\}/g, ":$1");
/** Literal segments come before parameters, so that `/users/ids` is not taken for a user. */
const order = (path: string) =>
  path
    .split("/")
    .map((part) => (part.startsWith("{") ? "~" : part))
    .join("/");

const served = new Set<string>();
for (const route of [...routes].sort((a, b) => (order(a.path) < order(b.path) ? -1 : 1))) {
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
app.get("/", async (c) => {
  const { config } = await createContext(c.env, c.executionCtx as ExecutionContext);
  const page = landingPage(
    config.TeamSettings.SiteName,
    config.ServiceSettings.SiteURL || new URL(c.req.url).origin,
  );
  return c.html(page, 200, {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  });
});
app.get("/robots.txt", (c) => c.text("User-agent: *\nDisallow: /\n"));
app.notFound((c) =>
  refuse(
    c.req.raw,
    c.env,
    c.executionCtx as ExecutionContext,
    new AppError("api.context.404.app_error", 404, "Sorry, we could not find the page.", c.req.path),
  ),
);

export async function handleRequest(request: Request, env: Env, exec: ExecutionContext): Promise<Response> {
  prepareCaches(env.PROFILE);
  const turned = await turnAway(request, env);
  if (turned) return turned;
  inFlight.count++;
  try {
    return await app.fetch(request, env, exec);
  } finally {
    inFlight.count--;
  }
}

async function refuse(raw: Request, env: Env, exec: ExecutionContext, error: AppError): Promise<Response> {
  await discardBody(raw);
  return answerError(new Req(raw, await createContext(env, exec), newId(), {}), undefined, error);
}
