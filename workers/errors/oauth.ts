import type { Entry } from "./catalogue.ts";

const OFF = "The OAuth 2.0 provider is turned off.";

export const oauth = {
  "api.oauth.register_oauth_app.turn_off.app_error": [501, OFF],
  "api.oauth.allow_oauth.turn_off.app_error": [501, OFF],
  "api.oauth.authorization_server_metadata.disabled.app_error": [501, OFF],
  "api.oauth.dynamic_client_registration.disabled.app_error": [501, "Apps cannot register themselves here."],
  "api.oauth.dynamic_client_registration.redirect_uri_not_allowed.app_error": [
    400,
    "This redirect URI is not allowed here.",
  ],
  "app.oauth.get_app.find.app_error": [404, "There is no such app."],
  "model.oauth.is_valid.name.app_error": [400, "The app needs a name of at most 64 characters."],
  "model.oauth.is_valid.description.app_error": [400, "The description is too long."],
  "model.oauth.is_valid.callback.app_error": [400, "The callback URLs must be http or https URLs."],
  "model.oauth.is_valid.homepage.app_error": [400, "The homepage must be an http or https URL."],
  "model.oauth.is_valid.icon_url.app_error": [400, "The icon must be an http or https URL."],
  "api.oauth.regenerate_secret.public_client.app_error": [400, "A public client has no secret."],
  "api.oauth.allow_oauth.redirect_callback.app_error": [400, "The redirect URI is not one of the app's."],
  "api.oauth.allow_oauth.pkce.app_error": [400, "The code challenge is missing or not valid."],
  "api.oauth.get_access_token.bad_grant.app_error": [400, "This grant type is not supported."],
  "api.oauth.get_access_token.bad_client_id.app_error": [400, "The client id is missing or malformed."],
  "api.oauth.get_access_token.credentials.app_error": [403, "The client's credentials are not valid."],
  "api.oauth.get_access_token.expired_code.app_error": [400, "The code is not valid, or no longer."],
  "api.oauth.get_access_token.redirect_uri.app_error": [400, "The redirect URI is not the code's."],
  "api.oauth.get_access_token.pkce.app_error": [400, "The code verifier is missing or wrong."],
  "api.oauth.get_access_token.refresh_token.app_error": [400, "The refresh token is not valid."],
} as const satisfies Record<string, Entry>;
