import { clientConfigText } from "../../../actions/system/config.ts";
import { noAccounts } from "../../../actions/users/account/no-accounts.ts";
import { badUrl, fail } from "../../../errors/app-error.ts";
import { clientLicense } from "../../../features.ts";
import { rawJson } from "../../../http/reply.ts";
import { anyone, route } from "../../../http/route.ts";

/** What clients ask before anything else. No round trip once the isolate knows. */
export const client = [
  route({
    method: "GET",
    path: "/api/v4/config/client",
    auth: "optional",
    access: anyone,
    async handle(r) {
      const loggedIn = r.identity !== undefined;
      return rawJson(await clientConfigText(r.ctx, { loggedIn, noAccounts: await noAccounts(r.ctx) }));
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/license/client",
    auth: "optional",
    access: anyone,
    handle(r) {
      const format = r.text("format");
      if (!format) throw fail("api.license.client.old_format.app_error");
      if (format !== "old") throw badUrl("format");
      return clientLicense(r.ctx.env.PROFILE);
    },
  }),
];
