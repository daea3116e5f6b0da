import type { Session } from "../model/session.ts";
import type { Req } from "./request.ts";

/** The request's cookies by name; of several, the first: browsers send that of the longest path first. */
export function cookiesOf(raw: Request): Record<string, string> {
  const header = raw.headers.get("cookie");
  const cookies: Record<string, string> = {};
  if (!header) return cookies;
  for (const part of header.split(";")) {
    const at = part.indexOf("=");
    if (at > 0) cookies[part.slice(0, at).trim()] ??= part.slice(at + 1).trim();
  }
  return cookies;
}

/** The three cookies of a login (http-conventions 2.3). */
export function sessionCookies(r: Req<any>, session: Session): string[] {
  const seconds = r.ctx.config.ServiceSettings.SessionLengthWebInHours * 3_600;
  const common = `${attributes(r)}; Max-Age=${seconds}; Expires=${new Date(Date.now() + seconds * 1_000).toUTCString()}`;
  return [
    `MMAUTHTOKEN=${session.token}; ${common}; HttpOnly`,
    `MMUSERID=${session.user_id}; ${common}`,
    `MMCSRF=${session.props.csrf ?? ""}; ${common}`,
  ];
}

/** Removes MMAUTHTOKEN; the other two stay (http-conventions 2.3). */
export function clearedCookie(r: Req<any>): string {
  return `MMAUTHTOKEN=; ${attributes(r)}; Max-Age=0; Expires=${new Date(0).toUTCString()}; HttpOnly`;
}

function attributes(r: Req<any>): string {
  const { SiteURL, AllowCookiesForSubdomains } = r.ctx.config.ServiceSettings;
  const site = SiteURL ? new URL(SiteURL) : undefined;
  const path = site ? site.pathname.replace(/\/$/, "") || "/" : "/";
  const domain = AllowCookiesForSubdomains && site ? `; Domain=${site.hostname}` : "";
  const embedded = r.secure && cookiesOf(r.raw).MMEMBED === "1" ? "; SameSite=None" : "";
  return `Path=${path}${domain}${r.secure ? "; Secure" : ""}${embedded}`;
}
