// A directory of the shape of the official web client's: what root.html names, and files of the types it consists of.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";

export const BIG = `// ${"a chunk of the client. ".repeat(400)}\n`;

const ROOT_HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="script-src 'self' js.stripe.com/v3">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Mattermost</title>
<link rel="icon" type="image/png" href="/static/images/favicon.png"><link rel="manifest" href="/static/manifest.json">
<script id="publicPathInWindowScript"></script><script defer src="/static/main.1a2b.js"></script>
<script defer src="/static/remote_entry.js?bt=1"></script>
<link href="/static/main.1a2b.css" rel="stylesheet"></head>
<body><div id="root"></div></body></html>
`;

/** Boots as the official client does: finds its path, loads a chunk, asks the API and opens the WebSocket. */
const MAIN_JS = `
const publicPath = window.publicPath || "/static/";
const base = publicPath.slice(0, -"/static/".length);
const found = { base, path: location.pathname, violations: [] };
document.addEventListener("securitypolicyviolation", (e) => found.violations.push(e.violatedDirective + " " + e.blockedURI));
const chunk = () => new Promise((done, fail) => {
  const script = document.createElement("script");
  script.src = publicPath + "17.3c4d.js";
  script.onload = () => done(window.chunkLoaded);
  script.onerror = fail;
  document.head.append(script);
});
const hello = () => new Promise((done, fail) => {
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + base + "/api/v4/websocket");
  socket.onmessage = ({ data }) => { done(JSON.parse(data).event); socket.close(); };
  socket.onerror = () => fail(new Error("no socket"));
});
const ajax = { "X-Requested-With": "XMLHttpRequest" };
const boot = async () => {
  found.chunk = await chunk();
  const config = await fetch(base + "/api/v4/config/client?format=old");
  found.siteName = (await config.json()).SiteName;
  found.i18n = (await fetch(publicPath + "i18n/de.5e6f.json")).headers.get("content-type");
  if (!location.hash) return;
  const [user, password] = decodeURIComponent(location.hash.slice(1)).split(" ");
  const login = await fetch(base + "/api/v4/users/login",
    { method: "POST", headers: ajax, body: JSON.stringify({ login_id: user, password }) });
  found.login = login.status;
  found.cookies = [...new Set(document.cookie.split("; ").map((each) => each.split("=")[0]))].sort();
  found.me = (await (await fetch(base + "/api/v4/users/me", { headers: ajax })).json()).username;
  found.hello = await hello();
  await document.fonts.load("16px Fixture").catch(() => {});
  found.fonts = [...document.fonts].map((font) => font.status);
  found.style = getComputedStyle(document.body).backgroundImage;
};
boot().catch((error) => { found.error = String(error); }).finally(() => { window.found = found; });
`;

/** A directory to serve; remove it when done. */
export function makeClient(): { dir: string; remove(): void } {
  const parent = mkdtempSync(join(tmpdir(), "edgemost-client-"));
  const dir = join(parent, "client");
  const files: Record<string, string | Uint8Array> = {
    "root.html": ROOT_HTML,
    "main.1a2b.js": MAIN_JS,
    "17.3c4d.js": `window.chunkLoaded = true;\n${BIG}`,
    "17.3c4d.js.br": brotliCompressSync(`window.chunkLoaded = true;\n${BIG}`),
    "remote_entry.js": "window.remoteEntry = true;\n",
    "main.1a2b.css": `@font-face { font-family: Fixture; src: url(/static/files/font.woff2); }
body { background-image: url("/static/images/favicon.png"); }
/* ${"padding ".repeat(200)} */
`,
    "manifest.json": JSON.stringify({ name: "Mattermost", icons: [{ src: "/static/icon_96x96.png" }] }),
    "i18n/de.5e6f.json": JSON.stringify({ "a.b": "ä".repeat(2_000) }),
    "files/font.woff2": "not really a font",
    "images/favicon.png": Uint8Array.from({ length: 300 }, (_, i) => i % 251),
    "emoji/1f44d.png": new Uint8Array([1, 2, 3]),
    ".hidden": "secret",
    "sub/.env": "secret",
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  writeFileSync(join(parent, "outside.txt"), "secret");
  symlinkSync(join(parent, "outside.txt"), join(dir, ".link"));
  return { dir, remove: () => rmSync(parent, { recursive: true, force: true }) };
}
