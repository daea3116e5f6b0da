import { newId } from "../../model/id.ts";
import { USER_COLUMNS } from "../../model/user.ts";
import { DEFAULT_NOTIFY_PROPS, DEFAULT_TIMEZONE } from "../../model/user-view.ts";
import type { Statement } from "../../ports/sql/sql.ts";

export interface NewBot {
  username: string;
  displayName: string;
  description: string;
  /** A user's or plugin's id; undefined for the oldest active system administrator's. */
  ownerId?: string | undefined;
  locale: string;
  at: number;
}

/**
 * Makes the account and the bot (semantics 22.7); answers the User, or no row where the username or its e-mail address is
 * taken.
 */
export function insertBot({ username, displayName, description, ownerId, locale, at }: NewBot): Statement {
  const text = `WITH made AS (
      INSERT INTO users (id, createat, updateat, deleteat, username, password, authdata, authservice, email, emailverified,
        nickname, firstname, lastname, roles, allowmarketing, props, notifyprops, lastpasswordupdate, lastpictureupdate,
        failedattempts, locale, mfaactive, mfasecret, position, timezone, remoteid, lastlogin, mfausedtimestamps)
      VALUES ($1, $2::bigint, $2, 0, $3, '', NULL, '', $4, false, '', $5, '', 'system_user', false, '{}', $6::jsonb, $2, 0,
        0, $7, false, '', '', $8::jsonb, NULL, 0, '[]')
      ON CONFLICT DO NOTHING RETURNING *),
    bot AS (
      INSERT INTO bots (userid, description, ownerid, createat, updateat, deleteat, lasticonupdate)
      SELECT id, $9, coalesce($10, (SELECT o.id FROM users o WHERE o.roles ~ '(^| )system_admin( |$)' AND o.deleteat = 0
        ORDER BY o.createat LIMIT 1), ''), $2::bigint, $2, 0, 0 FROM made RETURNING *)
    SELECT ${USER_COLUMNS} FROM made u JOIN bot b ON b.userid = u.id`;
  const params = [
    newId(),
    at,
    username,
    `${username}@localhost`,
    displayName,
    JSON.stringify(DEFAULT_NOTIFY_PROPS),
    locale,
    JSON.stringify(DEFAULT_TIMEZONE),
    description,
    ownerId ?? null,
  ];
  return { text, params };
}
