import { createHash, timingSafeEqual } from "node:crypto";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import { isId, newId } from "../../model/id.ts";
import { OAUTH_APP_COLUMNS, type OAuthApp } from "../../model/oauth-app.ts";
import { lock } from "../../ports/sql/lock.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { ENDED, type EndedRow, endedEffects } from "../sessions/revoke.ts";

/** The form of POST /oauth/access_token; absent fields are "". */
export interface TokenRequest {
  grant_type: string;
  client_id: string;
  client_secret: string;
  code: string;
  redirect_uri: string;
  code_verifier: string;
  refresh_token: string;
}

/** The answer (semantics 22.4). */
export interface TokenAnswer {
  access_token: string;
  token_type: "bearer";
  expires_in: number;
  refresh_token: string;
  scope: string;
  id_token: string;
  audience: string;
}

interface Grant {
  user: string;
  scope: string;
  audience: string;
  redirect: string;
}

interface CodeRow extends OAuthApp {
  grant: (Grant & { challenge: string; expires: number }) | null;
}

const CODE = `SELECT ${OAUTH_APP_COLUMNS}, (SELECT json_build_object('user', d.userid, 'scope', coalesce(d.scope, ''),
    'audience', coalesce(d.resource, ''), 'redirect', d.redirecturi, 'challenge', coalesce(d.codechallenge, ''),
    'expires', d.createat + d.expiresin * 1000)
    FROM oauthauthdata d WHERE d.code = $2 AND d.clientid = a.id) AS grant FROM oauthapps a WHERE a.id = $1`;
const REFRESH = `SELECT ${OAUTH_APP_COLUMNS}, (SELECT json_build_object('user', d.userid, 'scope', coalesce(d.scope, ''),
    'audience', coalesce(d.audience, ''), 'redirect', d.redirecturi)
    FROM oauthaccessdata d WHERE d.refreshtoken = $2 AND d.clientid = a.id) AS grant FROM oauthapps a WHERE a.id = $1`;

/** Exchanges a code or a refresh token for a session (semantics 22.3, 22.4). Throws 400, 403. Two round trips. */
export async function doIssueToken(ctx: Context, asked: TokenRequest): Promise<TokenAnswer> {
  const byCode = asked.grant_type === "authorization_code";
  if (!byCode && asked.grant_type !== "refresh_token")
    throw fail("api.oauth.get_access_token.bad_grant.app_error");
  if (!isId(asked.client_id)) throw fail("api.oauth.get_access_token.bad_client_id.app_error");
  const secret = byCode ? asked.code : asked.refresh_token;
  const wrong = fail(
    byCode
      ? "api.oauth.get_access_token.expired_code.app_error"
      : "api.oauth.get_access_token.refresh_token.app_error",
  );
  if (!/^[a-z0-9]{26,52}$/.test(secret)) throw wrong;
  const [app] = await ctx.sql.query<CodeRow>(byCode ? CODE : REFRESH, [asked.client_id, secret]);
  if (!app || !same(app.client_secret, asked.client_secret))
    throw fail("api.oauth.get_access_token.credentials.app_error");
  const { grant } = app;
  if (!grant) throw wrong;
  if (byCode) checkCode(app, grant, asked);
  return openSession(ctx, app, grant, secret, byCode);
}

function checkCode(app: OAuthApp, grant: NonNullable<CodeRow["grant"]>, asked: TokenRequest): void {
  if (grant.expires < Date.now()) throw fail("api.oauth.get_access_token.expired_code.app_error");
  if (grant.redirect !== asked.redirect_uri) throw fail("api.oauth.get_access_token.redirect_uri.app_error");
  if (!grant.challenge && !app.is_public) return;
  const proof = createHash("sha256").update(asked.code_verifier).digest("base64url");
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(asked.code_verifier) || !same(grant.challenge, proof))
    throw fail("api.oauth.get_access_token.pkce.app_error");
}

/** Compares in a time that does not tell how much of it is right. */
function same(a: string, b: string): boolean {
  const [x, y] = [a, b].map((text) => createHash("sha256").update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(x, y);
}

/** Two exchanges of one user and app must not leave two sessions of one grant. */
const lockOf = (app: OAuthApp, userId: string): Statement => lock(`oauth ${app.id} ${userId}`);

/** The code or refresh token is used up, and the old session ends, in the statement that opens the new one. */
const open = (used: string) => `WITH used AS (${used}),
  account AS (SELECT u.id, u.roles FROM users u JOIN used ON used.userid = u.id WHERE u.deleteat = 0),
  ended AS (DELETE FROM sessions WHERE isoauth AND props->>'oauth_app_id' = $2
    AND userid IN (SELECT id FROM account) RETURNING id, token),
  opened AS (INSERT INTO sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props,
      expirednotify)
    SELECT $3, $4, $5::bigint, $6::bigint, $5, id, '', roles, true, $7::jsonb
      || jsonb_build_object('is_guest', (roles ~ '(^| )system_guest( |$)')::text), false FROM account),
  granted AS (INSERT INTO oauthaccessdata (token, refreshtoken, redirecturi, clientid, userid, expiresat, scope, audience)
    SELECT $4, $8, $9, $2, id, $6::bigint, $10, $11 FROM account
    ON CONFLICT (clientid, userid) DO UPDATE SET token = excluded.token, refreshtoken = excluded.refreshtoken,
      redirecturi = excluded.redirecturi, expiresat = excluded.expiresat, scope = excluded.scope, audience = excluded.audience)
  SELECT EXISTS (SELECT FROM account) AS opened, ${ENDED}`;

const BY_CODE = open("DELETE FROM oauthauthdata WHERE code = $1 AND clientid = $2 RETURNING userid");
/** The row itself is the grant that is written anew: it is only looked at here, under the lock. */
const BY_REFRESH = open("SELECT userid FROM oauthaccessdata WHERE refreshtoken = $1 AND clientid = $2");

async function openSession(
  ctx: Context,
  app: OAuthApp,
  grant: Grant,
  secret: string,
  byCode: boolean,
): Promise<TokenAnswer> {
  const seconds = ctx.config.ServiceSettings.SessionLengthSSOInHours * 3_600;
  const now = Date.now();
  const token = newId();
  const refresh = app.is_public ? "" : newId();
  const props = {
    csrf: newId(),
    platform: app.name,
    os: "OAuth2",
    browser: "OAuth2",
    oauth_app_id: app.id,
    mattermost_app_id: app.mattermost_app_id,
  };
  const [, rows] = await ctx.sql.batch([
    lockOf(app, grant.user),
    {
      text: byCode ? BY_CODE : BY_REFRESH,
      params: [
        secret,
        app.id,
        newId(),
        token,
        now,
        now + seconds * 1_000,
        JSON.stringify(props),
        refresh,
        grant.redirect,
        grant.scope,
        grant.audience,
      ],
    },
  ]);
  const row = rows![0] as unknown as EndedRow & { opened: boolean };
  if (!row.opened)
    throw fail(
      byCode
        ? "api.oauth.get_access_token.expired_code.app_error"
        : "api.oauth.get_access_token.refresh_token.app_error",
    );
  const effects = endedEffects(row);
  if (effects.length > 0) await publish(ctx, `user:${grant.user}`, [], effects);
  const { scope, audience } = grant;
  const answer = {
    access_token: token,
    token_type: "bearer" as const,
    expires_in: seconds,
    refresh_token: refresh,
  };
  return { ...answer, scope, id_token: "", audience };
}
