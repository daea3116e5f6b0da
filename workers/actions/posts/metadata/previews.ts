import type { Post, PostEmbed } from "../../../model/post.ts";
import { runeCount, truncateRunes } from "../../../text/clean.ts";

export const HOUR_MS = 3_600_000;
const MAX_TEXT = 300;
const MAX_IMAGES = 5;

/** One row of STORED_LINKS. */
export interface StoredLink {
  url: string;
  hour: number;
  type: string;
  data: unknown;
  /** Stored images that an opengraph row names, by URL. */
  images: Record<string, unknown> | null;
}

/** `linkmetadata` of URLs at hours ($1, $2 in step); rows are found by the pair, whatever their hash (semantics 8.9). */
export const STORED_LINKS = `SELECT m.url, m.timestamp AS hour, m.type, m.data,
  CASE WHEN m.type = 'opengraph' THEN (SELECT json_object_agg(i.url, i.data) FROM linkmetadata i
    WHERE i.timestamp = m.timestamp AND i.type = 'image' AND i.url IN (SELECT coalesce(nullif(x->>'secure_url', ''), x->>'url')
      FROM jsonb_array_elements(CASE WHEN jsonb_typeof(m.data->'images') = 'array' THEN m.data->'images' ELSE '[]' END) x)) END AS images
  FROM unnest($1::text[], $2::bigint[]) AS w(url, hour) JOIN linkmetadata m ON m.url = w.url AND m.timestamp = w.hour`;

export const hourOf = (post: Pick<Post, "create_at">) => post.create_at - (post.create_at % HOUR_MS);

/** The embed of a link by what is stored of it (semantics 8.3); a link of which nothing is known stays a plain link. */
export function linkEmbed(url: string, stored: StoredLink | undefined): PostEmbed {
  if (stored?.type === "opengraph" && isFields(stored.data))
    return { type: "opengraph", url, data: openGraph(url, stored.data) };
  if (stored?.type === "image" && imageSize(stored.data)) return { type: "image", url };
  return { type: "link", url };
}

/** {width, height, format, frame_count} of a stored image; undefined where it has no size (svg). */
export function imageSize(data: unknown): Record<string, unknown> | undefined {
  if (!isFields(data)) return undefined;
  const { width, height, format, frame_count } = data;
  if (
    typeof width !== "number" ||
    typeof height !== "number" ||
    width <= 0 ||
    format === "svg" ||
    format === "tiff"
  )
    return undefined;
  return {
    width,
    height,
    format: typeof format === "string" ? format : "",
    frame_count: typeof frame_count === "number" ? frame_count : 0,
  };
}

/** What clients show of a page (semantics 8.7). */
function openGraph(url: string, data: Record<string, unknown>): Record<string, unknown> {
  const images = Array.isArray(data.images) ? data.images.filter(isFields) : [];
  return {
    type: text(data.type),
    url: text(data.url) || url,
    title: cut(data.title),
    description: cut(data.description),
    site_name: cut(data.site_name),
    images: images.slice(0, MAX_IMAGES),
  };
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

function cut(value: unknown): string {
  const whole = text(value);
  return runeCount(whole) > MAX_TEXT ? `${truncateRunes(whole, MAX_TEXT)}[...]` : whole;
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
