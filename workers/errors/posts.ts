import type { Entry } from "./catalogue.ts";

export const posts = {
  "api.post.create_post.can_not_post_to_deleted.error": [
    400,
    "Posting to an archived channel is not possible.",
  ],
  "api.post.create_post.can_not_post_in_restricted_dm.error": [
    400,
    "The people of this conversation share no team.",
  ],
  "api.post.create_post.root_id.app_error": [400, "The post that this replies to does not exist."],
  "api.post.create_post.channel_root_id.app_error": [
    400,
    "The post that this replies to is in another channel.",
  ],
  "api.post.post_priority.priority_post_not_allowed_for_user.request_error": [
    403,
    "Message priority is switched off.",
  ],
  "api.post.post_priority.priority_post_only_allowed_for_root_post.request_error": [
    400,
    "Only a root post can have a priority.",
  ],
  "license_error.feature_unavailable": [501, "This feature is not available."],
  "model.post.is_valid.type.app_error": [400, "Invalid post type."],
  "model.post.is_valid.message_length.app_error": [400, "The message is too long."],
  "model.post.is_valid.props.app_error": [400, "The post's props are invalid."],
  "app.post.get.app_error": [404, "There is no such post."],
  "app.post.get_post_edit_history.not_found": [404, "This post has no earlier versions."],
  "app.post.restore_post_version.not_found": [404, "This post has no such version."],
  "app.channel.get_member.missing.app_error": [404, "The user is not a member of this channel."],
  "api.post.update_post.permissions_details.app_error": [400, "This post was deleted."],
  "api.post.update_post.permissions_time_limit.app_error": [400, "This post is too old to be edited."],
  "api.post.update_post.system_message.app_error": [400, "System messages cannot be edited."],
  "api.post.update_post.can_not_update_post_in_deleted.error": [
    400,
    "A post in an archived channel cannot be changed.",
  ],
  "api.post.patch_post.can_not_update_post_in_deleted.error": [
    400,
    "A post in an archived channel cannot be changed.",
  ],
  "api.post.update_post.can_not_update_post_in_restricted_dm.error": [
    400,
    "The people of this conversation share no team.",
  ],
  "api.post.patch_post.can_not_update_post_in_restricted_dm.error": [
    400,
    "The people of this conversation share no team.",
  ],
  "api.post.delete_post.can_not_delete_post_in_deleted.error": [
    400,
    "A post in an archived channel cannot be deleted.",
  ],
  "api.post.delete_post.not_enabled.app_error": [501, "Deleting posts for good is switched off."],
  "api.post.move_thread.disabled.app_error": [501, "Moving threads is not available."],
} as const satisfies Record<string, Entry>;
