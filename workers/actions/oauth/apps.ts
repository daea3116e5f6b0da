import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import { newId } from "../../model/id.ts";
import { OAUTH_APP_COLUMNS, type OAuthApp } from "../../model/oauth-app.ts";
import { runeCount } from "../../text/clean.ts";
import { ENDED, type EndedRow, endedEffects } from "../sessions/revoke.ts";

/** What a manager says of an app. */
export type AppFields = Pick<
  OAuthApp,
  "name" | "description" | "icon_url" | "callback_urls" | "homepage" | "is_trusted"
>;

/** The most that the column of a code's redirect URI holds. */
const MAX_URI = 256;
const MAX_CALLBACKS = 1_024;

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[\s#]/.test(text);
}

/** Throws 400 (semantics 22.1). */
export function checkApp(app: AppFields): void {
  const { name, description, icon_url, callback_urls, homepage } = app;
  if (!name || runeCount(name) > 64) throw fail("model.oauth.is_valid.name.app_error");
  if (runeCount(description) > 512) throw fail("model.oauth.is_valid.description.app_error");
  const valid =
    callback_urls.length > 0 && callback_urls.every((url) => url.length <= MAX_URI && isWebUrl(url));
  if (!valid || JSON.stringify(callback_urls).length > MAX_CALLBACKS)
    throw fail("model.oauth.is_valid.callback.app_error");
  if (homepage.length > 256 || !isWebUrl(homepage)) throw fail("model.oauth.is_valid.homepage.app_error");
  if (icon_url && (icon_url.length > 512 || !isWebUrl(icon_url)))
    throw fail("model.oauth.is_valid.icon_url.app_error");
}

/** One query; undefined for an unknown id. */
export async function appById(ctx: Context, id: string): Promise<OAuthApp | undefined> {
  const [app] = await ctx.sql.query<OAuthApp>(
    `SELECT ${OAUTH_APP_COLUMNS} FROM oauthapps a WHERE a.id = $1`,
    [id],
  );
  return app;
}

/** A page of apps; of `creatorId` only, where given. */
export function listApps(
  ctx: Context,
  creatorId: string | undefined,
  page: { perPage: number; offset: number },
): Promise<OAuthApp[]> {
  return ctx.sql.query<OAuthApp>(
    `SELECT ${OAUTH_APP_COLUMNS} FROM oauthapps a WHERE $1::text IS NULL OR a.creatorid = $1
     ORDER BY a.createat, a.id LIMIT $2 OFFSET $3`,
    [creatorId ?? null, page.perPage, page.offset],
  );
}

/** The apps that a user has let in (preference oauth_app, semantics 16.3). */
export function authorizedApps(
  ctx: Context,
  userId: string,
  page: { perPage: number; offset: number },
): Promise<OAuthApp[]> {
  return ctx.sql.query<OAuthApp>(
    `SELECT ${OAUTH_APP_COLUMNS} FROM oauthapps a
     JOIN preferences p ON p.name = a.id AND p.category = 'oauth_app' AND p.userid = $1
     ORDER BY a.createat, a.id LIMIT $2 OFFSET $3`,
    [userId, page.perPage, page.offset],
  );
}

/** `fields` have been checked; `own` says who made it and of which kind it is. */
export async function doCreateApp(
  ctx: Context,
  fields: AppFields,
  own: { creatorId: string; isPublic: boolean; dynamic: boolean },
): Promise<OAuthApp> {
  const [app] = await ctx.sql.query<OAuthApp>(
    `WITH a AS (INSERT INTO oauthapps (id, creatorid, createat, updateat, clientsecret, name, description, callbackurls,
        homepage, istrusted, iconurl, mattermostappid, isdynamicallyregistered)
      VALUES ($1, $2, $3::bigint, $3, $4, $5, $6, $7, $8, $9, $10, '', $11) RETURNING *) SELECT ${OAUTH_APP_COLUMNS} FROM a`,
    [
      newId(),
      own.creatorId,
      Date.now(),
      own.isPublic ? "" : newId(),
      fields.name,
      fields.description,
      JSON.stringify(fields.callback_urls),
      fields.homepage,
      fields.is_trusted,
      fields.icon_url,
      own.dynamic,
    ],
  );
  return app!;
}

/** Throws 404 if it has gone meanwhile. */
export async function doUpdateApp(ctx: Context, id: string, fields: AppFields): Promise<OAuthApp> {
  return changed(
    ctx,
    `updateat = greatest($2::bigint, updateat + 1), name = $3, description = $4, callbackurls = $5, homepage = $6,
     istrusted = $7, iconurl = $8`,
    [
      id,
      Date.now(),
      fields.name,
      fields.description,
      JSON.stringify(fields.callback_urls),
      fields.homepage,
      fields.is_trusted,
      fields.icon_url,
    ],
  );
}

/** Throws 400 for a public client. */
export async function doRegenerateSecret(ctx: Context, app: OAuthApp): Promise<OAuthApp> {
  if (app.is_public) throw fail("api.oauth.regenerate_secret.public_client.app_error");
  return changed(ctx, "updateat = greatest($2::bigint, updateat + 1), clientsecret = $3", [
    app.id,
    Date.now(),
    newId(),
  ]);
}

async function changed(ctx: Context, set: string, params: (string | number | boolean)[]): Promise<OAuthApp> {
  const [app] = await ctx.sql.query<OAuthApp>(
    `WITH a AS (UPDATE oauthapps SET ${set} WHERE id = $1 RETURNING *) SELECT ${OAUTH_APP_COLUMNS} FROM a`,
    params,
  );
  if (!app) throw fail("app.oauth.get_app.find.app_error");
  return app;
}

/** CTEs: `grants` are deleted from oauthaccessdata, and `ended` are their sessions. */
export const endGrants = (
  where: string,
) => `grants AS (DELETE FROM oauthaccessdata WHERE ${where} RETURNING token),
  ended AS (DELETE FROM sessions WHERE token IN (SELECT token FROM grants) RETURNING id, token)`;

/** Deletes an app with everything it was granted: its sessions end everywhere. */
export async function doDeleteApp(ctx: Context, id: string): Promise<void> {
  const [row] = await ctx.sql.query<EndedRow>(
    `WITH gone AS (DELETE FROM oauthapps WHERE id = $1), codes AS (DELETE FROM oauthauthdata WHERE clientid = $1),
     prefs AS (DELETE FROM preferences WHERE category = 'oauth_app' AND name = $1), ${endGrants("clientid = $1")}
     SELECT ${ENDED}`,
    [id],
  );
  await publish(ctx, "system", [], endedEffects(row!));
}
