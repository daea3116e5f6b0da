import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { User } from "../../model/user.ts";
import { userView } from "../../model/user-view.ts";
import { CHANGED_USER, userEffect } from "./account/announce.ts";

const SIZE = 128;
/** Generated pictures are small, always the same for the same user, and asked for in bursts. */
const MAX_GENERATED = 2_000;

const generated = new Map<string, Uint8Array>();

const pathOf = (userId: string) => `users/${userId}/profile.png`;

/** The generated picture: 128x128 PNG with the first letter of the username (semantics 14.17). */
export async function defaultImage(ctx: Context, user: Pick<User, "id" | "username">): Promise<Uint8Array> {
  const letter = user.username.charAt(0);
  const key = `${letter} ${user.id}`;
  const known = generated.get(key);
  if (known) return known;
  const result = await ctx.compute.runImageJob({ op: "avatar", letter, userId: user.id });
  if (result.status !== "ok") throw new Error(`avatar: ${result.status}`);
  // A copy: the result is a window on the whole answer of the compute process.
  const bytes = result.image!.bytes.slice();
  if (generated.size >= MAX_GENERATED) generated.delete(generated.keys().next().value as string);
  generated.set(key, bytes);
  return bytes;
}

/** The stored picture; undefined if the user has none, or it cannot be read. */
export async function storedImage(
  ctx: Context,
  user: User,
): Promise<ReadableStream | Uint8Array | undefined> {
  if (user.last_picture_update <= 0) return undefined;
  const file = await ctx.files.read(pathOf(user.id)).catch(() => undefined);
  return file?.body;
}

/** `bytes` as a 128x128 PNG, and where a user's picture is kept. Throws 400 for what is no image, or too large a one. */
export async function profilePicture(
  ctx: Context,
  userId: string,
  bytes: Uint8Array,
): Promise<{ path: string; bytes: Uint8Array }> {
  const { MaxImageResolution } = ctx.config.FileSettings;
  const result = await ctx.compute.runImageJob({
    op: "square",
    size: SIZE,
    bytes,
    maxPixels: MaxImageResolution,
  });
  if (result.status === "too_large") throw fail("api.user.upload_profile_user.check_image_limits.app_error");
  if (result.status !== "ok") throw fail("api.user.upload_profile_user.decode.app_error");
  return { path: pathOf(userId), bytes: result.image!.bytes };
}

/** Makes a 128x128 PNG of `bytes` the user's picture. Throws 400 for what is no image, or too large a one. */
export async function doSetImage(ctx: Context, user: User, bytes: Uint8Array): Promise<void> {
  const picture = await profilePicture(ctx, user.id, bytes);
  await ctx.files.write(picture.path, picture.bytes, "image/png");
  await savePicture(ctx, user, 1);
}

/** Back to the generated picture; a negative time says so, and still tells clients that it is another one. */
export async function doResetImage(ctx: Context, user: User): Promise<void> {
  await savePicture(ctx, user, -1);
  if (user.last_picture_update > 0) await ctx.files.remove(pathOf(user.id)).catch(() => undefined);
}

async function savePicture(ctx: Context, user: User, sign: 1 | -1): Promise<void> {
  const [changed] = await ctx.sql.query<User>(
    `WITH bot AS (UPDATE bots SET lasticonupdate = $2 WHERE userid = $1),
     changed AS (UPDATE users SET lastpictureupdate = $2 * $3::int, updateat = greatest($2::bigint, updateat + 1) WHERE id = $1 RETURNING *)
     ${CHANGED_USER}`,
    [user.id, Date.now(), sign],
  );
  if (!changed) throw fail("app.user.missing_account.const");
  // One variant for all, unlike other changes (websocket 6.4).
  const event = envelope("user_updated", { user: userView(changed, "other", ctx.config) }, {});
  await publish(ctx, "system", [event], [userEffect(user.id)]);
}
