// A site below a path (SiteURL with one): all of it is there.

import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { ownPort } from "../harness/ports.ts";
import { makeClient } from "./client-fixture.ts";

let node: OwnNode;
let site: string;
const client = makeClient();
beforeAll(async () => {
  const port = await ownPort();
  site = `http://localhost:${port}/team/chat`;
  node = await ownNode({
    env: { CLIENT_DIR: client.dir, PORT: String(port), MM_SERVICESETTINGS_SITEURL: `${site}/` },
  });
});
afterAll(async () => {
  await node?.stop();
  client.remove();
});

const get = (path: string, init: RequestInit = {}) =>
  fetch(`${site}${path}`, { redirect: "manual", ...init });

describe("a site below a path", () => {
  it("has its page there, which says where it is, and lets its script do so", async () => {
    const script = "window.publicPath='/team/chat/static/'";
    const hash = `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
    for (const path of ["/", "/login", "/a-team/channels/x"]) {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get("content-security-policy")).toBe(
        `frame-ancestors 'self'; script-src 'self' ${hash}`,
      );
      const html = await answer.text();
      expect(html).toContain(`<script id="publicPathInWindowScript">${script}</script>`);
      expect(html).toContain(`content="script-src 'self' ${hash} js.stripe.com/v3"`);
      expect(html).toContain('src="/team/chat/static/main.1a2b.js"');
      expect(html).not.toMatch(/"\/static\//);
    }
  });

  it("has its files there, and they name each other so", async () => {
    const css = await (await get("/static/main.1a2b.css")).text();
    expect(css).toContain("url(/team/chat/static/files/font.woff2)");
    expect(css).toContain('url("/team/chat/static/images/favicon.png")');
    const manifest = await (await get("/static/manifest.json")).json();
    expect(manifest).toMatchObject({ icons: [{ src: "/team/chat/static/icon_96x96.png" }] });
    expect((await get("/static/images/favicon.png")).headers.get("content-length")).toBe("300");
    const etag = (await get("/static/main.1a2b.css")).headers.get("etag")!;
    expect((await get("/static/main.1a2b.css", { headers: { "If-None-Match": etag } })).status).toBe(304);
  });

  it("has its API there, with cookies of its own", async () => {
    const { username, password } = node.admin;
    const answer = await get("/api/v4/users/login", {
      method: "POST",
      headers: { "X-Requested-With": "XMLHttpRequest" },
      body: JSON.stringify({ login_id: username, password }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie().map((cookie) => /Path=([^;]*)/.exec(cookie)?.[1])).toEqual(
      Array(3).fill("/team/chat"),
    );
    const unknown = await get("/api/v4/nothing");
    expect([unknown.status, unknown.headers.get("content-type")]).toEqual([404, "application/json"]);
    const plugin = await get("/plugins/playbooks/api");
    expect([plugin.status, plugin.headers.get("content-type")]).toEqual([501, "application/json"]);
  });

  it("sends everybody there", async () => {
    for (const [from, to] of [
      ["/team/chat", "/team/chat/"],
      ["/", "/team/chat/"],
      ["/login?a=b", "/team/chat/login?a=b"],
      ["/team/chats", "/team/chat/team/chats"],
      ["//example.com/x", "/team/chat//example.com/x"],
    ]) {
      const answer = await fetch(`${new URL(site).origin}${from}`, { redirect: "manual" });
      expect([from, answer.status, answer.headers.get("location")]).toEqual([from, 302, to]);
    }
  });

  it("sends whom an OAuth app has sent to its login, and from there back (semantics 22.2)", async () => {
    const answer = await get(`/oauth/authorize?client_id=${"a".repeat(26)}`);
    const to = new URL(answer.headers.get("location")!, site);
    // The client adds the path of the site to where it goes.
    expect([to.pathname, to.searchParams.get("redirect_to")]).toEqual([
      "/team/chat/login",
      `/oauth/authorize?client_id=${"a".repeat(26)}`,
    ]);
  });

  it("still tells load balancers how it is, wherever they ask", async () => {
    for (const url of [`${new URL(site).origin}/api/v4/system/ping`, `${site}/api/v4/system/ping`])
      expect(((await (await fetch(url)).json()) as { status: string }).status).toBe("OK");
  });
});
