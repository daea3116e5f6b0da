// The official web client's directory, served at the root of a site.

import { request as httpRequest } from "node:http";
import { brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { client, request } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { BIG, makeClient } from "./client-fixture.ts";

let node: OwnNode;
const files = makeClient();
beforeAll(async () => {
  node = await ownNode({
    env: {
      CLIENT_DIR: files.dir,
      MM_TEAMSETTINGS_SITENAME: "<Ada & co>",
      MM_TEAMSETTINGS_CUSTOMDESCRIPTIONTEXT: 'Engines "only"',
      MM_SERVICESETTINGS_FRAMEANCESTORS: "https://portal.example.com",
      MM_SERVICESETTINGS_MINIMUMDESKTOPAPPVERSION: "5.9.0",
    },
  });
});
afterAll(async () => {
  await node?.stop();
  files.remove();
});

interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  body: Buffer;
}

/** As it is sent: neither the path nor the body is made anything else of. */
function raw(path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> {
  const { hostname, port } = new URL(node.url);
  return new Promise((done, fail) => {
    const sent = httpRequest({ hostname, port, path, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () =>
        done({
          status: answer.statusCode!,
          headers: answer.headers as Answer["headers"],
          body: Buffer.concat(chunks),
        }),
      );
    });
    sent.on("error", fail);
    sent.end();
  });
}

