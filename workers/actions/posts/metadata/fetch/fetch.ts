import type { Context } from "../../../../context.ts";
import { imageInfo } from "../../../../images/formats/sniff.ts";
import { readOpenGraph } from "../../../../text/open-graph.ts";
import { fetchOembed, oembedAddress } from "./oembed.ts";

/** What `linkmetadata` says of a URL. */
export type LinkFacts =
  | { type: "opengraph"; data: Record<string, unknown> }
  | { type: "image"; data: Record<string, unknown> }
  | { type: "none"; data: null };

export const NOTHING: LinkFacts = { type: "none", data: null };

const MAX_REDIRECTS = 10;
const MAX_PAGE = 1_048_576;
/** Of an image; only of a gif, whose frames are counted, more is read than its head. */
const MAX_IMAGE = 10_485_760;
const MAX_TEXT = 300;

/** Asks for `url` (semantics 8.8). Never throws: what cannot be had is NOTHING. */
export async function fetchLink(ctx: Context, url: string, timeoutMs: number): Promise<LinkFacts> {
  try {
    const oembed = oembedAddress(url);
    if (oembed) return (await fetchOembed(ctx, oembed, url, timeoutMs)) ?? NOTHING;
    const answer = await ctx.outbound.fetch(url, {
      headers: { Accept: "image/*, text/html;q=0.8" },
      timeoutMs,
      maxBytes: MAX_IMAGE,
      cut: true,
      redirects: MAX_REDIRECTS,
      enough: (head, headers) => isEnough(head, typeOf(headers)),
    });
    if (answer.status < 200 || answer.status > 299) return NOTHING;
    const type = typeOf(answer.headers);
    if (type.startsWith("image/")) return imageFacts(answer.bytes, type);
    if (type !== "text/html" && type !== "application/xhtml+xml") return NOTHING;
    const page = decoded(answer.bytes.subarray(0, MAX_PAGE), answer.headers);
    const data = await readOpenGraph(page, answer.url);
    return data ? { type: "opengraph", data: { ...data, ...cutTexts(data) } } : NOTHING;
  } catch {
    return NOTHING;
  }
}

const typeOf = (headers: Headers) =>
  (headers.get("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();

/** Whether nothing is to be learned from the rest. */
function isEnough(head: Uint8Array, type: string): boolean {
  if (!type.startsWith("image/")) return head.length >= MAX_PAGE || !/html/.test(type);
  const isGif = head[0] === 0x47 && head[1] === 0x49 && head[2] === 0x46;
  return !isGif && imageInfo(head) !== null;
}

/** {width, height, format, frame_count}, turned as the image says (semantics 8.5). */
function imageFacts(bytes: Uint8Array, type: string): LinkFacts {
  const info = imageInfo(bytes);
  if (!info) return type === "image/svg+xml" ? image(0, 0, "svg", 0) : NOTHING;
  return image(info.width, info.height, info.format, info.format === "gif" ? info.frames : 0);
}

const image = (width: number, height: number, format: string, frame_count: number): LinkFacts => ({
  type: "image",
  data: { width, height, format, frame_count },
});

/** As text, by the header's charset, else by what the page's head says of itself. */
function decoded(bytes: Uint8Array, headers: Headers): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1_024));
  const pattern = /charset\s*=\s*["']?\s*([\w:.-]+)/i;
  const charset = pattern.exec(headers.get("content-type") ?? "")?.[1] ?? pattern.exec(head)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** What is stored is no longer than it may be shown (semantics 8.7). */
function cutTexts(texts: { title: string; description: string; site_name: string; type: string }) {
  const cut = (text: string) => {
    const runes = [...text];
    return runes.length > MAX_TEXT ? `${runes.slice(0, MAX_TEXT).join("")}[...]` : runes.join("");
  };
  const { title, description, site_name, type } = texts;
  return { title: cut(title), description: cut(description), site_name: cut(site_name), type: cut(type) };
}
