import { AppError, fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import { newId } from "../../model/id.ts";
import { ephemeralEvent, ephemeralPost } from "../posts/ephemeral.ts";
import { builtIn } from "./built-in/index.ts";
import { runCustom } from "./custom/run.ts";
import { postAsUser } from "./post.ts";
import { type CommandResponse, responseWith } from "./response.ts";
import type { Call, Outcome } from "./types.ts";

/** Splits "/trigger text". Throws 400. */
export function parseCommand(command: string): { trigger: string; text: string } {
  const match = /^\/(\S+)\s*([\s\S]*)$/.exec(command.trim());
  if (!match) throw fail("api.command.execute_command.start.app_error");
  return { trigger: match[1]!.toLowerCase(), text: match[2]!.trim() };
}

/**
 * Runs a command and posts, or shows the caller, what comes of it (semantics 19.1, 19.2). What a built-in command cannot
 * do it says; only an unknown one throws (404, and clients offer to send it as a message).
 */
export async function doExecute(call: Call): Promise<CommandResponse> {
  const command = builtIn(call.trigger);
  if (!command) return custom(call);
  const outcome = await told(() => command.run(call));
  const refused = outcome.inChannel ? await told(() => post(call, outcome)) : undefined;
  const final = refused?.text ? refused : outcome;
  if (final.text && !final.inChannel) await show(call, final.text);
  return answer(final);
}

/** No custom command has a built-in one's name (semantics 19.5), so that these need not look for one. */
async function custom(call: Call): Promise<CommandResponse> {
  const response = await runCustom(call);
  if (!response) throw fail("api.command.execute_command.not_found.app_error", { trigger: call.trigger });
  return response;
}

async function told(work: () => Promise<Outcome> | Outcome): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return { text: error.message };
    throw error;
  }
}

async function post(call: Call, { text = "", type = "", props = {} }: Outcome): Promise<Outcome> {
  const { r, channel, rights, rootId } = call;
  await postAsUser(r, { channel, rights, rootId, message: text, type, props });
  return {};
}

/** The answer that only the caller sees. */
async function show({ r, ctx, channel, rootId }: Call, message: string): Promise<void> {
  const post = ephemeralPost({ channelId: channel.id, userId: r.userId, message, rootId });
  await publish(ctx, `user:${r.userId}`, [ephemeralEvent(r.userId, post)]);
}

function answer({ text = "", inChannel, type = "", props, goto = "" }: Outcome): CommandResponse {
  return responseWith({
    response_type: inChannel ? "in_channel" : "ephemeral",
    text,
    type,
    props: props ?? null,
    goto_location: goto,
    trigger_id: newId(),
  });
}
