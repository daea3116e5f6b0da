import { createHmac } from "node:crypto";
import type { Config } from "../config/load.ts";
import { markdownImages } from "./markdown/markdown.ts";

const PATH = "/api/v4/image?url=";

const siteOf = (config: Config) => config.ServiceSettings.SiteURL.replace(/\/+$/, "");

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

/** Whether images of other sites go through this one; without a SiteURL there is nothing to rewrite them to. */
export function proxiesImages(config: Config): boolean {
  return config.ImageProxySettings.Enable && siteOf(config) !== "";
}

/** Where clients get an image of another site (semantics 8.11); this site's own, and what is no web address, stay. */
export function proxiedUrl(config: Config, url: string): string {
  const site = siteOf(config);
  if (!/^https?:\/\//i.test(url) || `${url}/`.startsWith(`${site}/`)) return url;
  return `${site}${PATH}${encodeURIComponent(url)}`;
}

/** A message with its Markdown images led through this site. Images by reference stay as they are. */
export function withProxy(config: Config, message: string): string {
  let text = message;
  for (const url of new Set(markdownImages(message))) {
    const proxied = proxiedUrl(config, url);
    if (proxied === url) continue;
    const pattern = new RegExp(`(!\\[[^\\]]*\\]\\(\\s*<?)${literally(url)}(?=[\\s)>])`, "g");
    text = text.replace(pattern, (_, before: string) => before + proxied);
  }
  return text;
}

/** The message as its author wrote it, from a client that edits what `withProxy` gave it. */
export function withoutProxy(config: Config, message: string): string {
  const prefix = `${siteOf(config)}${PATH}`;
  if (!proxiesImages(config) || !message.includes(prefix)) return message;
  const pattern = new RegExp(`(!\\[[^\\]]*\\]\\(\\s*<?)${literally(prefix)}([^\\s)>]+)`, "g");
  return message.replace(pattern, (whole, before: string, encoded: string) => {
    try {
      return before + decodeURIComponent(encoded);
    } catch {
      return whole;
    }
  });
}

/** An image's address at an atmos/camo proxy: its digest by the shared key, then the URL, both in hex. */
export function camoUrl(
  { RemoteImageProxyURL, RemoteImageProxyOptions }: Config["ImageProxySettings"],
  url: string,
) {
  const digest = createHmac("sha1", RemoteImageProxyOptions).update(url).digest("hex");
  return `${RemoteImageProxyURL.replace(/\/+$/, "")}/${digest}/${Buffer.from(url).toString("hex")}`;
}
