import type { Config } from "../../config/load.ts";
import { type Letter, siteLink } from "./layout.ts";

/** Mails about one's account, by kind, with what each needs to say. */
export type AccountMail =
  | { kind: "verify_email" | "password_recovery"; token: string }
  | { kind: "email_changed"; newEmail: string }
  | { kind: "username_changed"; username: string }
  | { kind: "mfa_changed"; active: boolean }
  | { kind: "sign_in_changed"; method: string }
  | { kind: "welcome" | "password_changed" | "token_created" | "deactivated" };

const NOT_YOU = "If this was not you, please tell your system administrator.";

/** The letter to the address `to`. Throws MailError "unset" where it needs a link and there is no SiteURL. */
export function accountLetter(config: Config, to: string, mail: AccountMail): Letter {
  const { SiteName } = config.TeamSettings;
  const about = (what: string) => `[${SiteName}] ${what}`;
  const told = (title: string, paragraph: string): Letter => ({
    subject: about(title),
    title,
    paragraphs: [paragraph, NOT_YOU],
  });
  const { SiteURL } = config.ServiceSettings;
  switch (mail.kind) {
    case "verify_email":
      return {
        subject: about("Verify your e-mail address"),
        title: "Verify your e-mail address",
        paragraphs: [
          `Somebody used this address for an account at ${SiteName}. Was it you? Then please confirm it within 24 hours.`,
          "If it was not you, you need to do nothing.",
        ],
        button: {
          label: "Verify e-mail",
          url: siteLink(config, "do_verify_email", { token: mail.token, email: to }),
        },
      };
    case "password_recovery":
      return {
        subject: about("Reset your password"),
        title: "Reset your password",
        paragraphs: [
          "To choose a new password, follow this link within 24 hours.",
          "If you did not ask for it, you need to do nothing: your password stays as it is.",
        ],
        button: {
          label: "Reset password",
          url: siteLink(config, "reset_password_complete", { token: mail.token }),
        },
      };
    case "welcome":
      return {
        subject: about("You joined"),
        title: `Welcome to ${SiteName}`,
        paragraphs: ["Your account is ready.", ...(SiteURL ? [`You reach it at ${SiteURL}`] : [])],
      };
    case "email_changed":
      return told(
        "Your e-mail address has changed",
        `The e-mail address of your account is now ${mail.newEmail}.`,
      );
    case "username_changed":
      return told("Your username has changed", `The username of your account is now ${mail.username}.`);
    case "password_changed":
      return told("Your password has changed", "The password of your account has been changed.");
    case "mfa_changed":
      return told(
        mail.active ? "Multi-factor login is on" : "Multi-factor login is off",
        `Multi-factor authentication of your account has been turned ${mail.active ? "on" : "off"}.`,
      );
    case "sign_in_changed":
      return told("Your sign-in method has changed", `You now log in to your account by ${mail.method}.`);
    case "token_created":
      return told(
        "A personal access token was added",
        "A personal access token was added to your account. Whoever has it can act as you.",
      );
    case "deactivated":
      return told(
        "Your account was deactivated",
        "Your account has been deactivated: you can no longer log in.",
      );
  }
}
