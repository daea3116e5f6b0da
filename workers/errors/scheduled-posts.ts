import type { Entry } from "./catalogue.ts";

export const scheduledPosts = {
  "api.scheduled_posts.feature_disabled": [400, "Posts are not scheduled on this server."],
  "app.save_scheduled_post.channel_deleted.app_error": [400, "This channel is archived."],
  "app.scheduled_post.get.app_error": [404, "There is no such scheduled post."],
  "app.scheduled_post.sent.app_error": [400, "The post has been sent."],
  "model.scheduled_post.is_valid.empty_post.app_error": [400, "A post has a message or files."],
  "model.scheduled_post.is_valid.scheduled_at.app_error": [400, "The time is in the past."],
  "model.scheduled_post.is_valid.props.app_error": [400, "The properties are too large."],
} as const satisfies Record<string, Entry>;
