import { requireSystem } from "../../../access/permissions.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { brandImage, doRemoveBrandImage, doSetBrandImage } from "../../../actions/system/brand.ts";
import { fail } from "../../../errors/app-error.ts";
import { OK, Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, type Route, route } from "../../../http/route.ts";

const PATH = "/api/v4/brand/image";
const edits = (r: Req<any>) => requireSystem(r, "edit_brand");

/** The bytes of the form's field `image`. */
async function imageOf(r: Req): Promise<Uint8Array> {
  const form = await r.raw.formData().catch(() => undefined);
  const image: unknown = form?.get("image");
  if (!(image instanceof Blob)) throw fail("api.admin.upload_brand_image.no_file.app_error");
  if (image.size > r.ctx.config.FileSettings.MaxFileSize)
    throw fail("api.admin.upload_brand_image.too_large.app_error");
  return new Uint8Array(await image.arrayBuffer());
}

/** The picture that the login page shows where TeamSettings.EnableCustomBrand is on. */
export const brand: Route[] = [
  route({
    method: "GET",
    path: PATH,
    auth: "optional",
    trusted: true,
    access: anyone,
    handle: async (r) =>
      new Reply(await brandImage(r.ctx), {
        headers: { "Content-Type": "image/png", "Cache-Control": "no-cache, public" },
      }),
  }),
  route({
    method: "POST",
    path: PATH,
    auth: "session",
    status: 201,
    upload: true,
    access: edits,
    async handle(r) {
      await doSetBrandImage(r.ctx, await imageOf(r));
      audit(r, "");
      return OK;
    },
  }),
  route({
    method: "DELETE",
    path: PATH,
    auth: "session",
    access: edits,
    async handle(r) {
      await doRemoveBrandImage(r.ctx);
      audit(r, "");
      return OK;
    },
  }),
];
