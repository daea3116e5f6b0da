import { createHash } from "node:crypto";
import type { Context } from "../context.ts";
import { encodeId, isId } from "../model/id.ts";

/** `sessions.props.type` of a session that a personal access token stands for. */
export const TOKEN_SESSION = "UserAccessToken";
const LIFE_MS = 100 * 365 * 86_400_000;

/**
 * The row is locked, so that a token is not revoked while its session is being made; and the id is the token's own, so that
 * two first uses at once make one session.
 */
const BEGIN = `WITH pat AS (
    SELECT t.id, t.token, t.userid FROM useraccesstokens t WHERE t.token = $1 AND t.isactive FOR SHARE),
  made AS (
    INSERT INTO sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, expirednotify, props)
    SELECT $2, p.token, $3::bigint, $3::bigint + ${LIFE_MS}, $3::bigint, p.userid, '', u.roles, false, false,
      jsonb_build_object('type', '${TOKEN_SESSION}', 'user_access_token_id', p.id, 'is_guest', (u.roles ~ '(^| )system_guest( |$)')::text)
        || CASE WHEN b.userid IS NULL THEN '{}'::jsonb ELSE '{"is_bot": "true"}'::jsonb END
    FROM pat p JOIN users u ON u.id = p.userid AND u.deleteat = 0 LEFT JOIN bots b ON b.userid = u.id
    WHERE b.userid IS NOT NULL OR $4::boolean
    ON CONFLICT (id) DO NOTHING)
  SELECT FROM pat`;

/**
 * Makes the session of a personal access token that is used for the first time (semantics 14.16), if nobody else has
 * meanwhile. False if it is no such token. One query.
 */
export async function beginTokenSession(ctx: Context, token: string): Promise<boolean> {
  if (!isId(token)) return false;
  const id = encodeId(createHash("sha256").update(`session of ${token}`).digest().subarray(0, 16));
  const enabled = ctx.config.ServiceSettings.EnableUserAccessTokens;
  const found = await ctx.sql.query(BEGIN, [token, id, Date.now(), enabled]);
  return found.length > 0;
}
