import { MAX_PROPS } from "../../posts/draft.ts";
import { type Lookup, toMarkdown } from "./markup.ts";

const PLAIN = ["color", "author_name", "footer"];
const LINKS = ["author_link", "author_icon", "title_link", "image_url", "thumb_url", "footer_icon"];
const MARKED = ["fallback", "pretext", "title", "text"];

/**
 * Slack's attachments as those of our posts, which have the same names for the same things. What Slack has made of links in the
 * text is left out: previews are made here, too. Nothing at all where it were too much for a post.
 */
export function attachmentsOf(all: unknown[], lookup: Lookup): object[] {
  const found = all.flatMap((attachment) => {
    if (!isObject(attachment) || attachment.from_url || attachment.original_url) return [];
    const kept: Record<string, unknown> = {};
    for (const name of PLAIN) if (isText(attachment[name])) kept[name] = attachment[name];
    for (const name of LINKS) {
      const url = attachment[name];
      if (isText(url) && /^https?:\/\//i.test(url)) kept[name] = url;
    }
    for (const name of MARKED) {
      const text = attachment[name];
      if (isText(text)) kept[name] = toMarkdown(text, lookup);
    }
    if (Array.isArray(attachment.fields))
      kept.fields = attachment.fields.filter(isObject).map(({ title, value, short }) => ({
        title: isText(title) ? title : "",
        value: isText(value) ? toMarkdown(value, lookup) : "",
        short: short === true,
      }));
    return Object.keys(kept).some((name) => name !== "color") ? [kept] : [];
  });
  return JSON.stringify(found).length < MAX_PROPS / 2 ? found : [];
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
