import type { Context } from "../context.ts";
import { accepts } from "../http/encoding.ts";
import { newId } from "../model/id.ts";
import { basePath, withoutBase } from "./base-path.ts";
import { landingPage } from "./landing.ts";
import { pagePolicy, rootPage, scriptHash } from "./root-html.ts";
import { matches, openFile, REVALIDATE, SAFE_HEADERS, type Site, staticFile } from "./static-files.ts";
import { tooOld, unsupportedPage } from "./unsupported.ts";

/** Paths that are never a page: what is not found there is an error (client-flows 2). */
const NO_PAGES = /^\/(api|hooks|plugins)(\/|$)/;

/**
 * The answer to a GET or HEAD that no route takes: the client's files and its page, or without a client the small page
 * at `/`. Undefined: there is nothing, or it is not for a browser.
 */
export async function sitePage(request: Request, ctx: Context): Promise<Response | undefined> {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const url = new URL(request.url);
  const base = basePath(ctx.config.ServiceSettings.SiteURL);
  const path = withoutBase(url.pathname, base);
  if (NO_PAGES.test(path)) return undefined;
  if (base && !url.pathname.startsWith(`${base}/`)) {
    const Location = `${base}${url.pathname === base ? "/" : url.pathname}${url.search}`;
    return new Response(null, { status: 302, headers: { ...SAFE_HEADERS, Location } });
  }
  if (!ctx.env.CLIENT) return path === "/" ? landing(ctx, url.origin) : undefined;
  const site: Site = { env: ctx.env, base, compress: ctx.compress };
  if (path.startsWith("/static/")) return staticFile(site, request, path.slice("/static/".length));
  return page(site, request, ctx);
}

/** The client's page, which every address of the client is answered by. */
async function page(site: Site, request: Request, ctx: Context): Promise<Response | undefined> {
  const { config } = ctx;
  const old = tooOld(
    request.headers.get("user-agent") ?? "",
    config.ServiceSettings.MinimumDesktopAppVersion,
  );
  if (old) {
    const html = unsupportedPage(config.TeamSettings.SiteName, old, config.NativeAppSettings.AppDownloadLink);
    return textPage(html, "default-src 'none'; frame-ancestors 'self'");
  }
  const file = await openFile(site, "root.html");
  if (!file) return undefined;
  const hash = await scriptHash(site.base);
  const html = rootPage(await file.text(), config, site.base, hash);
  const etag = await etagOf(html);
  const headers: Record<string, string> = {
    ...SAFE_HEADERS,
    "Content-Type": "text/html",
    "Cache-Control": REVALIDATE,
    "Content-Security-Policy": pagePolicy(config, hash),
    "X-Frame-Options": "SAMEORIGIN",
    "X-Request-Id": newId(),
    "X-Version-Id": ctx.versionId,
    ETag: etag,
    ...(site.compress ? { Vary: "Accept-Encoding" } : {}),
  };
  if (matches(request, etag)) return new Response(null, { status: 304, headers });
  if (site.compress && accepts(request.headers.get("accept-encoding") ?? "", "gzip"))
    headers["Content-Encoding"] = "gzip";
  return new Response(request.method === "HEAD" ? null : html, { headers });
}

function landing(ctx: Context, origin: string): Response {
  const { TeamSettings, ServiceSettings } = ctx.config;
  return textPage(
    landingPage(TeamSettings.SiteName, ServiceSettings.SiteURL || origin),
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
  );
}

function textPage(html: string, policy: string): Response {
  const headers = { "Content-Type": "text/html; charset=UTF-8", "Content-Security-Policy": policy };
  return new Response(html, { headers: { ...SAFE_HEADERS, ...headers } });
}

async function etagOf(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const hex = Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `W/"${hex}"`;
}
