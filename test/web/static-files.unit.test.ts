// The client's files where Cloudflare keeps them: its assets have tags of their own, and it compresses itself.

import { expect, it } from "vitest";
import type { Env } from "../../workers/env.ts";
import { type Site, staticFile } from "../../workers/web/static-files.ts";

const asked: string[] = [];
const CLIENT = {
  async fetch(url: string) {
    asked.push(url);
    if (!url.endsWith("/main.js")) return new Response(null, { status: 404 });
    return new Response("code", { headers: { etag: '"abc"', "content-type": "text/plain" } });
  },
} as unknown as Fetcher;
const site: Site = { env: { CLIENT } as Env, base: "", compress: false };

it("have the assets' tag, and the type that clients need", async () => {
  const request = new Request("https://chat/static/main.js", { headers: { "accept-encoding": "gzip, br" } });
  const answer = await staticFile(site, request, "main.js");
  expect([answer.status, await answer.text()]).toEqual([200, "code"]);
  expect(answer.headers.get("etag")).toBe('W/"abc"');
  expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(answer.headers.get("content-encoding")).toBeNull();
  expect(asked).toEqual(["http://client/main.js"]);
  const again = new Request("https://chat/static/main.js", { headers: { "if-none-match": 'W/"abc"' } });
  expect((await staticFile(site, again, "main.js")).status).toBe(304);
});

it("are missing where the assets have none", async () => {
  expect((await staticFile(site, new Request("https://chat/static/a.js"), "a.js")).status).toBe(404);
});
