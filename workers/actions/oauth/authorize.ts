import type { Context } from "../../context.ts";
import { badBody, fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import { newId } from "../../model/id.ts";
import { OAUTH_APP_COLUMNS, type OAuthApp } from "../../model/oauth-app.ts";
import { notifyPreferences } from "../preferences/save.ts";
import { ENDED, type EndedRow, endedEffects } from "../sessions/revoke.ts";
import { endGrants } from "./apps.ts";

/** What an app asks for at /oauth/authorize; absent fields are "". */
export interface AuthorizeRequest {
  client_id: string;
  response_type: string;
  redirect_uri: string;
  state: string;
  scope: string;
  code_challenge: string;
  code_challenge_method: string;
  resource: string;
}

const CODE_SECONDS = 600;
const CHALLENGE = /^[A-Za-z0-9._~-]{43,128}$/;

/** The app, and whether `userId` has let it in before. Throws 404. One query. */
export async function appForUser(
  ctx: Context,
  id: string,
  userId: string,
): Promise<{ app: OAuthApp; known: boolean }> {
  const [row] = await ctx.sql.query<OAuthApp & { known: boolean }>(
    `SELECT ${OAUTH_APP_COLUMNS}, EXISTS (SELECT FROM preferences p WHERE p.userid = $2 AND p.category = 'oauth_app'
       AND p.name = a.id) AS known FROM oauthapps a WHERE a.id = $1`,
    [id, userId],
  );
  if (!row) throw fail("app.oauth.get_app.find.app_error");
  const { known, ...app } = row;
  return { app, known };
}

/** Throws 400 (semantics 22.2). Nothing is ever sent to a redirect URI that is not the app's own. */
export function checkAuthorization(app: OAuthApp, asked: AuthorizeRequest): void {
  if (!app.callback_urls.includes(asked.redirect_uri))
    throw fail("api.oauth.allow_oauth.redirect_callback.app_error");
  // Tokens in the fragment are not issued: the code flow with PKCE serves the same clients.
  if (asked.response_type !== "code") throw badBody("response_type");
  if (asked.state.length > 1_024) throw badBody("state");
  if (asked.scope.length > 128) throw badBody("scope");
  if (asked.resource.length > 512) throw badBody("resource");
  const challenged = asked.code_challenge !== "" || asked.code_challenge_method !== "";
  if (!challenged && !app.is_public) return;
  if (!CHALLENGE.test(asked.code_challenge) || asked.code_challenge_method !== "S256")
    throw fail("api.oauth.allow_oauth.pkce.app_error");
}

/** Grants what has been checked: a code of 600 s, and the preference. Returns where the browser goes. One statement. */
export async function doAuthorize(
  ctx: Context,
  userId: string,
  app: OAuthApp,
  asked: AuthorizeRequest,
): Promise<string> {
  const code = newId() + newId();
  const scope = asked.scope || "user";
  await ctx.sql.query(
    `WITH code AS (INSERT INTO oauthauthdata (clientid, userid, code, expiresin, createat, redirecturi, state, scope,
        codechallenge, codechallengemethod, resource)
      VALUES ($1, $2, $3, ${CODE_SECONDS}, $4::bigint, $5, $6, $7, $8, $9, $10))
     INSERT INTO preferences (userid, category, name, value) VALUES ($2, 'oauth_app', $1, $7)
     ON CONFLICT (userid, category, name) DO UPDATE SET value = excluded.value`,
    [
      app.id,
      userId,
      code,
      Date.now(),
      asked.redirect_uri,
      asked.state,
      scope,
      asked.code_challenge,
      asked.code_challenge_method,
      asked.resource,
    ],
  );
  await notifyPreferences(ctx, "preferences_changed", userId, [
    { user_id: userId, category: "oauth_app", name: app.id, value: scope },
  ]);
  return withQuery(asked.redirect_uri, { code, ...(asked.state ? { state: asked.state } : {}) });
}

/** Takes back what `userId` has granted an app: its codes, its sessions, the preference (semantics 22.5). */
export async function doDeauthorize(ctx: Context, userId: string, clientId: string): Promise<void> {
  const [row] = await ctx.sql.query<EndedRow>(
    `WITH codes AS (DELETE FROM oauthauthdata WHERE clientid = $1 AND userid = $2),
     prefs AS (DELETE FROM preferences WHERE userid = $2 AND category = 'oauth_app' AND name = $1),
     ${endGrants("clientid = $1 AND userid = $2")} SELECT ${ENDED}`,
    [clientId, userId],
  );
  await publish(ctx, `user:${userId}`, [], endedEffects(row!));
  await notifyPreferences(ctx, "preferences_deleted", userId, [
    { user_id: userId, category: "oauth_app", name: clientId, value: "" },
  ]);
}

/** `uri` with more in its query. */
export function withQuery(uri: string, params: Record<string, string>): string {
  return `${uri}${uri.includes("?") ? "&" : "?"}${new URLSearchParams(params)}`;
}
