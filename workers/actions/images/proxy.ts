import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { Reply } from "../../http/reply.ts";
import { OutboundError, type OutboundStream } from "../../ports/outbound/outbound.ts";
import { camoUrl } from "../../text/image-proxy.ts";

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 50 * 1_048_576;
const MAX_REDIRECTS = 10;
/** A drawing shown by itself must not run in this site's name. */
const SAFE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";
const KEPT = ["Content-Type", "ETag", "Last-Modified"];

const redirect = (url: string) => new Reply(null, { status: 302, headers: { Location: url } });

/**
 * An image of another site: by this server (`local`), by another proxy (`atmos/camo`), or where proxying is off, or the
 * image is this site's own, by a redirect to it. Throws 404 for what is no image or cannot be had.
 */
export async function imageReply(ctx: Context, url: URL): Promise<Reply> {
  const { ImageProxySettings: settings, ServiceSettings: service } = ctx.config;
  if (!settings.Enable || url.host === URL.parse(service.SiteURL)?.host) return redirect(url.href);
  if (settings.ImageProxyType === "atmos/camo") return redirect(camoUrl(settings, url.href));
  const { status, headers, body } = await openImage(ctx, url.href);
  const type = headers.get("content-type") ?? "";
  if (status !== 200 || !/^image\//i.test(type)) {
    body.cancel().catch(() => {});
    throw fail("api.image.get.app_error");
  }
  const kept = KEPT.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return new Reply(body, {
    headers: {
      ...Object.fromEntries(kept),
      "Cache-Control": "private, max-age=86400",
      "Content-Security-Policy": SAFE,
      "X-Frame-Options": "DENY",
    },
  });
}

async function openImage(ctx: Context, url: string): Promise<OutboundStream> {
  try {
    return await ctx.outbound.open(url, {
      headers: { Accept: "image/*" },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      redirects: MAX_REDIRECTS,
    });
  } catch (error) {
    if (error instanceof OutboundError) throw fail("api.image.get.app_error");
    throw error;
  }
}
