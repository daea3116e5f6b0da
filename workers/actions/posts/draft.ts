import { isRestrictedDirect } from "../../access/direct.ts";
import type { Rights } from "../../access/permissions.ts";
import { teamById } from "../../access/teams.ts";
import type { Context } from "../../context.ts";
import { badBody, fail } from "../../errors/app-error.ts";
import type { Req } from "../../http/request.ts";
import { CHANNEL_COLUMNS, type Channel } from "../../model/channel.ts";
import { isId, newId } from "../../model/id.ts";
import { channelLinks } from "../../text/channel-links.ts";
import { runeCount } from "../../text/clean.ts";
import type { Draft } from "./create.ts";
import { permalinkTarget, previewLink } from "./metadata/links.ts";

export const MAX_MESSAGE = 16_383;
export const MAX_PROPS = 800_000;
export const MAX_FILES = 10;
const TYPES = new Set(["", "me", "slack_attachment", "reminder", "add_bot_teams_channels"]);
export const PRIORITIES = new Set(["", "important", "urgent"]);
/** Only integrations may say so in hardened mode (semantics 1.3). */
const INTEGRATION_PROPS = [
  "from_webhook",
  "override_username",
  "webhook_display_name",
  "override_icon_url",
  "override_icon_emoji",
];

const SERVER_PROPS = [
  "add_channel_member",
  "force_notification",
  "channel_mentions",
  "previewed_post",
  "mentionHighlightDisabled",
  "from_bot",
  "from_oauth_app",
];

type Body = {
  id?: string | null | undefined;
  props?: Record<string, unknown> | null | undefined;
  message?: string | null | undefined;
  metadata?: any;
};

/** A copy without what only the server says of a post (semantics 1.9). */
export function withoutServerProps(given: Record<string, unknown>): Record<string, unknown> {
  const props = { ...given };
  for (const name of SERVER_PROPS) delete props[name];
  return props;
}

/** The props a user's post is stored with (semantics 1.3, 1.9, 1.11, 8.4). Throws 400. */
export async function draftProps(
  r: Req<any>,
  channel: Channel,
  rights: Rights,
): Promise<Record<string, unknown>> {
  const props = withoutServerProps((r.body as Body).props ?? {});
  const { session, user } = r.me;
  const integration = user.is_bot || session.is_oauth || session.props.type === "UserAccessToken";
  if (
    r.ctx.config.ServiceSettings.ExperimentalEnableHardenedMode &&
    !integration &&
    INTEGRATION_PROPS.some((name) => name in props)
  ) {
    throw badBody("props");
  }
  if (user.is_bot) props.from_bot = "true";
  if (session.is_oauth) props.from_oauth_app = "true";
  return propsForUser(r.ctx, channel, rights, (r.body as Body).message ?? "", props);
}

/** Adds to the props of a user's post what the server knows: action ids, linked channels, the previewed post. */
export async function propsForUser(
  ctx: Context,
  channel: Channel,
  rights: Rights,
  message: string,
  props: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  withActionIds(props);
  const teamId = channel.team_id || String(props.current_team_id ?? "");
  if (!channel.team_id) delete props.current_team_id;
  const links = await channelMentions(ctx, message, props, teamId, rights);
  if (links) props.channel_mentions = links;
  const link = message.includes("/pl/") ? previewLink(ctx.config, message) : undefined;
  const target = link && permalinkTarget(ctx.config, link);
  if (target) props.previewed_post = target;
  return props;
}

/** {name: {display_name, team_name, id}} of linked channels that the author may read; undefined when there are none (1.11). */
export async function channelMentions(
  ctx: Context,
  message: string,
  props: Record<string, unknown>,
  teamId: string,
  rights: Rights,
) {
  if (!isId(teamId)) return undefined;
  const names = channelLinks(message, props);
  if (names.length === 0) return undefined;
  const rows = await ctx.sql.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.teamid = $1 AND c.name = ANY($2::text[]) AND c.type IN ('O', 'P')`,
    [teamId, names],
  );
  const readable = rows.filter((channel) => rights.readChannel(channel));
  if (readable.length === 0) return undefined;
  const team = await teamById(ctx, teamId);
  return Object.fromEntries(
    readable.map((channel) => [
      channel.name,
      {
        display_name: channel.display_name,
        team_name: team?.name ?? "",
        id: channel.id,
        team_id: channel.team_id,
        type: channel.type,
      },
    ]),
  );
}

/** Every interactive action has an id (semantics 1.15, 20.2). */
export function withActionIds(props: Record<string, unknown>): void {
  if (!Array.isArray(props.attachments)) return;
  for (const attachment of props.attachments) {
    if (!Array.isArray(attachment?.actions)) continue;
    for (const action of attachment.actions)
      if (action && typeof action === "object" && !action.id) action.id = newId();
  }
}

/** The checks of semantics 1.4, 1.5, 1.12, 1.13 that need no database. Throws 400, 403, 501. */
export async function checkDraft(r: Req<any>, draft: Draft, _rights: Rights): Promise<void> {
  const { channel } = draft;
  const body = r.body as Body;
  if (body.id) throw badBody("id");
  if (draft.type.startsWith("system_"))
    throw fail("api.context.invalid_param.app_error", { name: "post.type" });
  if (channel.delete_at > 0) throw fail("api.post.create_post.can_not_post_to_deleted.error");
  if (await isRestrictedDirect(r.ctx, channel))
    throw fail("api.post.create_post.can_not_post_in_restricted_dm.error");
  checkPriority(r, draft, body.metadata?.priority);
  if (draft.rootId && !isId(draft.rootId)) throw fail("api.post.create_post.root_id.app_error");
  if (!TYPES.has(draft.type) && !(draft.type.startsWith("custom_") && draft.type.length <= 26))
    throw fail("model.post.is_valid.type.app_error");
  if (draft.message.length > MAX_MESSAGE && runeCount(draft.message) > MAX_MESSAGE)
    throw fail("model.post.is_valid.message_length.app_error");
  if (draft.message.includes("\0")) throw badBody("message");
  if (draft.fileIds.length > MAX_FILES || !draft.fileIds.every(isId)) throw badBody("file_ids");
  const props = JSON.stringify(draft.props);
  if (props.length > MAX_PROPS || props.includes("\\u0000"))
    throw fail("model.post.is_valid.props.app_error");
  if (draft.pendingPostId.length > 200) throw badBody("pending_post_id");
  if (!Number.isSafeInteger(draft.createAt) || draft.createAt < 0) throw badBody("create_at");
}

function checkPriority(
  r: Req<any>,
  draft: Draft,
  sent: { requested_ack?: boolean; persistent_notifications?: boolean } | null | undefined,
): void {
  if (!sent) return;
  if (!PRIORITIES.has(draft.priority)) throw badBody("metadata");
  if (draft.priority === "" && !sent.requested_ack && !sent.persistent_notifications) return;
  if (!r.ctx.config.ServiceSettings.PostPriority)
    throw fail("api.post.post_priority.priority_post_not_allowed_for_user.request_error");
  if (draft.rootId)
    throw fail("api.post.post_priority.priority_post_only_allowed_for_root_post.request_error");
  if (sent.requested_ack || sent.persistent_notifications) throw fail("license_error.feature_unavailable");
}
