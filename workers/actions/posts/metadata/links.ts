import type { Config } from "../../../config/load.ts";
import type { Post } from "../../../model/post.ts";
import { attachmentsOf } from "../../../text/attachments.ts";
import { autolinks, markdownImages } from "../../../text/markdown/markdown.ts";

/** What a post's text points to. */
export interface Links {
  /** The one link that may become the embed; undefined where something else is the embed, or nothing. */
  link?: string;
  /** The id of the post that `link` leads to. */
  permalink?: string;
  /** Images whose size the clients want, as written in the text (semantics 8.5). */
  images: string[];
}

const PERMALINK_PATH = /^\/[0-9a-z_-]{1,64}\/pl\/([a-zA-Z0-9]{26})$/;

/** The post a link leads to, if it is one of this site's permalinks (semantics 8.4). */
export function permalinkTarget(config: Config, url: string): string | undefined {
  const site = config.ServiceSettings.SiteURL.replace(/\/+$/, "");
  if (!site || !url.startsWith(site)) return undefined;
  return PERMALINK_PATH.exec(url.slice(site.length))?.[1];
}

/** The first link that may be previewed (semantics 8.2). */
export function previewLink(config: Config, message: string): string | undefined {
  const links = autolinks(message);
  if (links.length === 0) return undefined;
  const restricted = config.ServiceSettings.RestrictLinkPreviews.split(/[\s,]+/).filter(Boolean);
  if (restricted.length === 0) return links[0];
  return links.find((link) => {
    const host = hostOf(link);
    return host !== undefined && !restricted.some((domain) => host.includes(domain.toLowerCase()));
  });
}

function hostOf(link: string): string | undefined {
  try {
    return new URL(link).host;
  } catch {
    return undefined;
  }
}

/** What `post` points to, by the switches of the configuration (semantics 8.3, 8.6). */
export function linksOf(config: Config, post: Post): Links {
  const unsafe = post.props.unsafe_links === "true";
  const links: Links = { images: unsafe ? [] : imagesOf(config, post) };
  if (post.metadata.embeds || post.props.boards) return links;
  const link = previewLink(config, post.message);
  if (!link) return links;
  const { EnableLinkPreviews, EnablePermalinkPreviews } = config.ServiceSettings;
  const permalink = EnablePermalinkPreviews ? permalinkTarget(config, link) : undefined;
  if (permalink) return { ...links, link, permalink };
  return EnableLinkPreviews && !unsafe ? { ...links, link } : links;
}

const ATTACHMENT_IMAGES = ["author_icon", "image_url", "thumb_url", "footer_icon"] as const;

function imagesOf(config: Config, post: Post): string[] {
  const found = new Set<string>(markdownImages(post.message));
  for (const attachment of attachmentsOf(post.props)) {
    const texts = [attachment.pretext, attachment.text];
    if (Array.isArray(attachment.fields)) texts.push(...attachment.fields.map((field) => field?.value));
    for (const text of texts)
      if (typeof text === "string") for (const url of markdownImages(text)) found.add(url);
    for (const name of ATTACHMENT_IMAGES) {
      const url = attachment[name];
      if (typeof url === "string" && url) found.add(url);
    }
  }
  return [...found].filter((url) => !url.startsWith("data:") && !permalinkTarget(config, url));
}

/** Relative URLs are this site's (semantics 8.5). */
export function absoluteUrl(config: Config, url: string): string {
  return url.startsWith("/") && !url.startsWith("//")
    ? `${config.ServiceSettings.SiteURL.replace(/\/+$/, "")}${url}`
    : url;
}
