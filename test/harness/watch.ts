import { type Answer, violationsOf } from "./contract/contract.ts";

/** Nodes whose answers are checked, by origin. */
const watched = new Set<string>();
const found: string[] = [];
let original: typeof fetch | undefined;

/** From here on every answer of the node to `fetch` is held against the API description. */
export function watchNode(url: string): void {
  watched.add(new URL(url).origin);
  if (original) return;
  const plain = globalThis.fetch;
  original = plain;
  globalThis.fetch = async (input, init) => {
    const response = await plain(input, init);
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (watched.has(url.origin)) await check(url, input, init, response);
    return response;
  };
}

/** `fetch` without checks, for what is not HTTP as clients speak it. */
export const plainFetch: typeof fetch = (input, init) => (original ?? globalThis.fetch)(input, init);

async function check(
  url: URL,
  input: unknown,
  init: RequestInit | undefined,
  response: Response,
): Promise<void> {
  const request = input instanceof Request ? input : undefined;
  const method = (init?.method ?? request?.method ?? "GET").toUpperCase();
  const headers = new Headers(init?.headers ?? request?.headers);
  const isText = /json|text/.test(response.headers.get("content-type") ?? "");
  const answer: Answer = {
    method,
    path: url.pathname,
    conditional: headers.has("if-none-match") || headers.has("if-modified-since"),
    status: response.status,
    headers: response.headers,
    text: isText ? await response.clone().text() : undefined,
  };
  for (const violation of violationsOf(answer)) {
    found.push(`${method} ${url.pathname}${url.search} -> ${response.status}: ${violation}`);
  }
}

/** A violation found elsewhere, in what a socket receives. */
export function reportViolation(violation: string): void {
  found.push(violation);
}

/** What has been found since the last call. */
export function takeViolations(): string[] {
  return found.splice(0);
}
