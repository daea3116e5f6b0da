import { withoutIntegrations } from "../../../model/interactive.ts";
import { makeTrigger } from "../../interactive/trigger.ts";
import { setOnline } from "../../status/set-online.ts";
import type { CommandResponse } from "../response.ts";
import type { Call } from "../types.ts";
import { askCommand, findCommand } from "./ask.ts";
import { doRespond } from "./respond.ts";

/** Runs the team's own command of that name; undefined where there is none (semantics 19.1 to 19.4). Throws 400, 403. */
export async function runCustom(call: Call): Promise<CommandResponse | undefined> {
  const { ctx, r, rights, channel, rootId } = call;
  const found = await findCommand(call);
  if (!found) return undefined;
  const { triggerId, clientId } = await makeTrigger(ctx, r.userId);
  const response = await askCommand(call, found, triggerId);
  ctx.background(setOnline(ctx, r.userId, { sessionId: r.me.session.id }));
  await doRespond({ ctx, command: found.command, user: r.me.user, rights, channel, rootId }, response);
  return { ...forClient(response), trigger_id: clientId };
}

/** As clients get it: nothing of where the buttons of its attachments lead (semantics 20.1). */
function forClient(response: CommandResponse): CommandResponse {
  const { props, attachments, extra_responses } = response;
  return {
    ...response,
    props: props && withoutIntegrations(props),
    attachments: attachments && attachmentsForClient(attachments),
    extra_responses: extra_responses?.map(forClient) ?? null,
  };
}

function attachmentsForClient(attachments: Record<string, unknown>[]) {
  return withoutIntegrations({ attachments }).attachments as Record<string, unknown>[];
}
