import { z } from "zod";
import { AppError } from "../../../errors/app-error.ts";
import { DEFAULT_NOTIFY_PROPS as CHANNEL_PROPS } from "../../../model/channel-member.ts";
import { DEFAULT_NOTIFY_PROPS } from "../../../model/user-view.ts";
import { byteLength, removeControlCharacters } from "../../../text/clean.ts";
import { checkPreferences } from "../../preferences/check.ts";
import { checkProfile } from "../../users/account/validate.ts";
import { bytes, checkedBy, count, maybe, path, roles, text, time, username } from "./fields.ts";
import { channelName, teamName } from "./places.ts";

/** The format's own names of notification settings, and as they are stored. */
export const RENAMED: Record<string, string> = { mobile: "push", mobile_push_status: "push_status" };
export const OF_USERS = new Set([
  ...Object.keys(DEFAULT_NOTIFY_PROPS),
  "auto_responder_active",
  "auto_responder_message",
  "calls_desktop_sound",
  "calls_notification_sound",
  "calls_mobile_sound",
  "calls_mobile_notification_sound",
  "desktop_notification_sound",
  "highlight_keys",
]);
export const OF_MEMBERS = new Set([
  ...Object.keys(CHANNEL_PROPS),
  "desktop_sound",
  "desktop_notification_sound",
  "desktop_threads",
  "push_threads",
]);

/** Settings under their stored names; what is not known is refused. */
export const notifyProps = (known: Set<string>) =>
  maybe(
    z.record(z.string(), z.string().max(5_000).nullable()).transform((props, ctx) => {
      const stored: Record<string, string> = {};
      for (const [name, value] of Object.entries(props)) {
        const as = RENAMED[name] ?? name;
        if (!known.has(as))
          ctx.addIssue({ code: "custom", message: `has a setting that is not known: ${name}` });
        if (value !== null) stored[as] = value;
      }
      return stored;
    }),
  );

/** A preference as it is stored (semantics 16.1); an empty one is none. */
const setting = (category: string, name: string) =>
  maybe(z.union([z.string(), z.boolean(), z.number()])).transform((given, ctx) => {
    if (given === undefined || given === "") return undefined;
    try {
      return checkPreferences([{ user_id: "", category, name, value: String(given) }])[0]!.value;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      ctx.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });

const channelOfUser = z.strictObject({
  name: channelName,
  roles: maybe(roles),
  notify_props: notifyProps(OF_MEMBERS),
  favorite: maybe(z.boolean()),
  mention_count: maybe(count),
  mention_count_root: maybe(count),
  urgent_mention_count: maybe(count),
  urgend_mention_count: maybe(count),
  msg_count: maybe(count),
  msg_count_root: maybe(count),
  last_viewed_at: maybe(time),
});

const teamOfUser = z.strictObject({
  name: teamName,
  roles: maybe(roles),
  theme: setting("theme", ""),
  channels: maybe(z.array(channelOfUser)),
});

const display = (name: string) => ["display_settings", name] as const;
const advanced = (name: string) => ["advanced_settings", name] as const;

/** Settings of the format that are preferences, with their category and name (semantics 16.3). */
export const SETTINGS = {
  use_military_time: display("use_military_time"),
  military_time: display("use_military_time"),
  collapse_previews: display("collapse_previews"),
  link_previews: display("link_previews"),
  message_display: display("message_display"),
  colorize_usernames: display("colorize_usernames"),
  channel_display_mode: display("channel_display_mode"),
  name_format: display("name_format"),
  collapse_consecutive: display("collapse_consecutive"),
  availability_status_on_posts: display("availability_status_on_posts"),
  collapsed_reply_threads: display("collapsed_reply_threads"),
  use_formatting: advanced("formatting"),
  use_markdown_preview: advanced("feature_enabled_markdown_preview"),
  send_on_ctrl_enter: advanced("send_on_ctrl_enter"),
  code_block_ctrl_enter: advanced("code_block_ctrl_enter"),
  show_join_leave: advanced("join_leave"),
  show_unread_scroll_position: advanced("unread_scroll_position"),
  sync_drafts: advanced("sync_drafts"),
  show_unread_section: ["sidebar_settings", "show_unread_section"],
  limit_visible_dms_gms: ["sidebar_settings", "limit_visible_dms_gms"],
} as const;
const settings = Object.fromEntries(
  Object.entries(SETTINGS).map(([field, [category, name]]) => [field, setting(category, name)]),
) as Record<keyof typeof SETTINGS, ReturnType<typeof setting>>;
/** `email_interval` in seconds (semantics 23.2). */
/** The format has both names for the first; exports write the later one of a value. */
export const INTERVALS: Record<string, string> = {
  immediate: "30",
  immediately: "30",
  fifteen: "900",
  hour: "3600",
};

const AUTH_SERVICES = ["", "gitlab", "ldap", "saml", "google", "office365", "openid"];

export const user = z
  .strictObject({
    ...settings,
    profile_image: maybe(path),
    username,
    email: z.string().transform((value) => value.trim().toLowerCase()),
    auth_service: maybe(z.string().refine((value) => AUTH_SERVICES.includes(value), "is no login service")),
    auth_data: maybe(bytes(128)),
    password: maybe(
      z.string().refine((value) => value !== "" && byteLength(value) <= 72, "has not 1 to 72 bytes"),
    ),
    nickname: maybe(z.string().transform(removeControlCharacters)),
    first_name: maybe(z.string().transform(removeControlCharacters)),
    last_name: maybe(z.string().transform(removeControlCharacters)),
    position: maybe(z.string()),
    roles: maybe(roles),
    locale: maybe(z.string().transform((value) => value.replace("_", "-"))),
    delete_at: maybe(time),
    teams: maybe(z.array(teamOfUser)),
    theme: setting("theme", ""),
    tutorial_step: setting("tutorial_step", "step"),
    email_interval: maybe(
      z
        .string()
        .refine((value) => Object.hasOwn(INTERVALS, value) || /^\d{1,5}$/.test(value), "is no interval"),
    ).transform((value) => value && (INTERVALS[value] ?? value)),
    notify_props: notifyProps(OF_USERS),
    custom_status: maybe(
      z.looseObject({ emoji: z.string().max(64).nullish(), text: z.string().max(100).nullish() }),
    ),
  })
  .superRefine((line, ctx) => {
    const { username: name, email, nickname = "", first_name = "", last_name = "", position = "" } = line;
    const profile = { username: name, email, nickname, first_name, last_name, position };
    checkedBy(checkProfile)({ ...profile, locale: line.locale ?? "" }, ctx);
    if (line.auth_service && !line.auth_data)
      ctx.addIssue({ code: "custom", message: "has an auth_service without auth_data" });
    if (line.auth_service && line.password)
      ctx.addIssue({ code: "custom", message: "has both a password and an auth_service" });
    if (line.roles && !line.roles.includes("system_user") && !line.roles.includes("system_guest"))
      ctx.addIssue({ code: "custom", message: "has roles without system_user" });
  });

export const bot = z.strictObject({
  profile_image: maybe(path),
  username,
  owner: z.string().min(1).max(190),
  display_name: maybe(text(64)),
  description: maybe(text(1_024)),
  delete_at: maybe(time),
});

export type UserLine = z.infer<typeof user>;
export type BotLine = z.infer<typeof bot>;
