/** A row of `sessions` under API names. */
export interface Session {
  id: string;
  token: string;
  create_at: number;
  expires_at: number;
  last_activity_at: number;
  user_id: string;
  device_id: string;
  roles: string;
  is_oauth: boolean;
  expired_notify: boolean;
  props: Record<string, string>;
}

export const SESSION_COLUMNS = `s.id, s.token, s.createat AS create_at, s.expiresat AS expires_at,
  s.lastactivityat AS last_activity_at, s.userid AS user_id, s.deviceid AS device_id, s.roles, s.isoauth AS is_oauth,
  coalesce(s.expirednotify, false) AS expired_notify, coalesce(s.props, '{}') AS props`;
