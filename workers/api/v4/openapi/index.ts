import { rawJson } from "../../../http/reply.ts";
import { anyone, type Route, route } from "../../../http/route.ts";
import { basePath } from "../../../web/base-path.ts";
import { describe } from "./describe.ts";

/** The server's own description. `all`: every route that it serves, this one included. */
export function openapi(all: () => readonly Route[]): Route {
  let made: { base: string; text: string } | undefined;
  return route({
    method: "GET",
    path: "/api/v4/openapi.json",
    auth: "optional",
    access: anyone,
    handle(r) {
      const base = basePath(r.ctx.config.ServiceSettings.SiteURL);
      if (made?.base !== base) made = { base, text: JSON.stringify(describe(all(), base)) };
      return rawJson(made.text);
    },
  });
}
