import type { Context } from "../../../../context.ts";
import type { LinkFacts } from "./fetch.ts";

const HOST = /^(?:[\w-]+\.)?youtube\.com$/;
const PATH = /^\/(?:watch|playlist|v\/|shorts\/|live\/|embed\/)/;
const MAX_ANSWER = 65_536;
const MAX_TITLE = 300;

/** Where to ask about a video instead of its page (semantics 8.8); undefined for what is none of YouTube's. */
export function oembedAddress(link: string): string | undefined {
  const url = URL.parse(link);
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const video = HOST.test(url.hostname)
    ? PATH.test(url.pathname)
    : url.hostname === "youtu.be" && url.pathname !== "/";
  return video
    ? `https://www.youtube.com/oembed?${new URLSearchParams({ format: "json", url: link })}`
    : undefined;
}

/** What the answer at `address` says of `link`, as of a page; undefined for no answer. Throws OutboundError, SyntaxError. */
export async function fetchOembed(
  ctx: Pick<Context, "outbound">,
  address: string,
  link: string,
  timeoutMs: number,
): Promise<LinkFacts | undefined> {
  const answer = await ctx.outbound.fetch(address, {
    headers: { Accept: "application/json" },
    timeoutMs,
    maxBytes: MAX_ANSWER,
    redirects: 2,
  });
  if (answer.status !== 200) return undefined;
  const { title, thumbnail_url, thumbnail_width, thumbnail_height } = JSON.parse(answer.text()) ?? {};
  const size = (value: unknown) => (Number.isInteger(value) && (value as number) > 0 ? value : 0);
  const thumbnail =
    typeof thumbnail_url === "string" && /^https?:\/\//.test(thumbnail_url) ? thumbnail_url : "";
  const runes = [...(typeof title === "string" ? title : "")];
  const data = {
    type: "opengraph",
    url: link,
    title: runes.length > MAX_TITLE ? `${runes.slice(0, MAX_TITLE).join("")}[...]` : runes.join(""),
    description: "",
    site_name: "",
    images: thumbnail
      ? [
          {
            url: thumbnail,
            secure_url: "",
            type: "image",
            width: size(thumbnail_width),
            height: size(thumbnail_height),
          },
        ]
      : [],
  };
  return { type: "opengraph", data };
}
