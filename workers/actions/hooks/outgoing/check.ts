import { badBody, fail } from "../../../errors/app-error.ts";
import type { OutgoingWebhook } from "../../../model/outgoing-webhook.ts";
import { runeCount } from "../../../text/clean.ts";

export type OutgoingFields = Pick<
  OutgoingWebhook,
  | "channel_id"
  | "trigger_words"
  | "trigger_when"
  | "callback_urls"
  | "display_name"
  | "description"
  | "content_type"
  | "username"
  | "icon_url"
>;

const LIMITS = {
  display_name: 64,
  description: 500,
  content_type: 128,
  username: 64,
  icon_url: 1_024,
} as const;
/** Of a list as it is stored. */
const MAX_LIST = 1_024;

/** Throws 400 (semantics 18.11). */
export function checkOutgoing(fields: OutgoingFields): void {
  for (const [name, limit] of Object.entries(LIMITS) as [keyof typeof LIMITS, number][])
    if (runeCount(fields[name]) > limit) throw fail(`model.outgoing_hook.is_valid.${name}.app_error`);
  const { trigger_words, callback_urls, trigger_when, channel_id } = fields;
  if (JSON.stringify(fields).includes("\\u0000")) throw badBody("display_name");
  if (runeCount(JSON.stringify(trigger_words)) > MAX_LIST)
    throw fail("model.outgoing_hook.is_valid.words.app_error");
  if (trigger_words.includes("")) throw fail("model.outgoing_hook.is_valid.trigger_words.app_error");
  if (callback_urls.length === 0 || runeCount(JSON.stringify(callback_urls)) > MAX_LIST)
    throw fail("model.outgoing_hook.is_valid.callback.app_error");
  if (!callback_urls.every(isWebAddress)) throw fail("model.outgoing_hook.is_valid.url.app_error");
  if (trigger_when !== 0 && trigger_when !== 1) throw badBody("trigger_when");
  if (channel_id === "" && trigger_words.length === 0)
    throw fail("api.webhook.create_outgoing.triggers.app_error");
}

/** An absolute http(s) URL. */
export function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.hostname !== "";
}
