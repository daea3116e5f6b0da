import type { Config } from "../../config/load.ts";
import { SERVER_VERSION } from "../../config/version.ts";
import type { Env } from "../../env.ts";
import { limitStream, readLimited } from "./body.ts";
import { allowedInternal, guardUrl, parseUrl } from "./guard.ts";
import { type Outbound, OutboundError, type OutboundRequest } from "./outbound.ts";

export const USER_AGENT = `Edgemost/${SERVER_VERSION}`;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What a hop to another origin must not be told. */
const OWN_HEADERS = ["authorization", "cookie", "proxy-authorization"];

/**
 * Outgoing requests by two network services: one that only public addresses can be reached by, and what the launcher found
 * in AllowedUntrustedInternalConnections; and one without bounds, for `trusted` requests and what that setting names now.
 * Self-hosted the first decides at the moment of connecting, so that no name can lead elsewhere than it was checked for.
 * Cloudflare's network has no way to private addresses at all.
 */
export function createOutbound(env: Env, config: Config): Outbound {
  const open = (url: string, request: OutboundRequest) => send(env, config, url, request);
  return {
    async open(url, request) {
      const { response, url: from, failure } = await open(url, request);
      const { status, headers, body } = response;
      return { status, headers, body: limitStream(body, request.maxBytes, failure), url: from };
    },
    async fetch(url, request) {
      const { response, url: from, failure } = await open(url, request);
      const { status, headers, body } = response;
      const { maxBytes, cut, enough } = request;
      try {
        const bytes = await readLimited(body, {
          maxBytes,
          cut,
          enough: enough && ((soFar) => enough(soFar, headers)),
        });
        return { status, headers, bytes, text: () => new TextDecoder().decode(bytes), url: from };
      } catch (error) {
        throw failure(error);
      }
    },
  };
}

interface Sent {
  response: Response;
  url: string;
  /** What a failure while reading the body is. */
  failure(error: unknown): OutboundError;
}

async function send(env: Env, config: Config, text: string, request: OutboundRequest): Promise<Sent> {
  const { timeoutMs, redirects = 0, trusted = false } = request;
  const allowed = allowedInternal(config.ServiceSettings.AllowedUntrustedInternalConnections);
  const signal = AbortSignal.timeout(timeoutMs);
  const failure = (error: unknown): OutboundError => {
    if (error instanceof OutboundError) return error;
    if (signal.aborted) return new OutboundError("timeout", `no answer within ${timeoutMs} ms`);
    return new OutboundError("unreachable", "no connection, or one that broke");
  };
  const headers = new Headers({ "User-Agent": USER_AGENT, ...request.headers });
  let { method = "GET", body } = request;
  let url = parseUrl(text);
  for (let hop = 0; ; hop++) {
    // A trusted address may redirect within its own origin; elsewhere it is as good as any.
    const isTrusted = trusted && url.origin === new URL(text).origin;
    const reach = isTrusted ? "allowed" : guardUrl(url, allowed);
    const init = {
      method,
      headers,
      signal,
      redirect: "manual" as const,
      ...(body === undefined ? {} : { body }),
    };
    let response: Response;
    try {
      response = await through(env, reach)(url.href, init);
    } catch (error) {
      throw failure(error);
    }
    const location = response.headers.get("location");
    if (redirects === 0 || !location || !REDIRECTS.has(response.status))
      return { response, url: url.href, failure };
    response.body?.cancel().catch(() => {});
    if (hop === redirects) throw new OutboundError("redirects", `more than ${redirects} redirects`);
    const next = parseUrl(location, url);
    if (next.origin !== url.origin) for (const name of OWN_HEADERS) headers.delete(name);
    if (response.status === 303 || (response.status < 303 && method === "POST")) {
      method = method === "HEAD" ? "HEAD" : "GET";
      body = undefined;
      headers.delete("content-type");
    }
    url = next;
  }
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Without a service that keeps to public addresses, only the edge may send: elsewhere that would reach everything. */
function through(env: Env, reach: "public" | "allowed"): Fetch {
  const service = reach === "public" ? env.OUTBOUND_PUBLIC : env.OUTBOUND_ANY;
  if (service) return (url, init) => service.fetch(url, init);
  if (reach === "public" && env.PROFILE !== "edge")
    throw new OutboundError("blocked", "the node has no OUTBOUND_PUBLIC binding");
  return (url, init) => fetch(url, init);
}
