import type { JsonSchema } from "./api-description.ts";
import { integer, nullable, string } from "./shapes.ts";

/** Where api-v4.json says other than what Mattermost serves and its clients live with. Every line has its reason. */
export const SCHEMA_EXCEPTIONS: { schema: string; property: string; is: JsonSchema; reason: string }[] = [
  {
    schema: "Team",
    property: "policy_id",
    is: nullable("string"),
    reason: "null without a policy (types/teams.d.ts)",
  },
  {
    schema: "Post",
    property: "file_ids",
    is: nullable("array", { items: { type: "string" } }),
    reason: "null from older rows",
  },
  {
    schema: "PostMetadata",
    property: "embeds",
    is: { type: "array", items: embed() },
    reason: "embed types permalink and boards (semantics 8.3)",
  },
  {
    schema: "PostListWithSearchMatches",
    property: "matches",
    is: nullable("object"),
    reason: "always null from the database engine (semantics 21.1)",
  },
  {
    schema: "ChannelMember",
    property: "notify_props",
    is: { type: "object", additionalProperties: { type: "string" } },
    reason: "all values are strings (semantics 12.17)",
  },
  {
    schema: "ChannelWithTeamData",
    property: "policy_id",
    is: nullable("string"),
    reason: "null without a policy (types/channels.d.ts)",
  },
  {
    schema: "UserThread",
    property: "participants",
    is: { type: "array", items: { type: "object", required: ["id"] } },
    reason: "users, or {id} only (semantics 3.7)",
  },
  {
    schema: "User",
    property: "notify_props",
    is: { type: "object", additionalProperties: { type: "string" } },
    reason: "all values are strings (types/users.d.ts)",
  },
  {
    schema: "User",
    property: "props",
    is: nullable("object", { additionalProperties: { type: "string" } }),
    reason: "all values are strings",
  },
  {
    schema: "User",
    property: "timezone",
    is: nullable("object", { additionalProperties: { type: "string" } }),
    reason: "null for bots",
  },
];

/** Operations whose answer has another shape, too, by what the request asks for. */
export const ALTERNATIVES: Record<string, { is: JsonSchema; reason: string }> = {
  "POST /api/v4/hooks/outgoing/{hook_id}/regen_token": {
    is: { $ref: "#/components/schemas/OutgoingWebhook" },
    reason: "the hook with its new token (Client4.regenOutgoingHookToken)",
  },
  "POST /api/v4/actions/dialogs/submit": {
    is: {
      type: "object",
      additionalProperties: false,
      properties: { error: string(), errors: { type: "object" }, type: string(), form: { type: "object" } },
    },
    reason: "what is wrong, or the next dialog (Client4.submitInteractiveDialog)",
  },
  "GET /api/v4/hooks/incoming": {
    is: list("incoming_webhooks", "IncomingWebhook"),
    reason: "include_total_count=true (types/integrations.d.ts)",
  },
  "GET /api/v4/emoji": {
    is: arrayOf("Emoji"),
    reason: "a list, whatever the description says (Client4.getCustomEmojis)",
  },
  "GET /api/v4/emoji/autocomplete": {
    is: arrayOf("Emoji"),
    reason: "a list (Client4.autocompleteCustomEmoji)",
  },
  "POST /api/v4/emoji/names": {
    is: arrayOf("Emoji"),
    reason: "emoji, not users (Client4.getCustomEmojisByNames)",
  },
  "GET /api/v4/teams": {
    is: list("teams", "Team"),
    reason: "include_total_count=true (http-conventions 4.2)",
  },
  "POST /api/v4/teams/search": {
    is: { type: "array", items: { $ref: "#/components/schemas/Team" } },
    reason: "a bare array without page and per_page (http-conventions 4.2)",
  },
  "GET /api/v4/channels": {
    is: list("channels", "ChannelWithTeamData"),
    reason: "include_total_count=true (http-conventions 4.2)",
  },
  "POST /api/v4/channels/search": {
    is: { type: "array", items: { $ref: "#/components/schemas/Channel" } },
    reason: "a bare array without page and per_page (client-flows 12)",
  },
  "PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories": {
    is: { type: "array", items: { $ref: "#/components/schemas/SidebarCategoryWithChannels" } },
    reason: "one per category sent (Client4.updateChannelCategories)",
  },
  "GET /api/v4/limits/server": {
    is: { $ref: "#/components/schemas/ServerLimits" },
    reason: "one object, not an array of them (Client4.getServerLimits)",
  },
  "GET /api/v4/users/{user_id}/teams/{team_id}/channels/categories": {
    is: { $ref: "#/components/schemas/OrderedSidebarCategories" },
    reason: "one object, not an array of them (Client4.getChannelCategories)",
  },
  "GET /api/v4/users/{user_id}/posts/flagged": {
    is: { $ref: "#/components/schemas/PostList" },
    reason: "one list, not an array of them (Client4.getFlaggedPosts)",
  },
  "POST /api/v4/channels/{channel_id}/members": {
    is: { type: "array", items: { $ref: "#/components/schemas/ChannelMember" } },
    reason: "user_ids instead of user_id (semantics 12.8)",
  },
  "POST /api/v4/teams/{team_id}/members/batch": {
    is: {
      type: "array",
      items: { type: "object", required: ["user_id", "member", "error"], properties: { user_id: string() } },
    },
    reason: "graceful=true (client-flows 14)",
  },
  "POST /api/v4/teams/{team_id}/invite/email": {
    is: {
      type: "array",
      items: { type: "object", required: ["email", "error"], properties: { email: string() } },
    },
    reason: "graceful=true (client-flows 14)",
  },
};

/** 500 is a bug everywhere else. */
export const ERRORS_WITH_500: Record<string, string> = {
  "api.admin.test_email.send.app_error": "the administrator is told why the mail server failed",
  "api.post.deduplicate_create_post.pending": "semantics 1.7",
  "api.user.send_password_reset.send.app_error": "no mail server (as in Mattermost)",
  "api.team.invite_members.unable_to_send_email_with_defaults.app_error": "no mail server (client-flows 14)",
};

/** GET routes that answer bytes, not JSON. */
export const BINARY = [
  /^\/api\/v4\/files\/[^/]+(\/(thumbnail|preview))?$/,
  /^\/api\/v4\/users\/[^/]+\/image(\/default)?$/,
  /^\/api\/v4\/teams\/[^/]+\/image$/,
  /^\/api\/v4\/emoji\/[^/]+\/image$/,
  /^\/api\/v4\/brand\/image$/,
  /^\/api\/v4\/image$/,
  /^\/api\/v4\/logs\/download$/,
  /^\/api\/v4\/exports\/[^/]+$/,
];

/** Statuses of errors that any operation may answer, whatever its own description lists (http-conventions 3.1). */
export const COMMON_ERRORS = new Set([400, 401, 403, 404, 409, 413, 414, 429, 501, 503]);

function arrayOf(schema: string): JsonSchema {
  return { type: "array", items: { $ref: `#/components/schemas/${schema}` } };
}

function list(property: string, of: string): JsonSchema {
  return {
    type: "object",
    required: [property, "total_count"],
    properties: {
      [property]: { type: "array", items: { $ref: `#/components/schemas/${of}` } },
      total_count: integer(),
    },
  };
}
function embed(): JsonSchema {
  return {
    type: "object",
    required: ["type"],
    properties: {
      type: { enum: ["image", "message_attachment", "opengraph", "link", "permalink", "boards"] },
      url: string(),
    },
  };
}