describe("the page", () => {
  it("answers every address of the client, with its policy and never cached for good", async () => {
    const paths = [
      "/",
      "/login",
      "/a-team/channels/town-square",
      "/a-team/pl/xyz",
      "/admin_console/about",
      "/_popout/x",
      "/error?message=a",
    ];
    for (const path of paths) {
      const { status, headers, body } = await raw(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers).toMatchObject({
        "content-type": "text/html",
        "cache-control": "no-cache, max-age=31556926, public",
        "x-frame-options": "SAMEORIGIN",
        "content-security-policy": "frame-ancestors 'self' https://portal.example.com; script-src 'self'",
        "x-content-type-options": "nosniff",
      });
      const html = body.toString();
      expect(html).toContain("<title>&#60;Ada &#38; co&#62;</title>");
      expect(html).toContain('<meta property="og:description" content="Engines &#34;only&#34;" />');
      expect(html).toContain('<script id="publicPathInWindowScript"></script>');
      expect(html).toContain('src="/static/main.1a2b.js"');
    }
  });

  it("answers HEAD, which the mobile app asks first, and 304 to who has it", async () => {
    const head = await raw("/", {}, "HEAD");
    expect([head.status, head.body.length]).toEqual([200, 0]);
    const again = await raw("/login", { "If-None-Match": head.headers.etag! });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it("asks who is logged in whether to let an OAuth app in, once what it asks for has been checked", async () => {
    const redirect_uri = "https://app.example.com/back";
    const fields = {
      name: "Reader",
      description: "",
      callback_urls: [redirect_uri],
      homepage: "https://a.example.com",
    };
    const { token } = node.admin;
    const { body: app } = await request(node, token, "POST", "oauth/apps", fields);
    const query = { client_id: app.id, response_type: "code", redirect_uri };
    const authorize = (
      more: object,
      headers: Record<string, string> = { Authorization: `Bearer ${token}` },
    ) => raw(`/oauth/authorize?${new URLSearchParams({ ...query, ...more })}`, headers);
    const page = await authorize({});
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html"]);
    expect(page.body.toString()).toContain('src="/static/main.1a2b.js"');
    expect((await authorize({}, {})).headers.location).toMatch(/^\/login\?redirect_to=/);
    const wrong = await authorize({ redirect_uri: "https://evil.example.com/" });
    expect([wrong.status, wrong.headers["content-type"]]).toEqual([400, "application/json"]);
    // What the client's page sends when the user agrees.
    const agreed: unknown = await client(node.url, token).authorizeOAuthApp(
      "code",
      app.id,
      redirect_uri,
      "s",
      "user",
    );
    expect(agreed).toEqual({ redirect: expect.stringMatching(/^https:\/\/app\.example\.com\/back\?code=/) });
    expect((await authorize({})).headers.location).toMatch(/^https:\/\/app\.example\.com\/back\?code=/);
  });

  it("is not what is wrong in the API, nor for other methods", async () => {
    for (const path of ["/api/v4/nothing", "/api/nothing", "/api"]) {
      const { status, headers, body } = await raw(path);
      expect([path, status, headers["content-type"]]).toEqual([path, 404, "application/json"]);
      expect(JSON.parse(body.toString()).id).toBe("api.context.404.app_error");
    }
    expect((await raw("/login", {}, "POST")).status).toBe(404);
    expect((await raw("/robots.txt")).body.toString()).toBe("User-agent: *\nDisallow: /\n");
  });

  it("tells browsers and desktop apps that are too old", async () => {
    const browser = "Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko";
    const safari = (version: string) =>
      `Mozilla/5.0 (Macintosh) AppleWebKit/605 (KHTML, like Gecko) Version/${version} Safari/605`;
    const desktop = (version: string) =>
      `Mozilla/5.0 (X11; Linux) AppleWebKit/537 (KHTML, like Gecko) Chrome/120.0 Electron/28.0 Safari/537 Mattermost/${version}`;
    const isPage = async (agent: string) =>
      (await raw("/", { "User-Agent": agent })).body.toString().includes("main.1a2b");
    for (const old of [
      browser,
      safari("11.1"),
      desktop("5.8.1"),
      desktop("5.10.0").replace("5.10.0", "4.99.0"),
    ])
      expect([old, await isPage(old)]).toEqual([old, false]);
    for (const fine of [safari("17.2"), desktop("5.9.0"), desktop("5.10.0"), "curl/8.0", ""])
      expect([fine, await isPage(fine)]).toEqual([fine, true]);
  });
});

describe("its files", () => {
  it.each([
    ["main.1a2b.js", "text/javascript; charset=utf-8"],
    ["main.1a2b.css", "text/css; charset=utf-8"],
    ["manifest.json", "application/json"],
    ["i18n/de.5e6f.json", "application/json"],
    ["files/font.woff2", "font/woff2"],
    ["images/favicon.png", "image/png"],
  ])("%s is of its type, and kept for a year", async (path, type) => {
    const { status, headers, body } = await raw(`/static/${path}`);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": type,
      "cache-control": "max-age=31556926, public",
      "x-content-type-options": "nosniff",
      "content-length": String(body.length),
    });
    const again = await raw(`/static/${path}`, { "If-None-Match": headers.etag! });
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, headers.etag]);
    const head = await raw(`/static/${path}`, {}, "HEAD");
    expect([head.status, head.body.length, head.headers["content-type"]]).toEqual([200, 0, type]);
    expect(head.headers["content-length"]).toBe(String(body.length));
  });

  it("come compressed to who takes that: brotli where it is beside them, gzip else", async () => {
    const both = await raw("/static/17.3c4d.js", { "Accept-Encoding": "gzip, deflate, br" });
    expect(both.headers).toMatchObject({ "content-encoding": "br", vary: "Accept-Encoding" });
    expect(both.headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect(brotliDecompressSync(both.body).toString()).toContain(BIG);
    const gzip = await raw("/static/main.1a2b.css", { "Accept-Encoding": "gzip, deflate, br" });
    expect(gzip.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    const fetched = await fetch(`${node.url}/static/main.1a2b.css`);
    expect(await fetched.text()).toContain("font-family: Fixture");
    const plain = await raw("/static/17.3c4d.js");
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.headers.vary).toBe("Accept-Encoding");
    const image = await raw("/static/images/favicon.png", { "Accept-Encoding": "gzip, br" });
    expect(image.headers["content-encoding"]).toBeUndefined();
  });

  it("come in part", async () => {
    const part = await raw("/static/images/favicon.png", { Range: "bytes=10-19" });
    expect([part.status, part.body.length, part.body[0]]).toEqual([206, 10, 10]);
    expect(part.headers["content-range"]).toBe("bytes 10-19/300");
    expect((await raw("/static/images/favicon.png", { Range: "bytes=900-" })).status).toBe(416);
  });

  it("are asked for anew where their address stays the same", async () => {
    const entry = await raw("/static/remote_entry.js?bt=123");
    expect(entry.headers["cache-control"]).toBe("no-cache, max-age=31556926, public");
  });

  it("are no others: not missing ones, directories, plugins', hidden ones, nor any outside", async () => {
    const paths = [
      "/static/nothing.js",
      "/static/",
      "/static/images",
      "/static/images/",
      "/static/plugins/a/main.js",
      "/static/.hidden",
      "/static/sub/.env",
      "/static/.link",
      "/static/%2ehidden",
      "/static/../outside.txt",
      "/static/..%2foutside.txt",
      "/static/%2e%2e/outside.txt",
      "/static/..%5coutside.txt",
      "/static/images/../../outside.txt",
      "/static/images/..%2f..%2foutside.txt",
      "/static//etc/passwd",
      "/static/%2fetc%2fpasswd",
      "/static/%00",
      "/static/%",
      "/static/main.1a2b.js%00.png",
    ];
    for (const path of paths) {
      const { status, headers, body } = await raw(path);
      // Dots are resolved before the path is looked at: what is outside of /static/ is an address of the client.
      if (status === 200)
        expect([path, body.toString()]).toEqual([path, expect.stringContaining('id="root"')]);
      else {
        expect([path, status, headers["cache-control"]]).toEqual([path, 404, "no-cache, public"]);
        expect(body.toString()).not.toContain("secret");
      }
    }
  });
});
