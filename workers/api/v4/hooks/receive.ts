import { incomingWebhook } from "../../../actions/hooks/incoming.ts";
import { readPayload } from "../../../actions/hooks/payload.ts";
import { doPostIncoming } from "../../../actions/hooks/post.ts";
import { AppError, fail } from "../../../errors/app-error.ts";
import { Reply } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import type { IncomingWebhook } from "../../../model/incoming-webhook.ts";

/** Whatever goes wrong, a webhook says so under one id (semantics 18.1). */
async function wrapped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw fail("web.incoming_webhook.general.app_error", { message: error.message }, error.status);
  }
}

/** POST /hooks/{id}: the id is the secret. */
export const receiveIncoming = route<undefined, IncomingWebhook>({
  method: "POST",
  path: "/hooks/{id}",
  auth: "optional",
  trusted: true,
  access: (r) =>
    wrapped(async () => {
      const { EnableIncomingWebhooks } = r.ctx.config.ServiceSettings;
      if (!EnableIncomingWebhooks) throw fail("web.incoming_webhook.disabled.app_error");
      const id = r.path.id ?? "";
      const hook = isId(id) ? await incomingWebhook(r.ctx, id) : undefined;
      if (!hook) throw fail("web.incoming_webhook.invalid.app_error");
      return hook;
    }),
  handle: (r, hook) =>
    wrapped(async () => {
      const payload = await readPayload(r.raw, r.ctx.config.ServiceSettings.MaximumPayloadSizeBytes);
      await doPostIncoming(r, hook, payload);
      return new Reply("ok", { headers: { "Content-Type": "text/plain" } });
    }),
});
