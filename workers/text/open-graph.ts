import { decodeHTML } from "entities";

export interface OpenGraphImage {
  url: string;
  secure_url: string;
  type: string;
  width: number;
  height: number;
}

export interface OpenGraph {
  type: string;
  url: string;
  title: string;
  description: string;
  site_name: string;
  images: OpenGraphImage[];
}

const MAX_IMAGES = 5;
/** UTF-16 units of one property. */
const MAX_VALUE = 4_096;

/** The Open Graph properties of a page; undefined where it has no title, type or URL of that kind. URLs come out absolute. */
export async function readOpenGraph(html: string, pageUrl: string): Promise<OpenGraph | undefined> {
  const found: OpenGraph = { type: "", url: "", title: "", description: "", site_name: "", images: [] };
  const rewriter = new HTMLRewriter().on("meta", {
    element(meta) {
      const property = meta.getAttribute("property") ?? meta.getAttribute("name") ?? "";
      const content = meta.getAttribute("content");
      if (content !== null && /^og:/i.test(property))
        set(found, property.slice(3).toLowerCase(), clean(content));
    },
  });
  await rewriter.transform(new Response(html)).arrayBuffer();
  if (!found.title && !found.type && !found.url) return undefined;
  found.url = absolute(found.url, pageUrl) || pageUrl;
  found.images = found.images
    .map((image) => ({
      ...image,
      url: absolute(image.url, pageUrl),
      secure_url: absolute(image.secure_url, pageUrl),
    }))
    .filter(({ url, secure_url }) => url || secure_url)
    .slice(0, MAX_IMAGES);
  return found;
}

/** Storable as jsonb, which knows neither NUL nor halves of characters. */
function clean(content: string): string {
  return decodeHTML(content).replaceAll("\0", "").trim().slice(0, MAX_VALUE).toWellFormed();
}

function set(found: OpenGraph, property: string, value: string): void {
  switch (property) {
    case "type":
    case "url":
    case "title":
    case "description":
    case "site_name":
      found[property] ||= value;
      return;
    case "image":
      found.images.push({ url: value, secure_url: "", type: "", width: 0, height: 0 });
      return;
  }
  if (!property.startsWith("image:")) return;
  const last = found.images.at(-1);
  const name = property.slice(6);
  if (name === "url" && (!last || last.url)) {
    // The same image again, or one without the short form before it.
    if (last?.url !== value) set(found, "image", value);
  } else if (!last) return;
  else if (name === "url" || name === "secure_url" || name === "type") last[name] = value;
  else if (name === "width" || name === "height") last[name] = Number.parseInt(value, 10) || 0;
}

function absolute(url: string, base: string): string {
  if (!url) return "";
  const parsed = URL.parse(url, base);
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.href : "";
}
