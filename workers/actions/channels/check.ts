import { fail } from "../../errors/app-error.ts";
import type { Channel } from "../../model/channel.ts";
import { removeControlCharacters, runeCount } from "../../text/clean.ts";
import { isValidChannelName } from "../../text/names.ts";

/** What people write about a channel. */
export type ChannelTexts = Pick<Channel, "name" | "display_name" | "header" | "purpose">;

/** The given texts as they are stored. Throws 400 `model.channel.is_valid.*` (semantics 12.2, 12.3). */
export function checkTexts<T extends Partial<ChannelTexts>>(texts: T): T {
  const checked = { ...texts };
  if (checked.display_name !== undefined) {
    checked.display_name = removeControlCharacters(checked.display_name).trim();
    if (runeCount(checked.display_name) > 64) throw fail("model.channel.is_valid.display_name.app_error");
  }
  if (checked.header !== undefined) {
    checked.header = removeControlCharacters(checked.header);
    if (runeCount(checked.header) > 1024) throw fail("model.channel.is_valid.header.app_error");
  }
  if (checked.purpose !== undefined) {
    checked.purpose = removeControlCharacters(checked.purpose);
    if (runeCount(checked.purpose) > 250) throw fail("model.channel.is_valid.purpose.app_error");
  }
  if (checked.name !== undefined && !isValidChannelName(checked.name)) {
    const reserved = /^([a-z0-9]{26}__[a-z0-9]{26}|[0-9a-f]{40})$/.test(checked.name);
    throw fail(
      reserved ? "model.channel.is_valid.name.app_error" : "model.channel.is_valid.1_or_more.app_error",
    );
  }
  return checked;
}
