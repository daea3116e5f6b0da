import type { JsonSchema } from "./api-description.ts";

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

/** Properties that official clients read without asking whether they are there (@mattermost/types), with their types. */
export const REQUIRED: Record<string, Record<string, JsonSchema>> = {
  AppError: { id: string(), message: string(), status_code: integer() },
  StatusOK: { status: { const: "OK" } },
  User: {
    ...strings("id username auth_service email nickname first_name last_name position roles locale"),
    ...integers("create_at update_at delete_at"),
  },
  Session: {
    ...strings("id user_id device_id roles"),
    token: { const: "" },
    ...integers("create_at expires_at last_activity_at"),
    is_oauth: boolean(),
    props: { type: "object", additionalProperties: { type: "string" } },
    team_members: { type: "array" },
  },
  Team: {
    ...strings("id display_name name description email company_name allowed_domains invite_id"),
    type: { enum: ["O", "I"] },
    ...integers("create_at update_at delete_at"),
    allow_open_invite: boolean(),
    scheme_id: nullable("string"),
    group_constrained: nullable("boolean"),
  },
  TeamMember: {
    ...strings("team_id user_id roles explicit_roles"),
    delete_at: integer(),
    scheme_user: boolean(),
    scheme_admin: boolean(),
    scheme_guest: boolean(),
  },
  TeamUnread: {
    ...strings("team_id"),
    ...integers("msg_count mention_count msg_count_root mention_count_root"),
  },
  TeamStats: { ...strings("team_id"), ...integers("total_member_count active_member_count") },
  TeamExists: { exists: boolean() },
  Channel: {
    ...strings("id team_id display_name name header purpose creator_id"),
    type: { enum: ["O", "P", "D", "G"] },
    ...integers(
      "create_at update_at delete_at last_post_at last_root_post_at total_msg_count total_msg_count_root extra_update_at",
    ),
    scheme_id: nullable("string"),
    group_constrained: nullable("boolean"),
  },
  ChannelMember: {
    ...strings("channel_id user_id roles explicit_roles"),
    ...integers(
      "last_viewed_at msg_count msg_count_root mention_count mention_count_root urgent_mention_count last_update_at",
    ),
    scheme_user: boolean(),
    scheme_admin: boolean(),
    scheme_guest: boolean(),
    notify_props: { type: "object", additionalProperties: { type: "string" } },
  },
  ChannelStats: {
    ...strings("channel_id"),
    ...integers("member_count guest_count pinnedpost_count files_count"),
  },
  ChannelUnread: {
    ...strings("team_id channel_id"),
    ...integers("msg_count mention_count msg_count_root mention_count_root urgent_mention_count"),
  },
  ChannelUnreadAt: {
    ...strings("team_id channel_id"),
    ...integers(
      "msg_count mention_count last_viewed_at msg_count_root mention_count_root urgent_mention_count",
    ),
  },
  Post: {
    ...strings("id user_id channel_id root_id original_id message type hashtags pending_post_id"),
    ...integers("create_at update_at edit_at delete_at reply_count last_reply_at"),
    is_pinned: boolean(),
    props: { type: "object" },
    metadata: { $ref: "#/components/schemas/PostMetadata" },
    participants: nullable("array"),
  },
  PostList: {
    order: { type: "array", items: string() },
    ...strings("next_post_id prev_post_id"),
    posts: { type: "object" },
    first_inaccessible_post_time: integer(),
  },
  PostListWithSearchMatches: {
    order: { type: "array", items: string() },
    posts: { type: "object" },
    matches: nullable("object"),
  },
  FileInfo: {
    ...strings("id user_id name extension mime_type"),
    ...integers("create_at update_at delete_at size"),
    mini_preview: nullable("string"),
  },
  Reaction: {
    ...strings("user_id post_id emoji_name channel_id"),
    ...integers("create_at update_at delete_at"),
  },
  Preference: strings("user_id category name value"),
  Status: {
    user_id: string(),
    status: { enum: ["online", "away", "dnd", "offline", "ooo"] },
    manual: boolean(),
    last_activity_at: integer(),
  },
  UserThread: {
    ...strings("id"),
    ...integers("reply_count last_reply_at last_viewed_at unread_replies unread_mentions"),
    participants: { type: "array", items: { type: "object", required: ["id"] } },
    post: { $ref: "#/components/schemas/Post" },
  },
  UserThreads: {
    ...integers("total total_unread_threads total_unread_mentions"),
    threads: nullable("array"),
  },
  SidebarCategoryWithChannels: {
    ...strings("id user_id team_id display_name sorting"),
    type: { enum: ["favorites", "channels", "direct_messages", "custom"] },
    muted: boolean(),
    collapsed: boolean(),
    sort_order: integer(),
    channel_ids: { type: "array", items: string() },
  },
  OrderedSidebarCategories: { order: { type: "array", items: string() }, categories: { type: "array" } },
  Role: {
    ...strings("id name display_name description"),
    permissions: { type: "array", items: string() },
    scheme_managed: boolean(),
    built_in: boolean(),
  },
  UserAutocomplete: { users: { type: "array" } },
};

/** Operations whose answer has another shape, too, by what the request asks for. */
export const ALTERNATIVES: Record<string, { is: JsonSchema; reason: string }> = {
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
];

/** Statuses of errors that any operation may answer, whatever its own description lists (http-conventions 3.1). */
export const COMMON_ERRORS = new Set([400, 401, 403, 404, 409, 413, 414, 429, 501, 503]);

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
function string(): JsonSchema {
  return { type: "string" };
}
function integer(): JsonSchema {
  return { type: "integer" };
}
function boolean(): JsonSchema {
  return { type: "boolean" };
}
function strings(names: string): Record<string, JsonSchema> {
  return Object.fromEntries(names.split(" ").map((name) => [name, string()]));
}
function integers(names: string): Record<string, JsonSchema> {
  return Object.fromEntries(names.split(" ").map((name) => [name, integer()]));
}
function nullable(type: string, more: JsonSchema = {}): JsonSchema {
  return { type: [type, "null"], ...more };
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
