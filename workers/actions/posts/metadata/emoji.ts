import type { Post } from "../../../model/post.ts";
import { attachmentsOf } from "../../../text/attachments.ts";
import { isSystemEmoji } from "../../../text/emoji.ts";

const NAME = /:([a-zA-Z0-9_+-]{1,64}):/g;

/** Adds the names between colons; neighbours may share one: `:a:b:` holds both. */
function collect(text: unknown, into: Set<string>): void {
  if (typeof text !== "string" || !text.includes(":")) return;
  NAME.lastIndex = 0;
  for (let found = NAME.exec(text); found !== null; found = NAME.exec(text)) {
    into.add(found[1]!);
    NAME.lastIndex--;
  }
}

/** Names in a post's message, attachments and reactions that only a custom emoji can have (semantics 8.10). */
export function customEmojiNames(post: Post): string[] {
  const names = new Set<string>();
  collect(post.message, names);
  for (const attachment of attachmentsOf(post.props)) {
    collect(attachment.title, names);
    collect(attachment.text, names);
    collect(attachment.pretext, names);
    if (!Array.isArray(attachment.fields)) continue;
    for (const field of attachment.fields) collect(field?.value, names);
  }
  for (const reaction of post.metadata.reactions ?? []) names.add(reaction.emoji_name);
  return [...names].filter((name) => !isSystemEmoji(name));
}

/** Live custom emoji by name, as clients get them. */
export const EMOJI_BY_NAMES = `SELECT e.id, e.createat AS create_at, e.updateat AS update_at, e.deleteat AS delete_at,
  e.creatorid AS creator_id, e.name FROM emoji e WHERE e.name = ANY($1::text[]) AND e.deleteat = 0`;
