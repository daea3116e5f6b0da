import { imageReply } from "../../../actions/images/proxy.ts";
import { redirectLocation } from "../../../actions/images/redirect.ts";
import { badUrl } from "../../../errors/app-error.ts";
import { anyone, type Route, route } from "../../../http/route.ts";

/** What clients show of other sites: any session may ask (endpoints.tsv). */
export const images: Route[] = [
  route({
    method: "GET",
    path: "/api/v4/image",
    auth: "session",
    trusted: true,
    access: anyone,
    handle(r) {
      // Without a scheme or host it is this site's.
      const url = URL.parse(r.text("url"), r.ctx.config.ServiceSettings.SiteURL || undefined);
      if (!url || !/^https?:$/.test(url.protocol)) throw badUrl("url");
      return imageReply(r.ctx, url);
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/redirect_location",
    auth: "session",
    trusted: true,
    access: anyone,
    async handle(r) {
      const url = r.text("url");
      if (!url) throw badUrl("url");
      return { location: await redirectLocation(r.ctx, url) };
    },
  }),
];
