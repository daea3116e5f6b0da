import { isRestrictedDirect } from "../../../access/direct.ts";
import type { PostGrant } from "../../../access/posts.ts";
import { badBody, fail } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { isId } from "../../../model/id.ts";
import { withIntegrationsOf } from "../../../model/interactive.ts";
import { runeCount } from "../../../text/clean.ts";
import { withoutProxy } from "../../../text/image-proxy.ts";
import { channelMentions, MAX_MESSAGE, withActionIds } from "../draft.ts";
import { permalinkTarget, previewLink } from "../metadata/links.ts";
import type { PostChange } from "./edit.ts";

const MAX_PROPS = 800_000;
const MAX_FILES = 10;
/** Set by the server when the post was made; an edit neither sets nor removes them (semantics 1.9). */
const FIXED_PROPS = ["from_bot", "from_oauth_app", "mentionHighlightDisabled", "disable_group_highlight"];
/** Only integrations may say so in hardened mode (semantics 1.3). */
const INTEGRATION_PROPS = [
  "from_webhook",
  "override_username",
  "webhook_display_name",
  "override_icon_url",
  "override_icon_emoji",
];

/** What a client may ask to change. `has_reactions` is accepted and not believed: the server knows. */
export interface ChangeBody {
  message?: string | null | undefined;
  props?: Record<string, unknown> | null | undefined;
  is_pinned?: boolean | null | undefined;
  file_ids?: string[] | null | undefined;
}

/** Whether a post can be changed at all (semantics 5.2). Throws 400. */
export async function checkEditable(r: Req<any>, { row, channel }: PostGrant, patch: boolean): Promise<void> {
  if (row.type.startsWith("system_")) throw fail("api.post.update_post.system_message.app_error");
  if (channel.delete_at > 0) {
    throw fail(
      patch
        ? "api.post.patch_post.can_not_update_post_in_deleted.error"
        : "api.post.update_post.can_not_update_post_in_deleted.error",
    );
  }
  if (await isRestrictedDirect(r.ctx, channel)) {
    throw fail(
      patch
        ? "api.post.patch_post.can_not_update_post_in_restricted_dm.error"
        : "api.post.update_post.can_not_update_post_in_restricted_dm.error",
    );
  }
}

/** What is to change, checked (semantics 1.12, 5.1) and complete: props as they will be stored. Throws 400. */
export async function checkChange(r: Req<any>, grant: PostGrant, body: ChangeBody): Promise<PostChange> {
  const { row } = grant;
  const change: PostChange = {};
  const message = body.message == null ? undefined : withoutProxy(r.ctx.config, body.message);
  if (message !== undefined && message !== row.message) {
    checkTimeLimit(r, row.create_at);
    if (message.length > MAX_MESSAGE && runeCount(message) > MAX_MESSAGE)
      throw fail("model.post.is_valid.message_length.app_error");
    if (message.includes("\0")) throw badBody("message");
    change.message = message;
  }
  if (body.file_ids != null) {
    change.fileIds = [...new Set(body.file_ids)];
    if (change.fileIds.length > MAX_FILES || !change.fileIds.every(isId)) throw badBody("file_ids");
  }
  if (body.is_pinned != null) change.pinned = body.is_pinned;
  if (change.message !== undefined || body.props != null) {
    change.props = await editedProps(r, grant, change.message ?? row.message, body.props ?? undefined);
  }
  return change;
}

function checkTimeLimit(r: Req<any>, createAt: number): void {
  const limit = r.ctx.config.ServiceSettings.PostEditTimeLimit;
  if (limit !== -1 && Date.now() > createAt + limit * 1_000)
    throw fail("api.post.update_post.permissions_time_limit.app_error");
}

/** The props after an edit: those sent (or else those there), with what the server keeps and computes (semantics 1.9, 1.11, 8.4). */
async function editedProps(
  r: Req<any>,
  { row, channel, rights }: PostGrant,
  message: string,
  sent?: Record<string, unknown>,
) {
  if (sent) checkProps(r, sent, row.props);
  const given = sent ? withIntegrationsOf(row.props, sent) : row.props;
  const { channel_mentions: _, previewed_post: __, ...props } = given;
  if (sent) {
    delete props.add_channel_member;
    delete props.force_notification;
    for (const name of FIXED_PROPS) {
      if (row.props[name] === undefined) delete props[name];
      else props[name] = row.props[name];
    }
    withActionIds(props);
  }
  const teamId = channel.team_id || String(props.current_team_id ?? "");
  if (!channel.team_id) delete props.current_team_id;
  const links = await channelMentions(r.ctx, message, props, teamId, rights);
  if (links) props.channel_mentions = links;
  const link = previewLink(r.ctx.config, message);
  const target = link && permalinkTarget(r.ctx.config, link);
  if (target) props.previewed_post = target;
  return props;
}

function checkProps(r: Req<any>, sent: Record<string, unknown>, before: Record<string, unknown>): void {
  const text = JSON.stringify(sent);
  if (text.length > MAX_PROPS || text.includes("\\u0000")) throw fail("model.post.is_valid.props.app_error");
  const { session, user } = r.me;
  const integration = user.is_bot || session.is_oauth || session.props.type === "UserAccessToken";
  if (!r.ctx.config.ServiceSettings.ExperimentalEnableHardenedMode || integration) return;
  if (INTEGRATION_PROPS.some((name) => name in sent && sent[name] !== before[name])) throw badBody("props");
}
