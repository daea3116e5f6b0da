/** `~channel` links (rules 1.11, 12.21). */
import { attachmentTexts } from "./attachments.ts";

const LINK = /\B~[a-zA-Z0-9\-_]+/g;

function collect(text: string, into: Set<string>): void {
  if (!text.includes("~")) return;
  for (const link of text.match(LINK) ?? []) into.add(link.slice(1));
}

/** Distinct channel names linked in the message and its attachments, without `~`, as written (1.11). */
export function channelLinks(message: string, props?: unknown): string[] {
  const names = new Set<string>();
  collect(message, names);
  for (const text of attachmentTexts(props)) collect(text, names);
  return [...names];
}

/** Distinct channel names linked in a channel header (12.21). */
export function headerChannelLinks(header: string): string[] {
  return channelLinks(header);
}
