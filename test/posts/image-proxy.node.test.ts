// Images of other sites through this one (semantics 8.11), and where short links lead.

import type { Post } from "@mattermost/types/posts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import type { Person, World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { makePng } from "../images/make.ts";
import type { Site } from "../outbound/site.ts";
import { type SiteWorld, startSiteWorld } from "../outbound/site-world.ts";
import { page, say } from "./help.ts";

const SITE = "http://chat.example.org";
const picture = makePng(12, 10, () => [1, 2, 3, 255]);

let given: SiteWorld;
let world: World;
let alice: Person;
let bob: Person;
let site: Site;

beforeAll(async () => {
  given = await startSiteWorld({
    // More than any fetch here takes, however busy the machine is.
    MM_EXPERIMENTALSETTINGS_LINKMETADATATIMEOUTMILLISECONDS: "20000",
    MM_SERVICESETTINGS_SITEURL: SITE,
  });
  ({ site, world } = given);
  [alice, bob] = world.users as [Person, Person];
  site.page("/p.png", (_, response) =>
    response.writeHead(200, { "content-type": "image/png", etag: '"1"', "set-cookie": "a=b" }).end(picture),
  );
});
afterAll(() => given?.stop());

const configure = (ImageProxySettings: object) =>
  world.admin.client.patchConfig({ ImageProxySettings } as never);

function image(url: string, token = bob.token) {
  return fetch(`${given.node.url}/api/v4/image?url=${encodeURIComponent(url)}`, {
    redirect: "manual",
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
}

it("is off by default: then GET /image leads to the image itself", async () => {
  const url = `${site.url}/p.png`;
  const answer = await image(url);
  expect([answer.status, answer.headers.get("location")]).toEqual([302, url]);
  expect((await image("/static/x.png")).headers.get("location")).toBe(`${SITE}/static/x.png`);
  expect((await image("javascript:alert(1)")).status).toBe(400);
  const post = await say(alice, world.channel, `![x](${url})`);
  expect((await bob.client.getPost(post.id)).message).toBe(`![x](${url})`);
});

it("answers images of other sites, and of them only images", async () => {
  await configure({ Enable: true });
  const answer = await image(`${site.url}/p.png`);
  expect(answer.status).toBe(200);
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array(picture));
  expect(answer.headers.get("content-type")).toBe("image/png");
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(answer.headers.get("set-cookie")).toBeNull();
  site.page("/page", (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<b>"));
  site.page("/inner", (_, response) =>
    response.writeHead(302, { location: `http://localhost:${site.port}/p.png` }).end(),
  );
  for (const path of ["/page", "/none", "/inner"]) {
    const refused = await image(site.url + path);
    expect(refused.status, path).toBe(404);
    expect(((await refused.json()) as { id: string }).id).toBe("api.image.get.app_error");
  }
  expect((await image(`http://localhost:${site.port}/p.png`)).status).toBe(404);
  expect((await image(`${site.url}/p.png`, "")).status).toBe(401);
  expect((await image(`${SITE}/brand`)).headers.get("location")).toBe(`${SITE}/brand`);
});

it("rewrites the images of messages for every reader, and takes them back from who edits", async () => {
  await configure({ Enable: true });
  const url = `${site.url}/p.png`;
  const proxied = `${SITE}/api/v4/image?url=${encodeURIComponent(url)}`;
  const own = `![own](${SITE}/a.png) [text](${url})`;
  const written = `![x](${url} "t") ${own}`;
  const shown = `![x](${proxied} "t") ${own}`;
  const socket = await bob.ws();
  const post = await say(alice, world.channel, written);
  expect([post.message, post.message_source]).toEqual([shown, written]);
  const { parsed } = await socket.next("posted", (event) => event.parsed.post.id === post.id);
  expect(parsed.post.message).toBe(shown);
  const read = await bob.client.getPost(post.id);
  const { list } = await page(bob, { id: post.channel_id });
  for (const seen of [read, list.posts[post.id]!]) {
    expect([seen.message, seen.message_source]).toEqual([shown, written]);
    expect(Object.keys(seen.metadata.images!).sort()).toEqual([url, proxied].sort());
  }
  const stored = async () =>
    (await database(given.node)`select message from posts where id = ${post.id}`)[0]!.message;
  expect(await stored()).toBe(written);
  await alice.client.patchPost({ id: post.id, message: `${shown} more` } as Post);
  expect(await stored()).toBe(`${written} more`);
  const again = await say(alice, world.channel, shown);
  expect(again.message_source).toBe(written);

  const path = `/${newId()}`;
  site.page(path, (_, response) =>
    response
      .writeHead(200, { "content-type": "text/html" })
      .end('<meta property="og:title" content="t"><meta property="og:image" content="/p.png">'),
  );
  const linked = await say(alice, world.channel, site.url + path);
  expect(linked.metadata.embeds[0]).toMatchObject({
    url: site.url + path,
    data: { images: [{ url, secure_url: proxied }] },
  });
});

it("may be another proxy", async () => {
  const camo = {
    RemoteImageProxyURL: "https://camo.example.org/",
    RemoteImageProxyOptions: "0123456789abcdef",
  };
  await configure({ Enable: true, ImageProxyType: "atmos/camo", ...camo });
  const { headers } = await image("http://example.com/a.png");
  // HMAC-SHA1 of the URL by the key, then the URL in hex.
  expect(headers.get("location")).toMatch(
    /^https:\/\/camo\.example\.org\/[0-9a-f]{40}\/687474703a2f2f6578616d706c652e636f6d2f612e706e67$/,
  );
});

it("says where a short link leads, once an hour, unless previews are off", async () => {
  const path = `/${newId()}`;
  site.page(path, (_, response) => response.writeHead(301, { location: "https://example.com/long" }).end());
  const ask = (url: string) =>
    bob.request("GET", `redirect_location?url=${encodeURIComponent(url)}`).then(({ body }) => body);
  for (let i = 0; i < 2; i++)
    expect(await ask(site.url + path)).toEqual({ location: "https://example.com/long" });
  expect(site.seen.filter((request) => request.path === path).map(({ method }) => method)).toEqual(["HEAD"]);
  expect(await ask(`${site.url}/p.png`)).toEqual({ location: "" });
  expect(await ask(`http://localhost:${site.port}${path}`)).toEqual({ location: "" });
  expect((await bob.request("GET", "redirect_location")).status).toBe(400);
  await world.admin.client.patchConfig({ ServiceSettings: { EnableLinkPreviews: false } } as never);
  expect(await ask(site.url + path)).toEqual({ location: "" });
});
