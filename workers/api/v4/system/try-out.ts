import { z } from "zod";
import { requireSystem } from "../../../access/permissions.ts";
import { tryS3, trySiteUrl } from "../../../actions/system/try-out.ts";
import { OK } from "../../../http/reply.ts";
import { type Route, route } from "../../../http/route.ts";
import { unrestricted } from "./access.ts";

/** Settings that an administrator tries out before saving them. */
export const tryOut: Route[] = [
  route<{ site_url: string }>({
    method: "POST",
    path: "/api/v4/site_url/test",
    auth: "session",
    body: z.object({ site_url: z.string().trim().min(1).max(2_048) }),
    access: unrestricted("test_site_url"),
    async handle(r) {
      await trySiteUrl(r.ctx, r.body.site_url);
      return OK;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/file/s3_test",
    auth: "session",
    // A configuration, or nothing.
    body: z.looseObject({ FileSettings: z.looseObject({}).nullish() }).nullish(),
    access: (r) => requireSystem(r, "test_s3"),
    async handle(r) {
      await tryS3(r.ctx, r.body);
      return OK;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/saml/certificate/status",
    auth: "session",
    access: (r) => requireSystem(r, "get_saml_cert_status"),
    handle: () => ({ idp_certificate_file: false, private_key_file: false, public_certificate_file: false }),
  }),
];
