import type { User } from "../../model/user.ts";
import { attachmentTexts, matchKeywords, mentionTokens } from "../../text/mentions.ts";

/** What mentions one user (semantics 2.4): "@username", own words (lower case), the first name as it is written. */
export function keywordsOf(user: User): Set<string> {
  const { mention_keys = "", first_name } = user.notify_props;
  const keywords = new Set(mention_keys.split(",").map((key) => key.trim().toLowerCase()));
  keywords.add(`@${user.username}`);
  if (first_name === "true") keywords.add(user.first_name);
  keywords.delete("");
  return keywords;
}

/** LIKE patterns for a lower-cased message; what matches none of them cannot mention the user. */
export function keywordPatterns(user: User): string[] {
  const words = [...keywordsOf(user)].map((word) => word.toLowerCase());
  if (heedsChannelWide(user)) words.push("@channel", "@all", "@here");
  return words.map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
}

const heedsChannelWide = (user: User) => (user.notify_props.channel ?? "true") === "true";

/** Whether a text in an open or private channel mentions the user, as if online (semantics 3.9, 9.4); `wide`: @channel, @all, @here count. */
export function mentionsUser(
  user: User,
  message: string,
  props: Record<string, unknown> = {},
  wide = true,
): boolean {
  const texts = [message, ...attachmentTexts(props)];
  const tokens = mentionTokens(texts);
  if (wide && heedsChannelWide(user) && (tokens.all || tokens.channel || tokens.here)) return true;
  const keywords = keywordsOf(user);
  const multibyte = [...keywords].filter((keyword) => /[^\0-\x7f]/.test(keyword));
  return (
    matchKeywords(tokens, (keyword) => (keywords.has(keyword) ? [user.id] : undefined), multibyte).size > 0
  );
}
