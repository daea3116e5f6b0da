import type { Context } from "../../context.ts";

const MAX_RESPONSE = 1_048_576;
const MAX_REDIRECTS = 10;

/** Within which an integration must answer (semantics 18.9, 19.3, 20.3). */
export const integrationLimits = (ctx: Context) => ({
  timeoutMs: ctx.config.ServiceSettings.OutgoingIntegrationRequestsTimeout * 1_000,
  maxBytes: MAX_RESPONSE,
  redirects: MAX_REDIRECTS,
});
