import { requireSystem } from "../../../access/permissions.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { doSetBusy } from "../../../actions/system/busy.ts";
import { badUrl } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { serverBusy } from "../../../server-busy.ts";

const path = "/api/v4/server_busy";
const access = (r: Req<any>) => requireSystem(r, "manage_system");
const DEFAULT_SECONDS = 3_600;
const MAX_SECONDS = 86_400;

/** A server marked busy refuses what `shed` of a route names, until the time is over. */
export const busy = [
  route({
    method: "GET",
    path,
    auth: "session",
    access,
    handle() {
      const until = serverBusy.until();
      return { busy: until > 0, expires: Math.ceil(until / 1_000) };
    },
  }),
  route({
    method: "POST",
    path,
    auth: "session",
    access,
    async handle(r) {
      const seconds = r.text("seconds") ? r.int("seconds", -1) : DEFAULT_SECONDS;
      if (seconds < 1 || seconds > MAX_SECONDS) throw badUrl("seconds");
      await doSetBusy(r.ctx, seconds);
      audit(r, `seconds=${seconds}`);
      return OK;
    },
  }),
  route({
    method: "DELETE",
    path,
    auth: "session",
    access,
    async handle(r) {
      await doSetBusy(r.ctx, 0);
      audit(r, "");
      return OK;
    },
  }),
];
