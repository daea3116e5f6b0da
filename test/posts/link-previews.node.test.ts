// Link previews from a real site on the loopback (semantics 8.2 to 8.9).

import type { Post } from "@mattermost/types/posts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linkHash } from "../../workers/actions/posts/metadata/fetch/links.ts";
import { newId } from "../../workers/model/id.ts";
import type { Person, World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { gif, jpeg } from "../images/fixtures.ts";
import { makePng, withOrientation } from "../images/make.ts";
import type { Site } from "../outbound/site.ts";
import { type SiteWorld, startSiteWorld } from "../outbound/site-world.ts";
import { page, say } from "./help.ts";

/** More than any fetch here takes, however busy the machine is. */
const TIMEOUT_MS = 20_000;

let given: SiteWorld;
let world: World;
let alice: Person;
let bob: Person;
let site: Site;

beforeAll(async () => {
  given = await startSiteWorld({ MM_SERVICESETTINGS_SITEURL: "http://chat.example.org" });
  ({ site, world } = given);
  await waitAtMost(TIMEOUT_MS);
  [alice, bob] = world.users as [Person, Person];
});
afterAll(() => given?.stop());

const waitAtMost = (LinkMetadataTimeoutMilliseconds: number) =>
  world.admin.client.patchConfig({ ExperimentalSettings: { LinkMetadataTimeoutMilliseconds } } as never);

/** A new page or picture; its URL. */
function serve(body: string | Uint8Array, type = "text/html; charset=utf-8", status = 200): string {
  const path = `/${newId()}`;
  site.page(path, (_, response) => response.writeHead(status, { "content-type": type }).end(body));
  return site.url + path;
}

const png = (width: number, height: number) => makePng(width, height, () => [1, 2, 3, 255]);

const asked = (url: string) => site.seen.filter(({ path }) => site.url + path === url).length;

/** The metadata of a new post, after the answer, the event and every way to read it have said the same. */
async function metadataOf(message: string, more = {}): Promise<Post["metadata"]> {
  const socket = await bob.ws();
  const post = await say(alice, world.channel, message, more);
  const { parsed } = await socket.next("posted", (event) => event.parsed.post.id === post.id);
  expect(parsed.post.metadata).toEqual(post.metadata);
  expect((await bob.client.getPost(post.id)).metadata).toEqual(post.metadata);
  const { list } = await page(bob, { id: post.channel_id });
  expect(list.posts[post.id]!.metadata).toEqual(post.metadata);
  return post.metadata;
}

const meta = (property: string, content: string) => `<meta property="og:${property}" content="${content}">`;

describe("a page", () => {
  it("is shown by its Open Graph properties, with the size of its pictures", async () => {
    const picture = serve(png(120, 60), "image/png");
    const url = serve(`<!doctype html><html><head><title>Not this</title>
      ${meta("title", "Tom &amp; J&eacute;r&ocirc;me &#128570;")} ${meta("type", "article")}
      ${meta("description", "d".repeat(400))} ${meta("site_name", "The site")} ${meta("url", "/canonical")}
      ${meta("image", new URL(picture).pathname)} ${meta("image:width", "999")} ${meta("image:type", "image/png")}
      </head><body>${meta("title", "Later")}</body></html>`);
    const metadata = await metadataOf(`see ${url} and ${serve("other")}`);
    expect(metadata.embeds).toEqual([
      {
        type: "opengraph",
        url,
        data: {
          type: "article",
          url: `${site.url}/canonical`,
          title: "Tom & Jérôme 😺",
          description: `${"d".repeat(300)}[...]`,
          site_name: "The site",
          images: [{ url: picture, secure_url: "", type: "image/png", width: 999, height: 0 }],
        },
      },
    ]);
    expect(metadata.images).toEqual({ [picture]: { width: 120, height: 60, format: "png", frame_count: 0 } });
    const request = site.seen.find(({ path }) => site.url + path === url)!;
    expect(request.headers).toMatchObject({
      accept: "image/*, text/html;q=0.8",
      "user-agent": expect.stringMatching(/^Edgemost\//),
    });
    // Readers cost no fetch, nor does who posts it again within the hour.
    await metadataOf(url);
    expect([asked(url), asked(picture)]).toEqual([1, 1]);
    const hours = await database(given.node)`select hash, timestamp from linkmetadata where url = ${url}`;
    for (const { hash, timestamp } of hours) expect(Number(hash)).toBe(linkHash(url, Number(timestamp)));
    expect(hours.length).toBeGreaterThan(0);
  });

  it("may be in another charset, moved, and cannot break anything", async () => {
    const latin = Buffer.from(
      `<head><meta charset="iso-8859-1">${meta("title", "Caf\xe9")}</head>`,
      "latin1",
    );
    expect((await metadataOf(serve(latin, "text/html"))).embeds[0]).toMatchObject({
      data: { title: "Café" },
    });
    const target = serve(meta("title", "moved &#0; &#xD800; \\u0000"));
    const path = `/${newId()}`;
    site.page(path, (_, response) => response.writeHead(302, { location: target }).end());
    const [embed] = (await metadataOf(site.url + path)).embeds;
    expect(embed).toMatchObject({ url: site.url + path, data: { url: target } });
    const bad = serve(
      `${meta("title", "t")}${meta("image", "javascript:alert(1)")}${meta("image:url", "data:x")}`,
    );
    expect((await metadataOf(bad)).embeds[0]).toMatchObject({ type: "opengraph", data: { images: [] } });
  });

  it.each([
    ["without properties", () => serve("<title>T</title><p>text")],
    ["of another type", () => serve("{}", "application/json")],
    ["that is not there", () => serve(meta("title", "gone"), "text/html", 404)],
    ["at a private address", () => `http://localhost:${site.port}/`],
    ["of a site that is away", () => "http://127.0.0.1:1/"],
    ["that is a drawing", () => serve('<svg width="9" height="9"/>', "image/svg+xml")],
  ])("%s is a link", async (_, make) => {
    const url = make();
    expect(await metadataOf(url)).toEqual({ embeds: [{ type: "link", url }] });
  });
});

describe("pictures", () => {
  it("have their size, read from their head", async () => {
    const sizes: Record<string, unknown> = {
      [serve(withOrientation(jpeg, 6), "image/jpeg")]: {
        width: 32,
        height: 48,
        format: "jpeg",
        frame_count: 0,
      },
      [serve(gif, "image/gif")]: { width: 48, height: 32, format: "gif", frame_count: 1 },
    };
    const drawing = serve('<svg width="9" height="9"/>', "image/svg+xml");
    const message = [...Object.keys(sizes), drawing].map((url) => `![x](${url})`).join(" ");
    expect(await metadataOf(message)).toEqual({ images: sizes });
    const alone = serve(png(5, 6), "image/png");
    const size = { width: 5, height: 6, format: "png", frame_count: 0 };
    expect(await metadataOf(alone)).toEqual({
      embeds: [{ type: "image", url: alone }],
      images: { [alone]: size },
    });
    const attached = serve(png(5, 6), "image/png");
    const props = { attachments: [{ text: "a", image_url: attached }] };
    expect(await metadataOf("", { props })).toEqual({
      embeds: [{ type: "message_attachment" }],
      images: { [attached]: size },
    });
    // Endless after its head.
    const path = `/${newId()}`;
    const head = png(7, 7);
    site.page(path, (_, response) => response.writeHead(200, { "content-type": "image/png" }).write(head));
    const began = Date.now();
    expect((await metadataOf(site.url + path)).images).toHaveProperty([site.url + path]);
    expect(Date.now() - began).toBeLessThan(TIMEOUT_MS);
  });
});

it("a slow site delays the answer by the configured time and no more, for its pictures, too", async () => {
  const limitMs = 4_000;
  await waitAtMost(limitMs);
  // With it all caches are warm, and the author's activity is written.
  await say(alice, world.channel, "warm");
  const path = `/${newId()}`;
  site.page(path, () => {});
  const url = serve(`${meta("title", "t")}${meta("image", path)}`);
  const began = Date.now();
  const answer = await alice.request("POST", "posts", {
    channel_id: world.channel.id,
    message: `${url} ![x](${site.url}${path}?2)`,
  });
  // One such time for all of it: page and picture one after the other would take two.
  expect(Date.now() - began).toBeLessThan(2 * limitMs);
  expect(answer.body.metadata.embeds[0].type).toBe("opengraph");
  expect(answer.headers.get("x-edgemost-sql")).toBe("1");
  expect(answer.body.create_at).toBeGreaterThan(began + limitMs / 2);
  await waitAtMost(TIMEOUT_MS);
});

it("an edit looks at what it points to", async () => {
  const post = await say(alice, world.channel, "nothing yet");
  const socket = await bob.ws();
  const url = serve(meta("title", "edited"));
  await alice.client.patchPost({ id: post.id, message: url } as Post);
  const { parsed } = await socket.next("post_edited", (event) => event.parsed.post.id === post.id);
  expect(parsed.post.metadata.embeds[0]).toMatchObject({ type: "opengraph", data: { title: "edited" } });
});

it("nothing is asked where previews are off, unsafe or restricted", async () => {
  const url = serve(meta("title", "t"));
  expect(await metadataOf(url, { props: { unsafe_links: "true" } })).toEqual({});
  const patch = (ServiceSettings: object) => world.admin.client.patchConfig({ ServiceSettings } as never);
  await patch({ RestrictLinkPreviews: "127.0.0.1" });
  expect(await metadataOf(url)).toEqual({});
  await patch({ RestrictLinkPreviews: "", EnableLinkPreviews: false });
  expect(await metadataOf(url)).toEqual({});
  expect(asked(url)).toBe(0);
});
