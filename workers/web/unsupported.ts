import { escapeHtml } from "./landing.ts";

/** The oldest Safari that the official client works in. */
const MIN_SAFARI = 12;

/** What the caller has to update before the web client works, or "" (client-flows 2). */
export function tooOld(userAgent: string, minimumDesktop: string): "browser" | "desktop" | "" {
  if (/MSIE |Trident\//.test(userAgent)) return "browser";
  const desktop = /Electron\//.test(userAgent) && /Mattermost\/(\d+\.\d+\.\d+)/.exec(userAgent)?.[1];
  if (desktop) return minimumDesktop && isBelow(desktop, minimumDesktop) ? "desktop" : "";
  const safari =
    !/Chrom(e|ium)\/|Edg\/|Android/.test(userAgent) && /Version\/(\d+)\S* .*Safari\//.exec(userAgent)?.[1];
  return safari && Number(safari) < MIN_SAFARI ? "browser" : "";
}

function isBelow(version: string, minimum: string): boolean {
  const [a, b] = [version, minimum].map((text) =>
    text.split(".").map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let i = 0; i < 3; i++) {
    const [is, least] = [a?.[i] ?? 0, b?.[i] ?? 0];
    if (is !== least) return is < least;
  }
  return false;
}

/** The page for those: without any script. */
export function unsupportedPage(siteName: string, what: "browser" | "desktop", appLink: string): string {
  const name = escapeHtml(siteName);
  const link = /^https?:\/\//.test(appLink)
    ? `<p><a href="${escapeHtml(appLink)}">Download the app</a></p>`
    : "";
  const text =
    what === "browser"
      ? "Your browser is too old for this site. Use a current Chrome, Firefox, Edge or Safari, or the desktop app."
      : "Your desktop app is too old for this site. Please update it.";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
</head>
<body>
<h1>${name}</h1>
<p>${text}</p>
${link}
</body>
</html>
`;
}
