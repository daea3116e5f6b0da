import type { JsonSchema } from "./api-description.ts";
import { boolean, integer, integers, nullable, string, strings } from "./shapes.ts";

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
