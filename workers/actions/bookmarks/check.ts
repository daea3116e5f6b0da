import { fail } from "../../errors/app-error.ts";
import type { ChannelBookmark } from "../../model/channel-bookmark.ts";
import { isId } from "../../model/id.ts";
import { removeControlCharacters, runeCount } from "../../text/clean.ts";

const MAX_NAME = 64;
const MAX_URL = 1_024;
const MAX_EMOJI = 64;

/** What a bookmark says; the rest follows from where and by whom it was made. */
export type BookmarkValues = Pick<
  ChannelBookmark,
  "type" | "display_name" | "link_url" | "image_url" | "emoji" | "file_id"
>;

function isWeb(url: string): boolean {
  if (url.length > MAX_URL || url.includes("\0") || !/^https?:\/\//i.test(url)) return false;
  return URL.canParse(url);
}

/** `values` as they are stored. Throws 400 (semantics 17.6). */
export function checkBookmark(values: BookmarkValues): BookmarkValues {
  const name = removeControlCharacters(values.display_name).trim();
  const emoji = values.emoji.replace(/^:|:$/g, "");
  const length = runeCount(name);
  if (length < 1 || length > MAX_NAME || name.includes("\0"))
    throw fail("model.channel_bookmark.is_valid.display_name.app_error");
  if (values.type !== "link" && values.type !== "file")
    throw fail("model.channel_bookmark.is_valid.type.app_error");
  if (values.link_url && values.file_id) throw fail("model.channel_bookmark.is_valid.link_file.app_error");
  if (values.type === "link" && !isWeb(values.link_url))
    throw fail("model.channel_bookmark.is_valid.link_url.missing_or_invalid.app_error");
  if (values.type === "link" ? values.file_id !== "" : !isId(values.file_id))
    throw fail("model.channel_bookmark.is_valid.file_id.missing_or_invalid.app_error");
  if (values.image_url && !isWeb(values.image_url))
    throw fail("model.channel_bookmark.is_valid.image_url.app_error");
  if (runeCount(emoji) > MAX_EMOJI || emoji.includes("\0"))
    throw fail("model.channel_bookmark.is_valid.emoji.app_error");
  return { ...values, display_name: name, emoji };
}
