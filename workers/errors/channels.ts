import type { Entry } from "./catalogue.ts";

export const channels = {
  "app.channel.get.existing.app_error": [404, "There is no such channel."],
  "app.channel.get_by_name.missing.app_error": [404, "There is no channel of this name."],
  "app.channel.get_channels.not_found.app_error": [404, "No channels were found."],
  "app.channel.get_channels_by_ids.not_found.app_error": [404, "No channels were found."],
  "app.channel.get_member.missing.app_error": [404, "There is no such channel member."],
  "app.channel.get_common_teams.incorrect_channel_type": [
    400,
    "Only direct and group messages have common teams.",
  ],
  "app.team.get.find.app_error": [404, "There is no such team."],
  "app.team.get_member.missing.app_error": [404, "The user is not a member of this team."],

  "store.sql_channel.save_channel.exists.app_error": [
    400,
    "A channel with that name already exists in this team.",
  ],
  "model.channel.is_valid.1_or_more.app_error": [
    400,
    "The name must be one or more lower-case letters, digits, hyphens or underscores, and start with a letter or digit.",
  ],
  "model.channel.is_valid.name.app_error": [400, "This name is reserved for direct and group messages."],
  "model.channel.is_valid.display_name.app_error": [400, "The display name must be at most 64 characters."],
  "model.channel.is_valid.header.app_error": [400, "The header must be at most 1024 characters."],
  "model.channel.is_valid.purpose.app_error": [400, "The purpose must be at most 250 characters."],
  "model.channel.is_valid.type.app_error": [400, "The type must be O or P."],
  "api.channel.create_channel.direct_channel.app_error": [
    400,
    "Use the routes for direct and group messages.",
  ],
  "api.channel.create_channel.max_channel_limit.app_error": [
    400,
    "This team has its maximum of {max} channels.",
  ],

  "api.channel.create_direct_channel.invalid_user.app_error": [400, "There is no such user."],
  "api.channel.create_channel.direct_channel.team_restricted_error": [
    403,
    "Direct messages are allowed only between members of the same team.",
  ],
  "api.channel.create_group.bad_size.app_error": [400, "A group message has 3 to 8 members."],
  "api.channel.create_group.bad_user.app_error": [400, "One of the users does not exist."],

  "api.channel.update_channel.deleted.app_error": [400, "This channel has been archived."],
  "api.channel.update_channel.tried.app_error": [400, "The default channel cannot be renamed."],
  "api.channel.update_channel.typechange.app_error": [
    400,
    "The type of a channel is changed by its privacy.",
  ],
  "api.channel.update_channel_privacy.default_channel_error": [
    400,
    "The default channel cannot be made private.",
  ],
  "api.channel.update_channel_privacy.bad_type.app_error": [
    400,
    "Only public and private channels can be converted.",
  ],

  "api.channel.delete_channel.cannot.app_error": [400, "The default channel cannot be archived."],
  "api.channel.delete_channel.deleted.app_error": [400, "This channel has already been archived."],
  "api.channel.delete_channel.type.invalid": [400, "Direct and group messages cannot be archived."],
  "api.user.delete_channel.not_enabled.app_error": [401, "Deleting channels for good is switched off."],
  "api.channel.restore_channel.restored.app_error": [400, "This channel is not archived."],
  "api.channel.move_channel.type.invalid": [400, "Direct and group messages belong to no team."],
  // Semantics 12.15 has 500 here; it is the caller who asks for what cannot be.
  "app.channel.move_channel.members_do_not_match.error": [
    400,
    "Some members of the channel are not in the team it would move to.",
  ],
  "app.channel.group_message_conversion.original_channel_not_gm": [
    400,
    "Only a group message can become a channel.",
  ],
  "app.channel.group_message_conversion.incorrect_team": [
    400,
    "All members of the group message must be members of the team.",
  ],

  "api.channel.add_members.user_denied": [400, "Members of this channel come from its groups."],
  "api.channel.add_user_to_channel.type.app_error": [
    400,
    "Nobody can be added to a direct or group message.",
  ],
  "api.channel.add_user_to_channel.deleted.app_error": [400, "This channel has been archived."],
  "api.channel.add_user.to.channel.failed.deleted.app_error": [400, "The user has left this team."],
  "app.channel.add_member.deleted_user.app_error": [403, "A deactivated user cannot join."],
  "api.channel.remove.default.app_error": [400, "Nobody can leave the default channel."],
  "api.channel.remove_channel_member.type.app_error": [400, "Nobody can leave a direct or group message."],
  "api.channel.update_channel_member_roles.unset_user_scheme.app_error": [
    400,
    "A member's basic role cannot be taken away.",
  ],
  "api.channel.update_channel_member_roles.changing_guest_role.app_error": [
    400,
    "A guest's role cannot be changed here.",
  ],
  "api.channel.update_channel_member_roles.guest_and_user.app_error": [
    400,
    "A member is either a guest or a user.",
  ],
  "api.channel.update_channel_member_roles.scheme_role.app_error": [
    400,
    "The role {name} cannot be given here.",
  ],

  "api.channel.get_channel_moderations.license.error": [403, "Channel moderation needs a licence."],
  "api.channel.patch_channel_moderations.license.error": [403, "Channel moderation needs a licence."],
  "api.channel.update_channel_scheme.license.error": [403, "Channel schemes need a licence."],
  "api.channel.channel_member_counts_by_group.license.error": [403, "Groups need a licence."],
  "api.channel.update_channel_member_autotranslation.feature_not_available.app_error": [
    403,
    "Translation needs a licence.",
  ],

  "model.channel_member.is_valid.notify_level.app_error": [400, "Invalid level of desktop notifications."],
  "model.channel_member.is_valid.push_level.app_error": [400, "Invalid level of push notifications."],
  "model.channel_member.is_valid.unread_level.app_error": [400, "Invalid level for marking unread."],
  "model.channel_member.is_valid.email_value.app_error": [400, "Invalid setting of e-mail notifications."],
  "model.channel_member.is_valid.ignore_channel_mentions_value.app_error": [
    400,
    "Invalid setting of channel mentions.",
  ],
  "model.channel_member.is_valid.channel_auto_follow_threads_value.app_error": [
    400,
    "Invalid setting of following threads.",
  ],
  "model.channel_member.is_valid.notify_props.app_error": [400, "The notification settings are too large."],
} as const satisfies Record<string, Entry>;
