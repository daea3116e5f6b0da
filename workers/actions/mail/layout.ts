import type { Config } from "../../config/load.ts";
import { MailError } from "../../ports/mail/mail.ts";

/** What a mail says, as plain text; `render` makes both parts of it. */
export interface Letter {
  subject: string;
  title: string;
  paragraphs: string[];
  /** Words of somebody else, set apart. */
  quote?: string;
  button?: { label: string; url: string };
}

/** Both parts of a mail (its subject included); everything in the HTML part is escaped. */
export function render(config: Config, letter: Letter): { subject: string; text: string; html: string } {
  const { subject, title, paragraphs, quote, button } = letter;
  const footer = footerOf(config);
  const text = [
    title,
    ...paragraphs,
    ...(quote ? [quote.replace(/^/gm, "> ")] : []),
    ...(button ? [`${button.label}: ${button.url}`] : []),
    `-- \n${footer}`,
  ].join("\n\n");
  const parts = [
    `<h1 style="font-size:20px;margin:0 0 16px">${escapeHtml(title)}</h1>`,
    ...paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${lines(paragraph)}</p>`),
    ...(quote
      ? [
          `<blockquote style="margin:0 0 16px;padding:8px 16px;border-left:4px solid #ccc">${lines(quote)}</blockquote>`,
        ]
      : []),
    ...(button
      ? [
          `<p style="margin:0 0 16px"><a href="${escapeHtml(button.url)}" style="display:inline-block;padding:10px 20px;background:#2389d7;color:#fff;text-decoration:none;border-radius:4px">${escapeHtml(button.label)}</a></p>`,
        ]
      : []),
    `<p style="margin:24px 0 0;color:#777;font-size:12px">${lines(footer)}</p>`,
  ];
  const html = `<!DOCTYPE html><html><head><meta charset="utf-8"></head><body style="font-family:sans-serif;font-size:15px;line-height:1.4;color:#333;max-width:600px;margin:0 auto;padding:24px">${parts.join("")}</body></html>`;
  return { subject, text, html };
}

function footerOf({ EmailSettings, SupportSettings, TeamSettings }: Config): string {
  const { FeedbackOrganization } = EmailSettings;
  return [
    TeamSettings.SiteName,
    ...(FeedbackOrganization ? [`Sent by ${FeedbackOrganization}`] : []),
    ...(SupportSettings.SupportEmail ? [`Questions: ${SupportSettings.SupportEmail}`] : []),
  ].join("\n");
}

/** An address of the web client. Throws MailError "unset" where ServiceSettings.SiteURL is not set: nothing can be linked then. */
export function siteLink(config: Config, path: string, query: Record<string, string> = {}): string {
  const { SiteURL } = config.ServiceSettings;
  if (!SiteURL)
    throw new MailError("unset", "ServiceSettings.SiteURL is not set, so mails cannot link to it");
  const search = new URLSearchParams(query).toString();
  return `${SiteURL.replace(/\/+$/, "")}/${path}${search ? `?${search}` : ""}`;
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const lines = (text: string) => escapeHtml(text).replace(/\r?\n/g, "<br>");
