import type { Config } from "../config/load.ts";
import { escapeHtml } from "./landing.ts";

const SCRIPT = /(<script\s+id=["']?publicPathInWindowScript["']?\s*>)[^<]*(<\/script>)/;

/** What the page of a site below a path says about it. */
const publicPath = (base: string) => `window.publicPath='${base}/static/'`;

/** `'sha256-…'` of the script that says where a site below a path is; "" at the root, where there is none. */
export async function scriptHash(base: string): Promise<string> {
  if (!base) return "";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(publicPath(base)));
  return `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;
}

/** The Content-Security-Policy of pages (client-flows 2). */
export function pagePolicy(config: Config, hash: string): string {
  const ancestors = ["'self'", config.ServiceSettings.FrameAncestors.replace(/[\r\n;]/g, " ").trim()];
  const scripts = ["'self'", hash];
  const join = (parts: string[]) => parts.filter(Boolean).join(" ");
  return `frame-ancestors ${join(ancestors)}; script-src ${join(scripts)}`;
}

/** The client's root.html for this site: its name, and for a site below a path, where everything is (client-flows 2). */
export function rootPage(html: string, config: Config, base: string, hash: string): string {
  const { SiteName, CustomDescriptionText } = config.TeamSettings;
  const head = `<title>${escapeHtml(SiteName)}</title>${
    CustomDescriptionText
      ? `<meta property="og:description" content="${escapeHtml(CustomDescriptionText)}" />`
      : ""
  }`;
  const titled = html.replace("<title>Mattermost</title>", () => head);
  if (!base) return titled;
  return withBase(titled, base)
    .replace(SCRIPT, (_, open: string, close: string) => `${open}${publicPath(base)}${close}`)
    .replaceAll("script-src 'self'", `script-src 'self' ${hash}`);
}

/** The text of root.html, of a style sheet or of manifest.json, with every `/static/` below `base`. */
export function withBase(text: string, base: string): string {
  return text.replace(/(?<![\w/.-])\/static\//g, `${base}/static/`);
}
