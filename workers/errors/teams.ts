import type { Entry } from "./catalogue.ts";

export const teams = {
  "app.team.get.find.app_error": [404, "There is no such team."],
  "app.team.get_by_name.missing.app_error": [404, "There is no team of that name."],
  "app.team.get_by_invite_id.finding.app_error": [404, "This invitation link is not valid."],
  "app.team.get_member.missing.app_error": [404, "The user is not a member of this team."],
  "app.team.save.existing.app_error": [400, "A team with that name exists already."],
  "app.team.join_user_to_team.max_accounts.app_error": [
    400,
    "This team has reached its maximum number of members.",
  ],
  "app.team.join_user_to_team.deleted_user.app_error": [403, "A deactivated user cannot join a team."],
  "api.team.join_user_to_team.allowed_domains.app_error": [
    400,
    "The e-mail address of {username} is not of a domain that this team accepts.",
  ],
  "api.team.is_team_creation_allowed.domain.app_error": [
    400,
    "Your e-mail address is not of a domain that may create teams.",
  ],
  "api.team.add_members.user_denied": [400, "Membership of this team is managed by groups."],
  "api.team.remove_member.group_constrained.app_error": [
    400,
    "Membership of this team is managed by groups.",
  ],
  "api.team.get_all_teams.insufficient_permissions": [403, "You do not have the permission to list teams."],
  "api.team.invalidate_token.invalid.app_error": [
    400,
    "This invitation is not valid, or has been used already.",
  ],
  "api.team.delete_team.permanent_disabled.app_error": [501, "Permanent deletion of teams is switched off."],
  "api.team.update_team_member_roles.guest_and_user.app_error": [
    400,
    "A member must be either a guest or a user of the team.",
  ],
  "api.team.update_team_member_roles.guest.app_error": [
    400,
    "Whether a member is a guest cannot be changed here.",
  ],
  "api.team.update_team_member_roles.unknown_role.app_error": [
    400,
    "A team member cannot be given the role {name}.",
  ],
  "api.team.update_team_scheme.license.error": [501, "Team schemes need a licence."],
  "api.team.invite_guests_to_channels.license.error": [501, "Guest invitations need a licence."],
  "api.team.get_team_icon.read_file.app_error": [404, "This team has no icon."],
  "api.team.set_team_icon.no_file.app_error": [400, "There is no image in the request."],
  "api.team.set_team_icon.check_image_limits.app_error": [400, "The image has too many pixels."],
  "api.team.set_team_icon.decode.app_error": [400, "The image cannot be read."],
  "api.team.set_team_icon.too_large.app_error": [413, "The image is too large."],
  "api.team.invite_members.disabled.app_error": [501, "Invitations by e-mail are switched off."],
  "api.team.invite_members.no_one.app_error": [400, "There is no one to invite."],
  "api.team.invite_members.invalid_email.app_error": [
    400,
    "{email} is not an address of a domain that this team accepts.",
  ],
  "api.team.invite_members.unable_to_send_email_with_defaults.app_error": [
    500,
    "The invitation was not sent: this server has no mail server set up.",
  ],
  "model.team.is_valid.name.app_error": [400, "The display name must have 1 to 64 characters."],
  "model.team.is_valid.url.app_error": [400, "The name of a team must have 2 to 64 characters."],
  "model.team.is_valid.characters.app_error": [
    400,
    "The name of a team must begin and end with a lower-case letter or digit, with hyphens between.",
  ],
  "model.team.is_valid.reserved.app_error": [400, "This name is reserved."],
  "model.team.is_valid.description.app_error": [400, "The description is longer than 255 bytes."],
  "model.team.is_valid.company.app_error": [400, "The company name is longer than 64 characters."],
  "model.team.is_valid.domains.app_error": [400, "The list of domains is longer than 500 characters."],
  "model.team.is_valid.email.app_error": [400, "The e-mail address of the team is not valid."],
  "model.team.is_valid.type.app_error": [400, "The type of a team is O or I."],
} as const satisfies Record<string, Entry>;
