import { SERVER_VERSION } from "../config/version.ts";

/** What a browser finds at `/` while no web client is installed: what this is, and how to reach it. */
export function landingPage(siteName: string, origin: string): string {
  const name = escapeHtml(siteName);
  const url = escapeHtml(origin);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 42rem; margin: 12vh auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin-bottom: .25rem; }
code { background: color-mix(in srgb, currentColor 10%, transparent); padding: .1em .35em; border-radius: .25em; }
li { margin: .4rem 0; }
</style>
</head>
<body>
<h1>${name} is running</h1>
<p>This is an Edgemost chat server. It speaks the API of Mattermost ${SERVER_VERSION}.</p>
<ul>
<li><strong>Desktop or mobile app:</strong> add the server <code>${url}</code> in the official Mattermost app.</li>
<li><strong>In the browser:</strong> put the files of the official web client (<code>root.html</code> and all beside it) into the
directory <code>client</code> of the server's data, or let <code>CLIENT_DIR</code> name their directory, and restart.</li>
<li><strong>Bots and scripts:</strong> the API is at <code>${url}/api/v4</code>; try <a href="${url}/api/v4/system/ping">/api/v4/system/ping</a>.</li>
<li><strong>First account:</strong> the first one to sign up becomes the system administrator.</li>
</ul>
</body>
</html>
`;
}

/** Text for HTML, in an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
