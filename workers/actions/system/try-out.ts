import { type Config, mergeConfig } from "../../config/load.ts";
import { MASK } from "../../config/mask.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { amazons3Files } from "../../ports/files/amazons3.ts";
import { OutboundError } from "../../ports/outbound/outbound.ts";

const PING_TIMEOUT_MS = 5_000;
const PING_BYTES = 65_536;

/** POST /site_url/test: whether `siteUrl` leads to a server that answers a ping. Throws 400 with the reason. */
export async function trySiteUrl(ctx: Context, siteUrl: string): Promise<void> {
  const answer = await ctx.outbound
    .fetch(`${siteUrl.replace(/\/+$/, "")}/api/v4/system/ping`, {
      timeoutMs: PING_TIMEOUT_MS,
      maxBytes: PING_BYTES,
      redirects: 3,
      trusted: true,
    })
    .catch((error: unknown) => {
      if (!(error instanceof OutboundError)) throw error;
      throw fail("app.admin.test_site_url.failure", { reason: error.message });
    });
  if (answer.status !== 200)
    throw fail("app.admin.test_site_url.failure", { reason: `it answered ${answer.status}` });
}

/**
 * POST /file/s3_test: whether the bucket of `patch` (a configuration as the console edits it) over the current one answers.
 * A masked secret is the current one, and is never sent to another endpoint, or for another key, than it is for. Throws 400.
 */
export async function tryS3(ctx: Context, patch: unknown): Promise<void> {
  const settings = fileSettings(ctx.config, patch);
  if (!settings.AmazonS3Bucket) throw fail("api.admin.test_s3.missing_s3_bucket");
  if (!(await amazons3Files(settings, ctx.meter).reachable()))
    throw fail("api.file.test_connection.app_error");
}

function fileSettings(current: Config, patch: unknown): Config["FileSettings"] {
  const { FileSettings } = (patch ?? {}) as { FileSettings?: unknown };
  const files = mergeConfig(current, { FileSettings }).config.FileSettings;
  if (files.AmazonS3SecretAccessKey !== MASK) return files;
  const stored = current.FileSettings;
  const same = (["AmazonS3Endpoint", "AmazonS3SSL", "AmazonS3AccessKeyId"] as const).every(
    (key) => files[key] === stored[key],
  );
  if (!same) throw fail("api.admin.test_s3.reenter_secret");
  files.AmazonS3SecretAccessKey = stored.AmazonS3SecretAccessKey;
  return files;
}
