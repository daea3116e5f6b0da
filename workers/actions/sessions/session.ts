import type { Config } from "../../config/load.ts";
import type { Req } from "../../http/request.ts";
import { newId } from "../../model/id.ts";
import type { Session } from "../../model/session.ts";
import type { User } from "../../model/user.ts";
import { deviceOf } from "./user-agent.ts";

export const MAX_SESSIONS = 500;

/** A new session of `user` on the device that asks; not stored yet. */
export function newSession(r: Req<any>, user: User, deviceId: string): Session {
  const now = Date.now();
  const { platform, os, browser, mobile } = deviceOf(r.header("user-agent"));
  const session: Session = {
    id: newId(),
    token: newId(),
    create_at: now,
    expires_at: 0,
    last_activity_at: now,
    user_id: user.id,
    device_id: deviceId,
    roles: user.roles,
    is_oauth: false,
    expired_notify: false,
    props: {
      csrf: newId(),
      platform,
      os,
      browser,
      isMobile: String(mobile || deviceId !== ""),
      isSaml: "false",
      isOAuthUser: "false",
      is_guest: String(user.roles.split(" ").includes("system_guest")),
    },
  };
  session.expires_at = now + lengthOf(session, r.ctx.config);
  return session;
}

/** How long a session lives from its start or last extension, ms (http-conventions 2.5). */
export function lengthOf(session: Pick<Session, "device_id" | "props">, config: Config): number {
  const { SessionLengthMobileInHours, SessionLengthSSOInHours, SessionLengthWebInHours } =
    config.ServiceSettings;
  const { device_id, props } = session;
  if (device_id || props.isMobile === "true") return SessionLengthMobileInHours * 3_600_000;
  if (props.isSaml === "true" || props.isOAuthUser === "true") return SessionLengthSSOInHours * 3_600_000;
  return SessionLengthWebInHours * 3_600_000;
}
