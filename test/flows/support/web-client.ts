// A browser tab with the official web client, from its first request on (client-flows 0 and 1).
//
//   const tab = new WebTab(node);                       // nobody's: no cookies yet
//   await tab.login(person);                            // as the login page; or person.client's own calls: tab.client.login()
//   const me = await tab.client.getMe();                // Client4 itself, by the browser's cookies and CSRF token
//   const posts = await tab.ask("GET", "channels/…");   // what Client4 has no method or option for: {status, headers, data}
//   tab.last                                            // the answer that came last, for its status and headers
//   tab.cookies.get("MMUSERID")                         // {value, httpOnly, …}; `tab.readable` are those that JavaScript sees
//   await tab.connect();                                // WebSocketClient itself, past its hello
//   const event = await tab.next("posted", (e) => e.parsed.post.id === id);
//   await tab.none("draft_created");                    // nor on its way
//
// Like a browser, a tab keeps answers that have an ETag and asks whether they still hold: one that changes too seldom shows.
//
// Beyond what the harness checks of every answer and event (test/harness/contract/contract.ts, events.ts), a test fails where the web
// client would suffer: an answer that it takes for text, one with a Cache-Control that makes it ignore X-Version-Id, a 401
// to somebody who is logged in (it wipes its store and reloads; `tab.mayEnd = true` where that is meant), events missed.

import { Client4, WebSocketClient } from "@mattermost/client";
import { afterAll } from "vitest";
import { WebSocket as WsSocket } from "ws";
import { checkEvent, type SocketEvent } from "../../harness/contract/events.ts";
import type { NodeAddress } from "../../harness/people.ts";
import type { Which } from "../../harness/socket.ts";
import { Wakers } from "../../harness/wakers.ts";
import { reportViolation } from "../../harness/watch.ts";
import { type Cookie, Cookies } from "./cookies.ts";

const AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";
const TIMEOUT_MS = 20_000;
/** The only API answers whose Cache-Control is meant (client-flows 1, http-conventions 4.3). */
const CACHED =
  /\/(image|thumbnail|preview|info|search|config(\/environment|\/patch)?|brand\/image|mfa\/generate|caches\/invalidate|files\/\w{26})(\?|$)/;

export interface Answer<T = any> {
  status: number;
  headers: Headers;
  /** Parsed as the web client does: by the exact Content-Type. */
  data: T;
}

const TAB = Symbol("tab");
const open = new Set<WebTab>();

/** Client4 in a browser: cookies go with each request, and those of each answer are kept. */
class BrowserClient4 extends Client4 {
  private readonly tab: WebTab;

  constructor(tab: WebTab) {
    super();
    this.tab = tab;
  }

  override getCSRFFromCookie(): string {
    return this.tab.readable.get("MMCSRF") ?? "";
  }

  override getOptions(options: any): any {
    const made = super.getOptions(options) as { headers: Record<string, string> };
    const cookie = this.tab.cookies.header;
    if (cookie) made.headers.Cookie = cookie;
    // The web client never sends it.
    delete made.headers.Authorization;
    return { ...made, [TAB]: this.tab };
  }
}

export class WebTab {
  readonly client: Client4;
  readonly url: string;
  readonly cookies = new Cookies();
  /** The browser's, by URL; whoever is logged in. */
  readonly cache = new Map<string, { etag: string; body: ArrayBuffer; headers: Headers }>();
  last!: { status: number; headers: Headers };
  /** The session is meant to end: 401 is no failure. */
  mayEnd = false;
  socket: WebSocketClient | undefined;
  /** Every event since `connect`, in order. */
  readonly events: SocketEvent[] = [];
  private readonly taken = new Set<SocketEvent>();
  protected readonly wakers = new Wakers();

  constructor(node: Pick<NodeAddress, "url">, language = "en") {
    this.url = node.url;
    this.client = new BrowserClient4(this);
    this.client.setUrl(node.url);
    this.client.setUserAgent(AGENT);
    this.client.setAcceptLanguage(language);
  }

  /** The cookies that JavaScript sees, by name. */
  get readable(): Map<string, string> {
    const seen = [...this.cookies].filter(([, cookie]) => !cookie.httpOnly);
    return new Map(seen.map(([name, { value }]: [string, Cookie]) => [name, value]));
  }

  get connectionId(): string {
    return this.events.findLast(({ event }) => event === "hello")?.data.connection_id ?? "";
  }

  /** A request with the client's headers; a failure is an answer, too. `path` is below /api/v4/. */
  async ask<T = any>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const client = this.client as any;
    const { response, data } = await client.doFetchWithResponse(`${client.getBaseRoute()}/${path}`, {
      method: method.toLowerCase(),
      headers,
      ignoreStatus: true,
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, data };
  }

  async login(who: { username: string; password: string }): Promise<this> {
    await this.client.login(who.username, who.password);
    return this;
  }

