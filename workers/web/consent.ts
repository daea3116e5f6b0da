import { escapeHtml } from "./landing.ts";

/** What the page asks for, and how it answers. */
export interface Consent {
  siteName: string;
  appName: string;
  homepage: string;
  username: string;
  /** The session's CSRF token. */
  csrf: string;
  nonce: string;
  /** The body of POST /oauth/authorize. */
  body: Record<string, string>;
  /** Where a refusal goes. */
  denied: string;
}

/** The page on which a user lets an OAuth app in, or not (semantics 22.2). Served with `consentHeaders`. */
export function consentPage(c: Consent): string {
  const data = JSON.stringify({ body: c.body, csrf: c.csrf, denied: c.denied }).replace(/</g, "\\u003c");
  const [site, app, user, home] = [c.siteName, c.appName, c.username, c.homepage].map(escapeHtml);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${app} - ${site}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 32rem; margin: 12vh auto; padding: 0 1.5rem; }
h1 { font-size: 1.4rem; }
button { font: inherit; padding: .4rem 1.2rem; margin-right: .6rem; }
</style>
</head>
<body>
<h1>Let <em>${app}</em> use your account on ${site}?</h1>
<p>It could read and write as <strong>${user}</strong> until you take this back. The app says its home is <code>${home}</code>.</p>
<p><button id="allow">Allow</button><button id="deny">Deny</button></p>
<p id="failure" role="alert"></p>
<script nonce="${c.nonce}">
const data = ${data};
document.getElementById("deny").onclick = () => location.assign(data.denied);
document.getElementById("allow").onclick = async () => {
  const headers = { "Content-Type": "application/json", "X-Requested-With": "XMLHttpRequest", "X-CSRF-Token": data.csrf };
  const answer = await fetch("authorize", { method: "POST", headers, body: JSON.stringify(data.body) });
  const told = await answer.json();
  if (answer.ok) location.assign(told.redirect);
  else document.getElementById("failure").textContent = told.message;
};
</script>
</body>
</html>
`;
}

/** No other page may frame it, and nothing but its own script runs. */
export const consentHeaders = (nonce: string) => ({
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "X-Frame-Options": "DENY",
  "Content-Security-Policy": `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
});
