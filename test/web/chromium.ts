// Drives Chromium by the DevTools protocol: as much as a test of a page needs.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Page {
  /** Goes there; resolves with what `expression` is, once that is neither undefined nor null. */
  open(url: string, expression: string): Promise<any>;
  /** Errors of scripts, messages of the console's level "error", and violated policies, so far. */
  errors: string[];
  close(): Promise<void>;
}

const PATIENCE_MS = 40_000;

/** A page of a Chromium of its own, which has never been anywhere. */
export async function openChromium(): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "edgemost-chromium-"));
  const options = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
  ];
  const browser = spawn(
    "chromium",
    [
      ...options,
      "--disable-background-networking",
      `--user-data-dir=${profile}`,
      "--remote-debugging-port=0",
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = new Promise<void>((done) => browser.on("close", () => done()));
  const endpoint = await new Promise<string>((done, fail) => {
    let text = "";
    browser.stderr.on("data", (chunk) => {
      text += chunk;
      const match = /DevTools listening on (ws:\S+)/.exec(text);
      if (match) done(match[1]!);
    });
    browser.on("error", fail);
    browser.on("close", () => fail(new Error(`Chromium ended: ${text}`)));
  });
  const session = await connect(await firstPage(new URL(endpoint).host));
  for (const domain of ["Page", "Runtime", "Log"]) await session.send(`${domain}.enable`);
  return {
    errors: session.errors,
    async open(url, expression) {
      await session.send("Page.navigate", { url });
      // Until the navigation is through, it is the page before that answers, or none.
      const there = `document.URL === ${JSON.stringify(new URL(url).href)} ? (${expression}) : null`;
      for (const until = Date.now() + PATIENCE_MS; ; await new Promise((done) => setTimeout(done, 50))) {
        const evaluated = await session.send("Runtime.evaluate", { expression: there, returnByValue: true });
        const result = evaluated?.result;
        if (result?.value !== undefined && result.value !== null) return result.value;
        if (Date.now() > until) throw new Error(`no ${expression} at ${url}: ${session.errors.join("; ")}`);
      }
    },
    async close() {
      session.close();
      browser.kill("SIGTERM");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

/** Where its page is talked to: the browser may be there a moment before. */
async function firstPage(host: string): Promise<string> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    const targets = (await (await fetch(`http://${host}/json`)).json()) as any[];
    const page = targets.find(({ type }) => type === "page");
    if (page) return page.webSocketDebuggerUrl;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("Chromium has no page");
}

async function connect(url: string) {
  const socket = new WebSocket(url);
  await new Promise((done, fail) => {
    socket.addEventListener("open", done);
    socket.addEventListener("error", fail);
  });
  const errors: string[] = [];
  const waiting = new Map<number, (result: any) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, result, method, params } = JSON.parse(String(data));
    waiting.get(id)?.(result);
    waiting.delete(id);
    if (method === "Runtime.exceptionThrown")
      errors.push(params.exceptionDetails.exception?.description ?? "exception");
    if (method === "Log.entryAdded" && params.entry.level === "error")
      errors.push(`${params.entry.text} ${params.entry.url ?? ""}`);
  });
  let last = 0;
  return {
    errors,
    send: (method: string, params: object = {}) =>
      new Promise<any>((done) => {
        const id = ++last;
        waiting.set(id, done);
        socket.send(JSON.stringify({ id, method, params }));
      }),
    close: () => socket.close(),
  };
}
