import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { EMOJI_COLUMNS, type Emoji } from "../../model/emoji.ts";
import { newId } from "../../model/id.ts";
import { SqlError } from "../../ports/sql/sql.ts";
import { isSystemEmoji } from "../../text/emoji.ts";
import { isValidEmojiName } from "../../text/names.ts";

/** Bytes. */
export const MAX_IMAGE = 512 * 1024;
/** Pixels a side of what is uploaded, and of what is kept. */
const MAX_UPLOADED_SIDE = 1_028;
const MAX_SIDE = 128;

export const imagePath = (id: string) => `emoji/${id}/image`;

/** Throws 400 (semantics 17.7). */
export function checkEmojiName(name: string): void {
  if (!isValidEmojiName(name)) throw fail("model.emoji.name.app_error");
  if (isSystemEmoji(name)) throw fail("model.emoji.system_emoji_name.app_error");
}

/**
 * Makes a custom emoji and announces it to everyone (semantics 17.7). The image is stored first: an emoji that is known
 * has one. Throws 400 for a name that is taken, and for what is no image, or too large a one.
 */
export async function doCreateEmoji(
  ctx: Context,
  userId: string,
  name: string,
  bytes: Uint8Array,
): Promise<Emoji> {
  const image = await fitted(ctx, bytes);
  const id = newId();
  await ctx.files.write(imagePath(id), image.bytes, image.mime);
  const [emoji] = await ctx.sql
    .query<Emoji>(
      `INSERT INTO emoji AS e (id, createat, updateat, deleteat, creatorid, name)
       VALUES ($1, $2::bigint, $2::bigint, 0, $3, $4) RETURNING ${EMOJI_COLUMNS}`,
      [id, Date.now(), userId, name],
    )
    .catch(async (error) => {
      await ctx.files.remove(imagePath(id)).catch(() => undefined);
      throw error instanceof SqlError && error.isDuplicate()
        ? fail("api.emoji.create.duplicate.app_error")
        : error;
    });
  const added = envelope("emoji_added", { emoji: JSON.stringify(emoji) }, {});
  await publish(ctx, "system", [added], [{ kind: "emoji" }]);
  return emoji!;
}

/** The image as it is kept. Throws 400 for what is no image, or too large a one. */
export async function fitted(ctx: Context, bytes: Uint8Array) {
  const result = await ctx.compute.runImageJob({
    op: "fit",
    max: MAX_SIDE,
    bytes,
    maxPixels: MAX_UPLOADED_SIDE ** 2,
  });
  const info = "info" in result ? result.info : undefined;
  const oversized = info && (info.width > MAX_UPLOADED_SIDE || info.height > MAX_UPLOADED_SIDE);
  if (oversized || result.status === "too_large")
    throw fail("api.emoji.upload.large_image.too_large.app_error");
  if (result.status !== "ok") throw fail("api.emoji.upload.image.app_error");
  return result.image!;
}
