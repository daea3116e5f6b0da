/** What a session tells of the device it was made on (http-conventions 2.4). */
export interface Device {
  platform: string;
  os: string;
  /** `Name/version`. */
  browser: string;
  mobile: boolean;
}

/** The app's own name in the User-Agent, and how a session shows it. The first that occurs counts. */
const APPS: [RegExp, string][] = [
  [/\bmmctl\/([\w.-]+)/, "mmctl"],
  // At the end in current versions, before Chrome in old ones.
  [/\bElectron\/.* Mattermost\/([\d.]+)|\bMattermost\/([\d.]+).*(?:Electron|Chrome)\//, "Desktop App"],
  [/\bMattermost (?:Mobile|Mobile Beta)\/([\d.]+)/, "Mobile App"],
  [/\brnbeta\/([\d.]+)/i, "Mobile App"],
];

const BROWSERS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\/([\d.]+)/, "Edge"],
  [/\bOPR\/([\d.]+)/, "Opera"],
  [/\bSamsungBrowser\/([\d.]+)/, "Samsung Browser"],
  [/\b(?:Firefox|FxiOS)\/([\d.]+)/, "Firefox"],
  [/\b(?:Chrome|CriOS)\/([\d.]+)/, "Chrome"],
  [/\bVersion\/([\d.]+).*Safari\//, "Safari"],
  [/\bMSIE ([\d.]+)/, "Internet Explorer"],
  [/\bTrident\/.*rv:([\d.]+)/, "Internet Explorer"],
];

const SYSTEMS: [RegExp, string, platform: string][] = [
  [/\biPad\b/, "iOS", "iPad"],
  [/\b(?:iPhone|iPod|iOS)\b/, "iOS", "iPhone"],
  [/\bAndroid\b/, "Android", "Linux"],
  [/\bWindows NT 10\.0/, "Windows 10", "Windows"],
  [/\bWindows NT 6\.3/, "Windows 8.1", "Windows"],
  [/\bWindows NT 6\.2/, "Windows 8", "Windows"],
  [/\bWindows NT 6\.1/, "Windows 7", "Windows"],
  [/\bWindows\b/, "Windows", "Windows"],
  [/\bCrOS\b/, "Chrome OS", "Linux"],
  [/\b(?:Mac OS X|Macintosh)\b/, "Mac OS", "Macintosh"],
  [/\bLinux\b/, "Linux", "Linux"],
];

const MAX_AGENT = 1_024;

export function deviceOf(userAgent: string): Device {
  const agent = userAgent.slice(0, MAX_AGENT);
  const [, os, platform] = SYSTEMS.find(([pattern]) => pattern.test(agent)) ?? [/$/, "", ""];
  return { platform, os, browser: browserOf(agent), mobile: /Mobile|Android|iOS|iPhone|iPad/.test(agent) };
}

function browserOf(agent: string): string {
  for (const [pattern, name] of [...APPS, ...BROWSERS]) {
    const match = pattern.exec(agent);
    if (match) return `${name}/${match.slice(1).find(Boolean)}`;
  }
  const first = /^([\w.-]{1,40})\/([\w.-]{1,20})/.exec(agent);
  return first ? `${first[1]}/${first[2]}` : "Unknown/0.0";
}
