import { z } from "zod";
import { checkEmojiName, doCreateEmoji, imagePath, MAX_IMAGE } from "../../../actions/emoji/create.ts";
import { doDeleteEmoji } from "../../../actions/emoji/delete.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { OK, Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { imageInfo } from "../../../images/formats/sniff.ts";
import { hasAnywhere, requireDeletable, requireEmoji, requireEnabled } from "./access.ts";

/** The form's boundaries and headers, and its field `emoji`. */
const EXTRA_BYTES = 16_384;
const fields = z.object({ creator_id: z.string(), name: z.string() });

/** The form's fields `emoji` (JSON) and `image`. Throws 400. */
async function formOf(r: Req<any>) {
  // Formdata is held in memory: what is larger than any emoji is not read at all.
  if (Number(r.header("content-length")) > MAX_IMAGE + EXTRA_BYTES)
    throw fail("api.emoji.create.too_large.app_error");
  const form = await r.raw.formData().catch(() => {
    throw fail("api.emoji.create.parse.app_error");
  });
  const image: unknown = form.get("image");
  const parsed = fields.safeParse(jsonOf(form.get("emoji")));
  if (!parsed.success || !(image instanceof Blob)) throw fail("api.emoji.create.parse.app_error");
  if (image.size > MAX_IMAGE) throw fail("api.emoji.create.too_large.app_error");
  return { ...parsed.data, image };
}

function jsonOf(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

export const changeRoutes = [
  route({
    method: "POST",
    path: "/api/v4/emoji",
    auth: "session",
    upload: true,
    async access(r) {
      requireEnabled(r);
      if (!(await hasAnywhere(r, "create_emojis"))) throw forbidden();
    },
    async handle(r) {
      const { creator_id, name, image } = await formOf(r);
      if (creator_id !== r.userId) throw fail("api.emoji.create.other_user.app_error");
      checkEmojiName(name);
      return doCreateEmoji(r.ctx, r.userId, name, new Uint8Array(await image.arrayBuffer()));
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/emoji/{emoji_id}",
    auth: "session",
    access: requireDeletable,
    async handle(r, emoji) {
      await doDeleteEmoji(r.ctx, emoji);
      return OK;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/emoji/{emoji_id}/image",
    auth: "session",
    trusted: true,
    access: requireEmoji,
    async handle(r, emoji) {
      const file = await r.ctx.files.read(imagePath(emoji.id));
      if (!file) throw fail("api.emoji.get_image.read.app_error");
      // The path tells no type, and an upload is at most 512 KiB.
      const bytes = new Uint8Array(await new Response(file.body).arrayBuffer());
      const format = imageInfo(bytes)?.format;
      return new Reply(bytes, {
        headers: {
          "Content-Type": format && format !== "svg" ? `image/${format}` : "application/octet-stream",
          "Content-Length": String(bytes.length),
          "Cache-Control": "max-age=2592000, private",
        },
      });
    },
  }),
];
