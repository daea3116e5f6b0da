import type { Config } from "../../../config/load.ts";
import type { Post } from "../../../model/post.ts";
import { proxiedUrl, withProxy } from "../../../text/image-proxy.ts";

type Images = { url: string; secure_url: string }[];

/**
 * Leads the images of a post whose metadata is complete through this site (semantics 8.11): in its message, and in what is
 * shown of a page. Sizes are found under both addresses. Returns whether anything has changed.
 */
export function leadThroughProxy(config: Config, post: Post): boolean {
  const message = withProxy(config, post.message);
  const changed = message !== post.message;
  if (changed) {
    post.message_source = post.message;
    post.message = message;
  }
  const { embeds, images } = post.metadata;
  const pages = embeds?.filter(({ type }) => type === "opengraph") ?? [];
  for (const embed of pages) {
    const data = embed.data as { images: Images };
    embed.data = {
      ...data,
      images: data.images.map((image) => ({
        ...image,
        secure_url: proxiedUrl(config, image.secure_url || image.url),
      })),
    };
  }
  if (images) for (const [url, size] of Object.entries(images)) images[proxiedUrl(config, url)] = size;
  return changed || pages.length > 0 || images !== undefined;
}
