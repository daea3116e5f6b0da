import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";

/** Longer ones are not asked for. */
const MAX_URL = 2_100;

/**
 * Where a short link leads to, "" for nowhere (GET /redirect_location): asked for by HEAD, one hop, kept for an hour. With
 * link previews off nothing is asked.
 */
export async function redirectLocation(ctx: Context, url: string): Promise<string> {
  if (!ctx.config.ServiceSettings.EnableLinkPreviews || url.length > MAX_URL) return "";
  const timeoutMs = ctx.config.ExperimentalSettings.LinkMetadataTimeoutMilliseconds;
  const found = await caches.redirects.load(url, async () => {
    try {
      const { headers } = await ctx.outbound.fetch(url, {
        method: "HEAD",
        timeoutMs,
        maxBytes: 0,
        cut: true,
      });
      return headers.get("location") ?? "";
    } catch {
      return "";
    }
  });
  return found ?? "";
}
