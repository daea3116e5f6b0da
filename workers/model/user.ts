/** A row of `users` under API names, secrets included: never answer it without `sanitize`. */
export interface User {
  id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  username: string;
  password: string;
  auth_data: string | null;
  auth_service: string;
  email: string;
  email_verified: boolean;
  nickname: string;
  first_name: string;
  last_name: string;
  position: string;
  roles: string;
  allow_marketing: boolean;
  props: Record<string, string>;
  notify_props: Record<string, string>;
  last_password_update: number;
  last_picture_update: number;
  failed_attempts: number;
  locale: string;
  timezone: Record<string, string>;
  mfa_active: boolean;
  mfa_secret: string;
  last_login: number;
  is_bot: boolean;
  bot_description: string;
  bot_last_icon_update: number;
}

/** Select list of `users u LEFT JOIN bots b ON b.userid = u.id` that gives a User. */
export const USER_COLUMNS = `u.id, u.createat AS create_at, u.updateat AS update_at, u.deleteat AS delete_at, u.username,
  coalesce(u.password, '') AS password, u.authdata AS auth_data, u.authservice AS auth_service, u.email,
  u.emailverified AS email_verified, u.nickname, u.firstname AS first_name, u.lastname AS last_name, u.position, u.roles,
  u.allowmarketing AS allow_marketing, coalesce(u.props, '{}') AS props, coalesce(u.notifyprops, '{}') AS notify_props,
  u.lastpasswordupdate AS last_password_update, u.lastpictureupdate AS last_picture_update,
  u.failedattempts AS failed_attempts, u.locale, coalesce(u.timezone, '{}') AS timezone, u.mfaactive AS mfa_active,
  coalesce(u.mfasecret, '') AS mfa_secret, coalesce(u.lastlogin, 0) AS last_login, b.userid IS NOT NULL AS is_bot,
  coalesce(b.description, '') AS bot_description, coalesce(b.lasticonupdate, 0) AS bot_last_icon_update`;

/** The FROM clause that USER_COLUMNS reads from. */
export const USER_FROM = "users u LEFT JOIN bots b ON b.userid = u.id";
