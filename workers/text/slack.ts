/** Slack notation to Markdown for webhooks and command responses (rule 18.4). */
import { attachmentsOf } from "./attachments.ts";

/** Username of a user id; undefined leaves the text as it is. */
export type UsernameOf = (userId: string) => string | undefined;

const MENTION = /<!(channel|here|all)>|<@([a-zA-Z0-9]{1,64})>/g;
const USER = /<@([a-zA-Z0-9]{1,64})>/g;
/** Neither part holds "<", so a failing match ends at the next "<". */
const LINK = /<([^\s<>|]+)\|([^<>]+)>/g;

function convertMentions(text: string, usernameOf: UsernameOf): string {
  if (!text.includes("<")) return text;
  return text.replace(MENTION, (whole, word, id) => {
    const name = word ?? usernameOf(id);
    return name === undefined ? whole : `@${name}`;
  });
}

/** Converts mentions and links of one text. */
export function slackToMarkdown(text: string, usernameOf: UsernameOf = () => undefined): string {
  return convertMentions(text, usernameOf).replace(LINK, "[$2]($1)");
}

type Attachment = Record<string, unknown>;

function isField(value: unknown): value is Attachment {
  return typeof value === "object" && value !== null;
}

/** Copies of the attachments, converted: pretext, text and string field values in full, title only its mentions. */
export function slackAttachments(
  attachments: unknown[],
  usernameOf: UsernameOf = () => undefined,
): unknown[] {
  const full = (value: unknown): unknown =>
    typeof value === "string" ? slackToMarkdown(value, usernameOf) : value;
  return attachments.map((attachment) => {
    if (!isField(attachment)) return attachment;
    const copy = { ...attachment };
    if ("pretext" in copy) copy.pretext = full(copy.pretext);
    if ("text" in copy) copy.text = full(copy.text);
    if (typeof copy.title === "string") copy.title = convertMentions(copy.title, usernameOf);
    if (Array.isArray(copy.fields)) {
      copy.fields = copy.fields.map((field) =>
        isField(field) ? { ...field, value: full(field.value) } : field,
      );
    }
    return copy;
  });
}

/** Distinct user ids that a text and attachments mention, to be resolved before the conversion. */
export function slackUserIds(text: string, attachments: unknown[] = []): string[] {
  const ids = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value !== "string" || !value.includes("<@")) return;
    for (const match of value.matchAll(USER)) ids.add(match[1]!);
  };
  collect(text);
  for (const attachment of attachmentsOf({ attachments })) {
    collect(attachment.pretext);
    collect(attachment.text);
    collect(attachment.title);
    if (!Array.isArray(attachment.fields)) continue;
    for (const field of attachment.fields) {
      if (isField(field)) collect(field.value);
    }
  }
  return [...ids];
}
