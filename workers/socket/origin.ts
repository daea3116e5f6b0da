import type { Req } from "../http/request.ts";

/** Whether the Origin of a WebSocket handshake is acceptable (websocket.md 1). */
export function passesOrigin(r: Req): boolean {
  const origin = r.header("origin");
  const { AllowCorsFrom, SiteURL } = r.ctx.config.ServiceSettings;
  if (!origin) return true;
  if (AllowCorsFrom === "*") return true;
  const site = SiteURL ? originOf(SiteURL) : "";
  if (AllowCorsFrom) return [...AllowCorsFrom.split(" "), site].includes(origin);
  if (origin === "null") return false;
  if (site) return origin.toLowerCase() === site.toLowerCase();
  return hostOf(origin).toLowerCase() === r.header("host").toLowerCase();
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return "";
  }
}

function hostOf(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return "";
  }
}
