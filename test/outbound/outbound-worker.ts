import { loadConfig } from "../../workers/config/load.ts";
import type { Env } from "../../workers/env.ts";
import { createOutbound } from "../../workers/ports/outbound/create.ts";
import { OutboundError } from "../../workers/ports/outbound/outbound.ts";

/** POST {url, allowed?, request}: what `outbound.fetch` gives, or {reason}. `stream` reads by `open`. */
export default {
  async fetch(incoming: Request, env: Env): Promise<Response> {
    if (incoming.method === "GET") return new Response("ready");
    const { url, allowed = "", request, stream } = (await incoming.json()) as any;
    const file = { ServiceSettings: { AllowedUntrustedInternalConnections: allowed } };
    const outbound = createOutbound(env, loadConfig({ file, environment: {} }).config);
    try {
      if (stream) {
        const { status, body } = await outbound.open(url, request);
        return Response.json({ status, text: await new Response(body).text() });
      }
      const answer = await outbound.fetch(url, request);
      return Response.json({ status: answer.status, text: answer.text(), url: answer.url });
    } catch (error) {
      if (error instanceof OutboundError) return Response.json({ reason: error.reason });
      return Response.json({ thrown: String(error) });
    }
  },
};
