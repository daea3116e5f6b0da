import type { Entry } from "./catalogue.ts";

export const request = {
  "api.context.404.app_error": [404, "Sorry, we could not find the page."],
  "api.context.not_built.app_error": [501, "This server does not offer {name} yet."],
  "api.context.session_expired.app_error": [401, "Invalid or expired session, please login again."],
  "api.context.token_provided.app_error": [401, "This kind of token is not accepted in the query string."],
  "api.context.permissions.app_error": [403, "You do not have the appropriate permissions."],
  "api.context.invalid_body_param.app_error": [400, "Invalid or missing {name} in request body."],
  "api.context.invalid_url_param.app_error": [400, "Invalid or missing {name} parameter in request URL."],
  "api.context.invalid_param.app_error": [400, "Invalid {name} parameter."],
  "api.context.request_body_too_large.app_error": [413, "The request body is too large."],
  "basic_security_check.url.too_long_error": [414, "The URL is too long."],
  "api.context.server_busy.app_error": [503, "The server is busy, please try again soon."],
  "app.internal.app_error": [500, "Something went wrong on our side."],
  "app.cluster.unavailable.app_error": [
    503,
    "This node cannot reach the others right now, please try again.",
  ],
  "app.store.unavailable.app_error": [503, "The database cannot be reached right now, please try again."],
  "api.license.client.old_format.app_error": [400, "Only format=old is supported."],
  "api.web_socket.connect.upgrade.app_error": [400, "The WebSocket handshake was refused."],
  "api.web_socket_router.no_action.app_error": [400, "The action is missing."],
  "api.web_socket_router.bad_seq.app_error": [400, "The sequence number is missing or wrong."],
  "api.web_socket_router.not_authenticated.app_error": [401, "The WebSocket is not logged in, or no longer."],
  "api.web_socket_router.bad_action.app_error": [500, "There is no such action."],
  "api.websocket_handler.invalid_param.app_error": [400, "Invalid {name} parameter."],
  "api.license_error": [501, "This feature needs a licence."],
} as const satisfies Record<string, Entry>;
