import { LOGIN_HEADER } from "../../../../durable/hub/connection/upgrade.ts";
import { hubOf } from "../../../../durable/placement.ts";
import { requireReadChannel } from "../../../access/permissions.ts";
import { clusterHealth } from "../../../actions/system/health.ts";
import { fail } from "../../../errors/app-error.ts";
import { Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, route } from "../../../http/route.ts";
import { openLobby } from "../../../socket/lobby.ts";
import { passesOrigin } from "../../../socket/origin.ts";

function requireUpgrade(r: Req): void {
  if (r.header("upgrade").toLowerCase() !== "websocket" || !passesOrigin(r))
    throw fail("api.web_socket.connect.upgrade.app_error");
}

/** A node that does not hear the others takes no clients. */
async function requireHearing(r: Req): Promise<void> {
  if ((await clusterHealth(r.ctx)) !== "OK") throw fail("app.cluster.unavailable.app_error");
}

/** A request for a hub or topic: the client's own, with what only the worker may say. */
function forwarded(r: Req): Request {
  const request = new Request(r.raw);
  request.headers.delete(LOGIN_HEADER);
  if (r.identity) {
    const { session, user } = r.identity;
    request.headers.set(
      LOGIN_HEADER,
      JSON.stringify({ userId: user.id, sessionId: session.id, token: session.token }),
    );
  }
  return request;
}

export const websocket = [
  route({
    method: "GET",
    path: "/api/v4/websocket",
    auth: "optional",
    trusted: true,
    access: anyone,
    async handle(r) {
      requireUpgrade(r);
      await requireHearing(r);
      if (!r.identity && r.ctx.env.PROFILE === "edge") return Reply.passed(openLobby(r.ctx, r.raw));
      return Reply.passed(await hubOf(r.ctx.env, r.identity?.user.id ?? "").fetch(forwarded(r)));
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/channels/{channel_id}/websocket",
    auth: "session",
    trusted: true,
    access: (r) => requireReadChannel(r, r.param("channel_id")),
    async handle(r, channel) {
      requireUpgrade(r);
      const { TOPIC } = r.ctx.env;
      return Reply.passed(await TOPIC.get(TOPIC.idFromName(`channel:${channel.id}`)).fetch(forwarded(r)));
    },
  }),
];
