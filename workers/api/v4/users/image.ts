import { requireAccount, requireVisible } from "../../../access/accounts.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { defaultImage, doResetImage, doSetImage, storedImage } from "../../../actions/users/image.ts";
import { fail } from "../../../errors/app-error.ts";
import { notModified, OK, Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";

const CACHE_CONTROL = "max-age=86400, private";

/** Where a picture should be but cannot be read: the generated one, for a while (http-conventions 4.3). */
const FALLBACK_CACHE_CONTROL = "max-age=300, private";

const png = (body: unknown, headers: Record<string, string>) =>
  new Reply(body as BodyInit, { headers: { "Content-Type": "image/png", ...headers } });

/** The bytes of the form's field `image`. */
async function imageOf(r: Req): Promise<Uint8Array> {
  const form = await r.raw.formData().catch(() => {
    throw fail("api.user.upload_profile_user.parse.app_error");
  });
  const image: unknown = form.get("image");
  if (!(image instanceof Blob)) throw fail("api.user.upload_profile_user.no_file.app_error");
  if (image.size > r.ctx.config.FileSettings.MaxFileSize)
    throw fail("api.user.upload_profile_user.too_large.app_error");
  return new Uint8Array(await image.arrayBuffer());
}

export const image = [
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/image",
    auth: "session",
    trusted: true,
    access: (r) => requireVisible(r, r.param("user_id")),
    async handle(r, user) {
      const etag = String(user.last_picture_update);
      const cached = { "Cache-Control": CACHE_CONTROL };
      if (r.header("if-none-match") === etag) return notModified(etag, cached);
      const stored = await storedImage(r.ctx, user);
      if (stored) return png(stored, { ...cached, ETag: etag });
      const broken = user.last_picture_update > 0;
      return png(
        await defaultImage(r.ctx, user),
        broken ? { "Cache-Control": FALLBACK_CACHE_CONTROL } : { ...cached, ETag: etag },
      );
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/image/default",
    auth: "session",
    trusted: true,
    access: (r) => requireVisible(r, r.param("user_id")),
    handle: async (r, user) => png(await defaultImage(r.ctx, user), { "Cache-Control": CACHE_CONTROL }),
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/image",
    auth: "session",
    upload: true,
    access: requireAccount,
    async handle(r, user) {
      await doSetImage(r.ctx, user, await imageOf(r));
      audit(r, `user_id=${user.id}`);
      return OK;
    },
  }),
  route({
    method: "DELETE",
    path: "/api/v4/users/{user_id}/image",
    auth: "session",
    access: requireAccount,
    async handle(r, user) {
      await doResetImage(r.ctx, user);
      audit(r, `user_id=${user.id}`);
      return OK;
    },
  }),
];
