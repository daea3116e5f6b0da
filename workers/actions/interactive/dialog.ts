import { z } from "zod";
import type { Context } from "../../context.ts";
import { badBody, fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { log } from "../../log/log.ts";
import { callIntegration } from "./call.ts";
import { readTrigger } from "./trigger.ts";

/** A dialog as its integration describes it; clients make of it what they can (semantics 20.7). */
export interface OpenDialog {
  trigger_id: string;
  url: string;
  dialog: Record<string, unknown>;
}

const upTo = (length: number) => z.string().max(length);
const element = z.looseObject({
  display_name: upTo(24).min(1),
  name: upTo(300).min(1),
  type: z.enum(["text", "textarea", "select", "bool", "radio", "date", "datetime"]),
  help_text: upTo(150).nullish(),
});

/** What clients can show; others are sent all the same, and noted in the log (semantics 20.7). */
const showable = z.looseObject({
  title: upTo(24).min(1),
  elements: z.array(element).nullish(),
});

/** Shows a dialog to whom the trigger id was made for. Throws 400. */
export async function doOpenDialog(ctx: Context, { trigger_id, url, dialog }: OpenDialog): Promise<void> {
  if (url === "") throw badBody("url");
  const { clientId, userId } = await readTrigger(ctx, trigger_id);
  const issue = showable.safeParse(dialog).error?.issues[0];
  if (issue) log.warn("invalid dialog", { user_id: userId, field: issue.path.join(".") });
  const shown = JSON.stringify({ trigger_id: clientId, url, dialog });
  await publish(ctx, `user:${userId}`, [envelope("open_dialog", { dialog: shown }, { user_id: userId })]);
}

export interface Submission {
  callback_id: string;
  state: string;
  user_id: string;
  channel_id: string;
  team_id: string;
  submission: Record<string, unknown>;
  cancelled: boolean;
}

const part = z.string().nullish();
const submitted = z.object({
  error: part,
  errors: z.record(z.string(), z.string()).nullish(),
  type: part,
  form: z.record(z.string(), z.unknown()).nullish(),
});

export type SubmitType = "dialog_submission" | "refresh";

/** Hands what the user has entered to the dialog's integration; what is wrong with it, or the next dialog (semantics 20.8). Throws 400. */
export async function doSubmitDialog(ctx: Context, url: string, type: SubmitType, submission: Submission) {
  const answer = await callIntegration(ctx, url, { type, ...submission });
  // An integration need not answer: anything but an object says that all is well.
  const { error, errors, type: next, form } = submitted.safeParse(answer).data ?? {};
  return {
    ...(error ? { error } : {}),
    ...(errors && Object.keys(errors).length > 0 ? { errors } : {}),
    ...(next ? { type: next } : {}),
    ...(form ? { form } : {}),
  };
}

const found = z.object({
  items: z.array(z.looseObject({ text: z.string(), value: z.string() })).nullish(),
});

/** What a dialog's menu offers for what has been entered (semantics 20.8). Throws 400. */
export async function doLookup(ctx: Context, url: string, submission: Submission) {
  const answer = await callIntegration(ctx, url, { type: "dialog_lookup", ...submission });
  const outcome = found.safeParse(answer ?? {});
  if (!outcome.success) throw fail("api.post.do_action.action_integration.app_error");
  return { items: (outcome.data.items ?? []).map(({ text, value }) => ({ text, value })) };
}