  /** As the web client does once it knows who it is. */
  async connect(): Promise<this> {
    open.add(this);
    const cookie = this.cookies.header;
    const socket = new WebSocketClient({
      newWebSocketFn: (address: string) =>
        new WsSocket(address, {
          headers: { cookie, origin: this.url, "user-agent": AGENT },
        }) as unknown as WebSocket,
      minWebSocketRetryTime: 100,
      reconnectJitterRange: 10,
    });
    this.socket = socket;
    socket.addMissedMessageListener(() => reportViolation("the WebSocket has missed events"));
    socket.addMessageListener((message) => {
      const { event, problems } = checkEvent(message as never);
      for (const problem of problems) reportViolation(`event ${event.event}: ${problem}`);
      this.events.push(event);
      this.wakers.wake();
    });
    socket.initialize(`${this.url.replace(/^http/, "ws")}/api/v4/websocket`, undefined, true);
    await this.next("hello");
    return this;
  }

  /** The next event of that name (that `accept`s it) which no earlier call has returned. */
  async next<Name extends string>(name: Name, ...[accept = () => true]: Which<Name>): Promise<SocketEvent> {
    let found: SocketEvent | undefined;
    const take = () => {
      found = this.untaken(name, accept);
      if (found) this.taken.add(found);
      return found !== undefined;
    };
    const seen = () => this.events.slice(-15).map(({ event }) => event);
    const why = () => `No ${name} within ${TIMEOUT_MS} ms; seen: ${seen().join(", ")}`;
    await this.wakers.until(take, why, TIMEOUT_MS);
    return found!;
  }

  /** Sends an action by the socket and resolves with its reply. */
  send(action: string, data: Record<string, unknown> = {}): Promise<any> {
    return new Promise((done) => this.socket!.sendMessage(action, data, done));
  }

  /** Fails if an event of that name is there or still on its way: what was published before comes before the reply. */
  async none<Name extends string>(name: Name, ...[accept = () => true]: Which<Name>): Promise<void> {
    await this.send("ping");
    const found = this.untaken(name, accept);
    if (found) throw new Error(`There is an event that should not be: ${JSON.stringify(found)}`);
  }

  close(): void {
    open.delete(this);
    this.socket?.close();
  }

  private untaken(name: string, accept: (event: SocketEvent) => boolean): SocketEvent | undefined {
    return this.events.find((event) => event.event === name && !this.taken.has(event) && accept(event));
  }

  /** Of each answer, before Client4 reads it. */
  received(method: string, url: string, response: Response): void {
    const { status, headers } = response;
    this.last = { status, headers };
    const session = this.cookies.has("MMAUTHTOKEN");
    this.cookies.receive(headers.getSetCookie());
    const { pathname, search } = new URL(url);
    const path = pathname + search;
    const complain = (what: string) => reportViolation(`web client: ${method} ${path} -> ${status}: ${what}`);
    if (!path.startsWith("/api/v4/")) return;
    if (status === 401 && session && !this.mayEnd && !path.startsWith("/api/v4/users/login"))
      complain("it would log out");
    if (status < 400 && headers.has("cache-control") && !CACHED.test(path))
      complain(`Cache-Control is ${headers.get("cache-control")}`);
    if (!headers.has("x-version-id")) complain("no X-Version-Id");
  }
}

/** What WebSocketClient tells the console is of no interest. */
const CHATTER = /^(websocket |got connection id )/;
const log = console.log;
console.log = (...said: unknown[]) => {
  if (!CHATTER.test(String(said[0]))) log(...said);
};

const plain = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const tab = (init as { [TAB]?: WebTab } | undefined)?.[TAB];
  if (!tab) return plain(input, init);
  const method = (init?.method ?? "GET").toUpperCase();
  const url = String(input);
  const kept = method === "GET" ? tab.cache.get(url) : undefined;
  const headers = { ...(init?.headers as Record<string, string>) };
  if (kept) headers["If-None-Match"] = kept.etag;
  let response = await plain(input, { ...init, headers });
  tab.received(method, url, response);
  // As a browser does, unseen by the client: under the same address what has the same ETag is what it was.
  if (response.status === 304 && kept) {
    const merged = new Headers(kept.headers);
    response.headers.forEach((value, name) => {
      merged.set(name, value);
    });
    response = new Response(kept.body, { headers: merged });
  }
  const etag = response.headers.get("etag");
  const keep =
    etag && response.status === 200 && !/no-store/.test(response.headers.get("cache-control") ?? "");
  if (method === "GET" && keep) {
    const body = await response.arrayBuffer();
    tab.cache.set(url, { etag, body, headers: response.headers });
    response = new Response(body, { headers: response.headers });
  }
  return response;
};

/** Before a node of the test's own is stopped; the shared node's are closed at the file's end. */
export function closeTabs(): void {
  for (const tab of open) tab.close();
}

afterAll(closeTabs);
