import { ZodError } from "zod";
import type { Asker } from "../../../actions/commands/custom/respond.ts";
import { doRespond } from "../../../actions/commands/custom/respond.ts";
import { commandHook, doUseCommandHook } from "../../../actions/commands/custom/webhook.ts";
import { type CommandResponse, responseOf } from "../../../actions/commands/response.ts";
import { AppError, fail } from "../../../errors/app-error.ts";
import { Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";

async function readResponse(r: Req<any>): Promise<CommandResponse> {
  const body = await r.raw.text();
  if (body.length > r.ctx.config.ServiceSettings.MaximumPayloadSizeBytes)
    throw fail("api.context.request_body_too_large.app_error");
  try {
    return responseOf(r.header("content-type"), body);
  } catch (error) {
    if (error instanceof AppError || error instanceof ZodError)
      throw fail("web.command_webhook.parse.app_error");
    throw error;
  }
}

/** POST /hooks/commands/{id}: what a command answers later; the id is the secret (semantics 19.4). */
export const receiveCommand = route<undefined, Asker>({
  method: "POST",
  path: "/hooks/commands/{id}",
  auth: "optional",
  trusted: true,
  access(r) {
    if (!r.ctx.config.ServiceSettings.EnableCommands) throw fail("api.command.disabled.app_error");
    const id = r.path.id ?? "";
    if (!isId(id)) throw fail("app.command_webhook.get.missing");
    return commandHook(r.ctx, id);
  },
  async handle(r, asker) {
    const response = await readResponse(r);
    await doUseCommandHook(r.ctx, r.path.id!);
    await doRespond(asker, response);
    return new Reply("ok", { headers: { "Content-Type": "text/plain" } });
  },
});
