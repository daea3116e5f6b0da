import { newId } from "../../workers/model/id.ts";
import type { Stage } from "./stage.ts";

/** Bodies of routes for which none can be derived from their schema: `METHOD path` to a body with the owner's ids. */
export const BODIES: Record<string, (stage: Stage) => unknown> = {
  "POST /api/v4/channels/direct": ({ owner, teammate }) => [owner.id, teammate.id],
  "POST /api/v4/channels/group": ({ owner, teammate, outsider }) => [owner.id, teammate.id, outsider.id],
  "POST /api/v4/posts/ids": ({ post }) => [post],
  "POST /api/v4/posts/ids/reactions": ({ post }) => [post],
  "POST /api/v4/users/ids": ({ owner }) => [owner.id],
  "POST /api/v4/users/usernames": ({ owner }) => [owner.username],
  "POST /api/v4/users/status/ids": ({ owner }) => [owner.id],
  "POST /api/v4/users/group_channels": ({ channel }) => [channel.id],
  "POST /api/v4/teams/{team_id}/members/ids": ({ owner }) => [owner.id],
  "POST /api/v4/channels/{channel_id}/members/ids": ({ owner }) => [owner.id],
  "POST /api/v4/channels/stats/member_count": ({ channel }) => [channel.id],
  "POST /api/v4/teams/{team_id}/channels/ids": ({ channel }) => [channel.id],
  "POST /api/v4/channels/members/{user_id}/mark_read": ({ channel }) => [channel.id],
  "PUT /api/v4/users/{user_id}/teams/{team_id}/channels/categories/order": ({ category }) => [category],
  "POST /api/v4/roles/names": () => ["system_user"],
  "POST /api/v4/channels": ({ team }) => ({
    team_id: team.id,
    name: `new-${newId()}`,
    display_name: "New",
    type: "O",
  }),
  "POST /api/v4/teams": () => ({ name: `new-${newId()}`, display_name: "New", type: "O" }),
  "POST /api/v4/users": () => ({
    username: `new${newId()}`,
    email: `${newId()}@example.com`,
    password: "Secret-pass-1",
  }),
  "POST /api/v4/reactions": ({ owner, post }) => ({ user_id: owner.id, post_id: post, emoji_name: "smile" }),
  "POST /api/v4/commands/execute": ({ channel, team }) => ({
    command: "/shrug so",
    channel_id: channel.id,
    team_id: team.id,
  }),
  "POST /api/v4/commands": ({ team }) => ({
    team_id: team.id,
    trigger: newId(),
    method: "P",
    url: "https://example.com/",
  }),
  "POST /api/v4/drafts": ({ owner, channel }) => ({
    user_id: owner.id,
    channel_id: channel.id,
    message: "a draft",
  }),
  "POST /api/v4/channels/{channel_id}/bookmarks": () => ({
    display_name: "A link",
    type: "link",
    link_url: "https://example.com/",
  }),
  "POST /api/v4/channels/{channel_id}/bookmarks/{bookmark_id}/sort_order": () => 0,
  "POST /api/v4/posts/schedule": ({ owner, channel }) => ({
    user_id: owner.id,
    channel_id: channel.id,
    message: "later",
    scheduled_at: Date.now() + 3_600_000,
  }),
  "POST /api/v4/emoji/names": () => ["party"],
  "POST /api/v4/logs/query": () => ({ server_names: [], log_levels: [], date_from: "", date_to: "" }),
};
