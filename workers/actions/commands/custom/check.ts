import { badBody, fail } from "../../../errors/app-error.ts";
import type { Command } from "../../../model/command.ts";
import { runeCount } from "../../../text/clean.ts";
import { isWebAddress } from "../../hooks/outgoing/check.ts";
import { builtIn } from "../built-in/index.ts";

export type CommandFields = Pick<
  Command,
  | "trigger"
  | "url"
  | "method"
  | "username"
  | "icon_url"
  | "auto_complete"
  | "auto_complete_desc"
  | "auto_complete_hint"
  | "display_name"
  | "description"
>;

const TRIGGER = /^[a-z0-9_./-]{1,128}$/;
const MAX_URL = 1_024;
const LIMITS = {
  display_name: 64,
  description: 128,
  username: 64,
  icon_url: 1_024,
  auto_complete_hint: 1_024,
  auto_complete_desc: 1_024,
} as const;

/** `trigger` is in lower case. Throws 400 (semantics 19.5). */
export function checkCommand(fields: CommandFields): void {
  const { trigger, url, method } = fields;
  if (JSON.stringify(fields).includes("\\u0000")) throw badBody("command");
  if (!TRIGGER.test(trigger) || trigger.startsWith("/"))
    throw fail("model.command.is_valid.trigger.app_error");
  if (builtIn(trigger)) throw fail("api.command.duplicate_trigger.app_error");
  if (url === "" || runeCount(url) > MAX_URL) throw fail("model.command.is_valid.url.app_error");
  if (!isWebAddress(url)) throw fail("model.command.is_valid.url_http.app_error");
  if (method !== "P" && method !== "G") throw fail("model.command.is_valid.method.app_error");
  for (const [name, limit] of Object.entries(LIMITS) as [keyof typeof LIMITS, number][])
    if (runeCount(fields[name]) > limit) throw fail(`model.command.is_valid.${name}.app_error`);
}
