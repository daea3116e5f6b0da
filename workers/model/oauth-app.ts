/** An OAuth 2.0 app as clients get it (types/integrations.d.ts); `client_secret` is "" for who may not know it. */
export interface OAuthApp {
  id: string;
  creator_id: string;
  create_at: number;
  update_at: number;
  /** "" = a public client (semantics 22.1). */
  client_secret: string;
  name: string;
  description: string;
  icon_url: string;
  callback_urls: string[];
  homepage: string;
  is_trusted: boolean;
  mattermost_app_id: string;
  is_dynamically_registered: boolean;
  is_public: boolean;
}

/** Select list of `oauthapps a` that gives an OAuthApp. */
export const OAUTH_APP_COLUMNS = `a.id, coalesce(a.creatorid, '') AS creator_id, coalesce(a.createat, 0) AS create_at,
  coalesce(a.updateat, 0) AS update_at, coalesce(a.clientsecret, '') AS client_secret, coalesce(a.name, '') AS name,
  coalesce(a.description, '') AS description, coalesce(a.iconurl, '') AS icon_url,
  coalesce(nullif(a.callbackurls, ''), '[]')::json AS callback_urls, coalesce(a.homepage, '') AS homepage,
  coalesce(a.istrusted, false) AS is_trusted, a.mattermostappid AS mattermost_app_id,
  coalesce(a.isdynamicallyregistered, false) AS is_dynamically_registered, coalesce(a.clientsecret, '') = '' AS is_public`;

/** The app without what only its managers may know. */
export const withoutSecret = (app: OAuthApp): OAuthApp => ({ ...app, client_secret: "" });
