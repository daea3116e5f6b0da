import { caches } from "../../../../cache/caches.ts";
import type { Context } from "../../../../context.ts";
import type { Post } from "../../../../model/post.ts";
import type { Statement } from "../../../../ports/sql/sql.ts";
import { absoluteUrl, linksOf } from "../links.ts";
import { HOUR_MS, type StoredLink } from "../previews.ts";
import { fetchLink, type LinkFacts } from "./fetch.ts";

/** The column's length. */
const MAX_URL = 2_048;
/** Of one post; what goes beyond has no size. */
const MAX_IMAGES = 10;
const MIN_MS = 50;

/** What the links of a text that is being posted lead to, by absolute URL. */
export type FoundLinks = ReadonlyMap<string, LinkFacts>;

/**
 * Looks up what a message that is being stored points to: its first link, its images, and the images of the page behind
 * the link (semantics 8.2 to 8.5), from memory where it was asked for within the hour (8.9). Asks nothing for a message
 * without any. All of it together takes no longer than ExperimentalSettings.LinkMetadataTimeoutMilliseconds.
 */
export async function fetchLinks(
  ctx: Context,
  { message, props }: Pick<Post, "message" | "props">,
): Promise<FoundLinks> {
  const found = new Map<string, LinkFacts>();
  const embeds = Array.isArray(props.attachments) && props.attachments.length > 0;
  const metadata = embeds ? { embeds: [{ type: "message_attachment" }] } : {};
  const { link, permalink, images } = linksOf(ctx.config, { message, props, metadata } as Post);
  const urls = images.slice(0, MAX_IMAGES).map((url) => absoluteUrl(ctx.config, url));
  const until = Date.now() + ctx.config.ExperimentalSettings.LinkMetadataTimeoutMilliseconds;
  const lookUp = async (url: string) => {
    if (found.has(url) || !mayFetch(ctx, url)) return;
    const left = Math.max(MIN_MS, until - Date.now());
    const facts = await caches.links.load(url, () => fetchLink(ctx, url, left));
    if (facts) found.set(url, facts);
  };
  const page = async (url: string) => {
    await lookUp(url);
    const facts = found.get(url);
    if (facts?.type !== "opengraph") return;
    const shown = facts.data.images as { url: string; secure_url: string }[];
    await Promise.all(shown.map((image) => lookUp(image.secure_url || image.url)));
  };
  await Promise.all([...urls.map(lookUp), ...(link && !permalink ? [page(link)] : [])]);
  return found;
}

/** This site asks itself nothing: its own files are for those who are logged in. */
function mayFetch(ctx: Context, url: string): boolean {
  const site = ctx.config.ServiceSettings.SiteURL.replace(/\/+$/, "");
  return url.length <= MAX_URL && /^https?:\/\//i.test(url) && !(site && `${url}/`.startsWith(`${site}/`));
}

/** The rows of `found` as `addMetadata` reads them, for a post made at `at`. */
export function storedLinks(found: FoundLinks, at: number): StoredLink[] {
  const hour = at - (at % HOUR_MS);
  return [...found].map(([url, { type, data }]) => ({
    url,
    hour,
    type,
    data,
    images: imagesOf(found, data),
  }));
}

function imagesOf(found: FoundLinks, data: LinkFacts["data"]): Record<string, unknown> | null {
  const images = (data?.images ?? []) as { url: string; secure_url: string }[];
  const sizes = images.flatMap(({ url, secure_url }) => {
    const facts = found.get(secure_url || url);
    return facts?.type === "image" ? [[secure_url || url, facts.data] as const] : [];
  });
  return sizes.length > 0 ? Object.fromEntries(sizes) : null;
}

/**
 * Keeps `found` for those who read a post made at `at` (semantics 8.9); undefined where there is nothing to keep. What was
 * found within that hour is not lost because the site is away now.
 */
export function keepLinks(found: FoundLinks, at: number): Statement | undefined {
  if (found.size === 0) return undefined;
  const hour = at - (at % HOUR_MS);
  const rows = new Map([...found].map(([url, facts]) => [linkHash(url, hour), { url, ...facts }]));
  // In one order everywhere, so that two posts at once never wait for each other.
  const sorted = [...rows].sort(([a], [b]) => a - b);
  return {
    text: `INSERT INTO linkmetadata (hash, url, timestamp, type, data)
      SELECT hash, url, $5::bigint, type, data::jsonb FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS w(hash, url, type, data)
      ORDER BY hash
      ON CONFLICT (hash) DO UPDATE SET url = excluded.url, timestamp = excluded.timestamp, type = excluded.type, data = excluded.data
      WHERE NOT (excluded.type = 'none' AND linkmetadata.url = excluded.url) AND (linkmetadata.url, linkmetadata.type, linkmetadata.data) IS DISTINCT FROM (excluded.url, excluded.type, excluded.data)`,
    params: [
      sorted.map(([hash]) => hash),
      sorted.map(([, { url }]) => url),
      sorted.map(([, { type }]) => type),
      sorted.map(([, { data }]) => JSON.stringify(data)),
      hour,
    ],
  };
}

/** FNV-1, 32 bits, of the hour (ms, 8 bytes, little-endian) and the URL (semantics 8.9). */
export function linkHash(url: string, hour: number): number {
  const head = new Uint8Array(8);
  new DataView(head.buffer).setBigUint64(0, BigInt(hour), true);
  let hash = 0x811c9dc5;
  for (const part of [head, new TextEncoder().encode(url)])
    for (const byte of part) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  return hash;
}
