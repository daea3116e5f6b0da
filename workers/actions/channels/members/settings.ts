import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import type { ErrorId } from "../../../errors/catalogue.ts";
import { type Envelope, envelope } from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import { type ChannelMember, MEMBER_COLUMNS } from "../../../model/channel-member.ts";

const LEVELS = ["default", "all", "mention", "none"];
const ON_OFF = ["default", "on", "off"];

/** Known settings: their values, and the error of a bad one; null takes any text (semantics 12.17). */
const SETTINGS: Record<string, [values: string[] | null, error: ErrorId]> = {
  mark_unread: [["all", "mention"], "model.channel_member.is_valid.unread_level.app_error"],
  desktop: [LEVELS, "model.channel_member.is_valid.notify_level.app_error"],
  desktop_sound: [ON_OFF, "model.channel_member.is_valid.notify_level.app_error"],
  desktop_notification_sound: [null, "model.channel_member.is_valid.notify_level.app_error"],
  desktop_threads: [LEVELS, "model.channel_member.is_valid.notify_level.app_error"],
  email: [["default", "true", "false"], "model.channel_member.is_valid.email_value.app_error"],
  push: [LEVELS, "model.channel_member.is_valid.push_level.app_error"],
  push_threads: [LEVELS, "model.channel_member.is_valid.push_level.app_error"],
  ignore_channel_mentions: [ON_OFF, "model.channel_member.is_valid.ignore_channel_mentions_value.app_error"],
  channel_auto_follow_threads: [
    ["on", "off"],
    "model.channel_member.is_valid.channel_auto_follow_threads_value.app_error",
  ],
};

/** The known settings of `sent`; throws 400 for a value that is not one. */
export function checkNotifyProps(sent: Record<string, unknown>): Record<string, string> {
  const checked: Record<string, string> = {};
  for (const [key, [values, error]] of Object.entries(SETTINGS)) {
    const value = sent[key];
    if (value === undefined) continue;
    if (typeof value !== "string" || value.length > 1_000 || (values && !values.includes(value)))
      throw fail(error);
    checked[key] = value;
  }
  return checked;
}

/** `channel_member_updated` to the member (websocket 6.3). */
export function memberUpdated(member: ChannelMember): Envelope {
  return envelope(
    "channel_member_updated",
    { channelMember: JSON.stringify(member) },
    { user_id: member.user_id },
  );
}

/** Publishes that a member's settings or roles have changed. */
async function notifyChanged(ctx: Context, member: ChannelMember): Promise<void> {
  const { channel_id: channel, user_id: user } = member;
  await publish(
    ctx,
    `user:${user}`,
    [memberUpdated(member)],
    [{ kind: "channel_member", op: "change", channel, user }],
  );
}

/** Merges notification settings (semantics 12.17). One statement. Throws 404 for no member. */
export async function doUpdateNotifyProps(
  ctx: Context,
  channelId: string,
  userId: string,
  sent: Record<string, unknown>,
): Promise<void> {
  const props = checkNotifyProps(sent);
  const [member] = await ctx.sql.query<ChannelMember>(
    `WITH m AS (
      UPDATE channelmembers SET notifyprops = coalesce(notifyprops, '{}') || $3::jsonb, lastupdateat = $4::bigint
      WHERE channelid = $1 AND userid = $2 RETURNING *)
    SELECT ${MEMBER_COLUMNS} FROM m`,
    [channelId, userId, JSON.stringify(props), Date.now()],
  );
  if (!member) throw fail("app.channel.get_member.missing.app_error");
  await notifyChanged(ctx, member);
}

export interface SchemeRoles {
  scheme_guest?: boolean | undefined;
  scheme_user: boolean;
  scheme_admin: boolean;
}

interface RolesRow {
  guest: boolean | null;
  member: ChannelMember | null;
  unknown: string[] | null;
}

/** Sets whether a member administers the channel (semantics 12.18). One statement. */
export function doUpdateSchemeRoles(
  ctx: Context,
  channelId: string,
  userId: string,
  flags: SchemeRoles,
): Promise<void> {
  if (flags.scheme_guest && flags.scheme_user)
    throw fail("api.channel.update_channel_member_roles.guest_and_user.app_error");
  return updateRoles(ctx, channelId, userId, flags, null);
}

const BUILT_IN = new Set(["channel_guest", "channel_user", "channel_admin"]);

/** Sets all of a member's roles: the built-in ones become flags, the others must exist (semantics 12.18). One statement. */
export function doUpdateMemberRoles(
  ctx: Context,
  channelId: string,
  userId: string,
  roles: string,
): Promise<void> {
  const names = [...new Set(roles.split(/\s+/).filter(Boolean))];
  const flags = {
    scheme_guest: names.includes("channel_guest"),
    scheme_user: names.includes("channel_user"),
    scheme_admin: names.includes("channel_admin"),
  };
  return updateRoles(
    ctx,
    channelId,
    userId,
    flags,
    names.filter((name) => !BUILT_IN.has(name)),
  );
}

const UPDATE_ROLES = `WITH old AS (SELECT coalesce(schemeguest, false) AS guest FROM channelmembers WHERE channelid = $1 AND userid = $2),
  unknown AS (
    SELECT n AS name FROM unnest($5::text[]) n
    WHERE NOT EXISTS (SELECT FROM roles r WHERE r.name = n AND r.deleteat = 0 AND NOT r.schememanaged)),
  m AS (
    UPDATE channelmembers SET schemeadmin = $3::boolean, roles = coalesce($6, roles), lastupdateat = $7::bigint
    WHERE channelid = $1 AND userid = $2 AND coalesce(schemeguest, false) = $4::boolean AND NOT EXISTS (SELECT FROM unknown)
    RETURNING *)
  SELECT (SELECT guest FROM old) AS guest, (SELECT json_agg(name) FROM unknown) AS unknown,
    (SELECT row_to_json(x) FROM (SELECT ${MEMBER_COLUMNS} FROM m) x) AS member`;

async function updateRoles(
  ctx: Context,
  channelId: string,
  userId: string,
  flags: SchemeRoles,
  explicit: string[] | null,
): Promise<void> {
  const guest = flags.scheme_guest ?? !flags.scheme_user;
  if (!guest && !flags.scheme_user)
    throw fail("api.channel.update_channel_member_roles.unset_user_scheme.app_error");
  if (guest && flags.scheme_admin)
    throw fail("api.channel.update_channel_member_roles.changing_guest_role.app_error");
  const params = [
    channelId,
    userId,
    flags.scheme_admin,
    guest,
    explicit ?? [],
    explicit?.join(" ") ?? null,
    Date.now(),
  ];
  const [row] = await ctx.sql.query<RolesRow>(UPDATE_ROLES, params);
  const { guest: was, member, unknown } = row!;
  if (was === null) throw fail("app.channel.get_member.missing.app_error");
  if (unknown)
    throw fail("api.channel.update_channel_member_roles.scheme_role.app_error", { name: unknown[0]! });
  if (was !== guest) {
    throw fail(
      was
        ? "api.channel.update_channel_member_roles.changing_guest_role.app_error"
        : "api.channel.update_channel_member_roles.unset_user_scheme.app_error",
    );
  }
  if (member) await notifyChanged(ctx, member);
}
