import type { StatusName } from "../../../model/status.ts";
import { setStatus } from "../../status/set-status.ts";
import { doSetCustomStatus, doUnsetCustomStatus, requireCustomStatuses } from "../../users/custom-status.ts";
import type { BuiltIn, Call, Outcome } from "../types.ts";

const set = (status: StatusName, description: string, text: string): BuiltIn => ({
  trigger: status,
  hint: "",
  description,
  async run({ r, ctx }) {
    // An end of "do not disturb" that was set before stays (websocket 8).
    await setStatus(ctx, r.userId, status);
    return { text };
  },
});

async function custom({ r, ctx, text }: Call): Promise<Outcome> {
  requireCustomStatuses(ctx);
  if (text === "clear") {
    await doUnsetCustomStatus(ctx, r.userId);
    return { text: "Your status has been cleared." };
  }
  const [, emoji = "", rest = ""] = /^(?::([a-zA-Z0-9+\-_]{1,64}):)?\s*([\s\S]*)$/.exec(text)!;
  if (!emoji && !rest)
    return { text: "Say what your status is: `/status :emoji: text`, or `/status clear`." };
  await doSetCustomStatus(ctx, r.userId, { emoji, text: rest });
  return { text: `Your status is now ${emoji ? `:${emoji}: ` : ":speech_balloon: "}${rest}`.trimEnd() };
}

export const aboutStatus: BuiltIn[] = [
  set("online", "Set your status to online", "You are now online."),
  set("away", "Set your status to away", "You are now away."),
  set("offline", "Set your status to offline", "You are now offline."),
  set("dnd", "Turn off desktop and push notifications", "You get no desktop or push notifications now."),
  {
    trigger: "status",
    hint: "[:emoji_name:] [status_message] | clear",
    description: "Set or clear your custom status",
    run: custom,
  },
];
