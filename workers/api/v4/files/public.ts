import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { sharedSecret } from "../../../actions/system/shared-secret.ts";
import { fail } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { accessFile, type FoundFile, fileOf } from "./access.ts";
import { serveFile } from "./serve.ts";

/** semantics 11.10; where no salt is set, the server has one of its own. */
async function linkHash(r: Req<any>, fileId: string): Promise<string> {
  const salt = r.ctx.config.FileSettings.PublicLinkSalt || (await ownSalt(r));
  return createHash("sha256")
    .update(salt + fileId)
    .digest("base64url");
}

async function ownSalt(r: Req<any>): Promise<string> {
  return createHmac("sha256", await sharedSecret(r.ctx))
    .update("public links")
    .digest("base64url");
}

function checkEnabled(r: Req<any>): void {
  if (!r.ctx.config.FileSettings.EnablePublicLink) throw fail("api.file.get_public_link.disabled.app_error");
}

/** GET /files/{id}/link. */
export const getFileLink = route<undefined, FoundFile>({
  method: "GET",
  path: "/api/v4/files/{file_id}/link",
  auth: "session",
  access(r) {
    checkEnabled(r);
    return accessFile(r);
  },
  async handle(r, { id, post_id }) {
    if (!post_id) throw fail("api.file.get_public_link.no_post.app_error");
    const site = r.ctx.config.ServiceSettings.SiteURL.replace(/\/+$/, "") || new URL(r.raw.url).origin;
    return { link: `${site}/files/${id}/public?h=${await linkHash(r, id)}` };
  },
});

/** GET and HEAD /files/{id}/public: whoever has the link may read. */
export const getFilePublic = route<undefined, FoundFile>({
  method: "GET",
  path: "/files/{file_id}/public",
  auth: "optional",
  trusted: true,
  async access(r) {
    checkEnabled(r);
    const expected = Buffer.from(await linkHash(r, r.param("file_id")));
    const sent = Buffer.from(r.text("h"));
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected))
      throw fail("api.file.get_file.public_invalid.app_error");
    return fileOf(r);
  },
  handle(r, { path, name, mime_type, update_at, post_id }) {
    if (!post_id) throw fail("api.file.get_public_link.no_post.app_error");
    return serveFile(r, { path, name, mime: mime_type, updatedAt: update_at, original: true });
  },
});
