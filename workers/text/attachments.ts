/** The parts of message attachments that hold text (rules 1.11, 2.1). */

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The attachment objects of a post's props; wrong types are skipped (1.14). */
export function attachmentsOf(props: unknown): Fields[] {
  const list = isObject(props) ? props.attachments : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** Pretext, text and string field values of each attachment, empty ones left out (2.1). */
export function attachmentTexts(props: unknown): string[] {
  const texts: string[] = [];
  const add = (value: unknown): void => {
    if (typeof value === "string" && value !== "") texts.push(value);
  };
  for (const attachment of attachmentsOf(props)) {
    add(attachment.pretext);
    add(attachment.text);
    if (!Array.isArray(attachment.fields)) continue;
    for (const field of attachment.fields) {
      if (isObject(field)) add(field.value);
    }
  }
  return texts;
}
