import type { Entry } from "./catalogue.ts";

const INVALID_LOGIN = "Wrong e-mail or username, or wrong password.";

export const users = {
  // login
  "api.user.login.blank_pwd.app_error": [400, "The password must not be blank."],
  "api.user.login.bot_login_forbidden.app_error": [401, "Bots cannot log in."],
  "api.user.login.inactive.app_error": [401, "This account has been deactivated."],
  "api.user.login.not_verified.app_error": [401, "The e-mail address of this account is not verified."],
  "api.user.login.invalid_credentials_email_username": [401, INVALID_LOGIN],
  "api.user.login.invalid_credentials_email": [401, "Wrong e-mail or wrong password."],
  "api.user.login.invalid_credentials_username": [401, "Wrong username or wrong password."],
  "api.user.login.invalid_credentials_sso": [
    401,
    `${INVALID_LOGIN} Perhaps this account logs in by another service.`,
  ],
  "api.user.check_user_password.invalid.app_error": [401, "Wrong password."],
  "api.user.check_user_login_attempts.too_many.app_error": [
    401,
    "Too many failed attempts: this account is locked until its password is reset.",
  ],
  "mfa.validate_token.authenticate.app_error": [
    401,
    "The code of the second factor is missing or malformed.",
  ],
  "mfa.mfa_disabled.app_error": [501, "Login with a second factor is turned off."],
  "mfa.activate.bad_token.app_error": [401, "The code of the second factor is wrong."],
  "mfa.generate_qr_code.active.app_error": [400, "The second factor is active already."],
  "api.user.activate_mfa.email_and_ldap_only.app_error": [400, "This account logs in by another service."],
  "api.user.check_user_mfa.bad_code.app_error": [401, "The code of the second factor is wrong."],
  "api.user.login_sso_code_exchange.deprecated.app_error": [410, "This way to log in is not available."],
  // signup
  "api.user.create_user.signup_email_disabled.app_error": [
    501,
    "Accounts with e-mail address are turned off.",
  ],
  "api.user.create_user.disabled.app_error": [501, "New accounts are turned off."],
  "api.user.create_user.no_open_server": [403, "This server needs an invitation."],
  "api.user.create_user.accepted_domain.app_error": [400, "The e-mail address is not of an accepted domain."],
  "api.user.create_user.signup_link_invalid.app_error": [400, "The invitation is not valid, or was used."],
  "api.user.create_user.signup_link_expired.app_error": [400, "The invitation has expired."],
  "app.user.save.username_exists.app_error": [400, "An account with that username exists."],
  "app.user.save.email_exists.app_error": [400, "An account with that e-mail address exists."],
  // profile
  "model.user.is_valid.username.app_error": [
    400,
    "A username has 1 to 64 letters, digits, dots, hyphens and underscores, and is not a reserved word.",
  ],
  "model.user.is_valid.email.app_error": [400, "This is no valid e-mail address."],
  "model.user.is_valid.nickname.app_error": [400, "The nickname is too long."],
  "model.user.is_valid.first_name.app_error": [400, "The first name is too long."],
  "model.user.is_valid.last_name.app_error": [400, "The last name is too long."],
  "model.user.is_valid.position.app_error": [400, "The position is too long."],
  "model.user.is_valid.locale.app_error": [400, "This is no valid locale."],
  "model.user.is_valid.marshal.app_error": [400, "The settings are too large."],
  "model.user.is_valid.roles_limit.app_error": [400, "These are too many roles."],
  "api.user.update_user.accepted_domain.app_error": [400, "The e-mail address is not of an accepted domain."],
  "api.user.update_user.login_provider_attribute_set.app_error": [
    409,
    "This is set by the service that the account logs in with.",
  ],
  "api.user.get_user_by_email.permissions.app_error": [403, "E-mail addresses are not shown on this server."],
  "app.user.missing_account.const": [404, "There is no such user."],
  // sign-in by other services
  "api.user.update_user_auth.invalid_request": [
    400,
    "A service comes with its id of the user, a password with none; and bots have neither.",
  ],
  "model.user.is_valid.auth_data.app_error": [400, "The service's id of the user is too long."],
  "app.user.update_auth_data.email_exists.app_error": [
    400,
    "Another account logs in by this service with the same id.",
  ],
  "api.user.get_authorization_code.unsupported.app_error": [501, "Nobody can log in by this service here."],
  "api.user.oauth_to_email.context.app_error": [
    403,
    "Only who is logged in by this service can change to a password.",
  ],
  "app.desktop_token.validate.invalid": [401, "The token is not valid, or was used."],
  "app.desktop_token.validate.expired": [401, "The token has expired."],
  "api.user.login_with_desktop_token.not_oauth_or_saml_user.app_error": [
    401,
    "This account does not log in by another service.",
  ],
  "api.users.invalid_emails.enable_open_server.app_error": [
    400,
    "TeamSettings.EnableOpenServer is on: accounts may have any e-mail address.",
  ],
  // password and e-mail
  "api.user.update_password.incorrect.app_error": [400, "The current password is wrong."],
  "api.user.update_password.oauth.app_error": [400, "This account logs in by another service."],
  "api.user.send_password_reset.send.app_error": [500, "The e-mail could not be sent."],
  "api.user.reset_password.invalid_link.app_error": [400, "The link is not valid, or was used."],
  "api.user.reset_password.link_expired.app_error": [400, "The link has expired."],
  "api.user.verify_email.bad_link.app_error": [400, "The link is not valid, or was used."],
  "api.user.verify_email.link_expired.app_error": [400, "The link has expired."],
  // roles and activation
  "app.user.update.lastAdmin.app_error": [400, "The last system administrator cannot be demoted."],
  "app.role.check_roles_exist.role_not_found": [400, "There is no such role."],
  "api.user.update_active.not_enable.app_error": [403, "Users cannot deactivate their own accounts."],
  "api.user.delete_user.not_enabled.app_error": [403, "Permanent deletion of users is turned off."],
  "api.team.demote_user_to_guest.license.error": [501, "Guest accounts need a licence."],
  // pictures
  "api.user.upload_profile_user.no_file.app_error": [400, "The image is missing."],
  "api.user.upload_profile_user.parse.app_error": [400, "The form could not be read."],
  "api.user.upload_profile_user.too_large.app_error": [413, "The image is too large."],
  "api.user.upload_profile_user.decode.app_error": [400, "The file is no image that can be read."],
  "api.user.upload_profile_user.check_image_limits.app_error": [400, "The image has too many pixels."],
  // custom status
  "api.custom_status.disabled": [501, "Custom statuses are turned off."],
  // terms of service
  "api.create_terms_of_service.custom_terms_of_service_disabled.app_error": [
    400,
    "There are no terms of service.",
  ],
} as const satisfies Record<string, Entry>;
