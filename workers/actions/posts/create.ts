import { createHash } from "node:crypto";
import type { Rights } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import type { Channel } from "../../model/channel.ts";
import { encodeId, newId } from "../../model/id.ts";
import { withoutIntegrations } from "../../model/interactive.ts";
import {
  POST_COLUMNS,
  POST_FROM,
  type Post,
  type PostMetadata,
  type PostRow,
  toPost,
} from "../../model/post.ts";
import type { User } from "../../model/user.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { hashtagsOf } from "../../text/hashtags.ts";
import { fireOutgoing, mayFire } from "../hooks/outgoing/fire.ts";
import { notifyAway } from "../notifications/notify.ts";
import { followRootMentions } from "../threads/root-mentions.ts";
import { autoFollowers } from "./auto-follow.ts";
import { announce } from "./create-events.ts";
import {
  type CollapsedMode,
  type Created,
  type CreateShape,
  type CreateValues,
  createStatement,
} from "./create-sql.ts";
import { type Mentions, mentionsOf } from "./mentions.ts";
import { fetchLinks, keepLinks, storedLinks } from "./metadata/fetch/links.ts";
import { addMetadata } from "./metadata/index.ts";
import { visiblePosts } from "./metadata/visible.ts";
import { notices } from "./notices.ts";

/** A post that is to be: checked, its props final. */
export interface Draft {
  channel: Channel;
  author: User;
  rootId: string;
  message: string;
  type: string;
  props: Record<string, unknown>;
  fileIds: string[];
  /** "" or "urgent", "important". */
  priority: string;
  /** Sent by the client; "" when it sent none. */
  pendingPostId: string;
  /** ms; 0 = now. */
  createAt: number;
}

export interface CreateOptions {
  /** The author's rights in the channel. */
  rights: Rights;
  setOnline: boolean;
  /** Whether the author's unread state follows (not for webhooks and bots' posts made on behalf, semantics 1.20). */
  markViewed: boolean;
  /** What is stored under this pending id already stands, whatever it says (for what may happen once only). */
  once?: true;
  /** Whether outgoing webhooks hear of it (semantics 18.8). */
  fires?: true;
}

/** Types that channels do not count (semantics 1.17). */
export const UNCOUNTED = new Set([
  "system_join_leave",
  "system_add_remove",
  "system_join_channel",
  "system_leave_channel",
  "system_join_team",
  "system_leave_team",
  "system_add_to_channel",
  "system_remove_from_channel",
  "system_add_to_team",
  "system_remove_from_team",
]);

/**
 * The id of a post that a client may send again: the same request gives the same id on every node, so that the primary
 * key, not a node's memory, makes a retry store once (improves on semantics 1.7).
 */
export function idFor(userId: string, pendingPostId: string): string {
  if (!pendingPostId) return newId();
  return encodeId(createHash("sha256").update(`${userId} ${pendingPostId}`).digest().subarray(0, 16));
}

/** Stores a post, announces it, and returns it as its author gets it. Throws the errors of semantics 1.5, 1.8. */
export async function doCreatePost(ctx: Context, draft: Draft, options: CreateOptions): Promise<Post> {
  const mentions = await mentionsOf(ctx, draft, options.rights);
  if (mentions.highlightDisabled) draft.props.mentionHighlightDisabled = true;
  // Before the post has its time: what comes later must not be missed by clients that ask since an earlier one.
  const links = await fetchLinks(ctx, draft);
  const values = await valuesOf(ctx, draft, mentions);
  const shape = shapeOf(ctx, draft, mentions, options);
  let created = await store(ctx, shape, values, keepLinks(links, values.at));
  if (!created.stored) {
    const existing = await postById(ctx, values.id);
    if (existing && (options.once || isRetry(existing, draft)))
      return announceAgain(ctx, draft, existing, created, options);
    if (draft.rootId) checkRoot(created, draft);
    if (!existing) throw fail("api.post.create_post.can_not_post_to_deleted.error");
    // A client that uses one pending id for different posts.
    values.id = newId();
    created = await store(ctx, shape, values);
    if (!created.stored) throw fail("api.post.create_post.can_not_post_to_deleted.error");
  }
  const post = postOf(draft, values, created);
  await addMetadata(ctx, [post], { known: storedLinks(links, post.create_at) });
  await announce(ctx, draft, post, created, options);
  ctx.background(notices(ctx, draft, post, created, mentions));
  if (shape.follow && created.root && created.replies_before === null && draft.channel.type !== "D")
    ctx.background(followRootMentions(ctx, draft.channel, created.root));
  notifyAway(ctx, draft, post, created);
  if (options.fires && mayFire(ctx, draft)) ctx.background(fireOutgoing(ctx, draft, post));
  return asSeen(ctx, options.rights, post);
}

/** The author gets no preview of a channel that the author may not read. */
async function asSeen(ctx: Context, rights: Rights, post: Post): Promise<Post> {
  const [seen] = await visiblePosts(ctx, rights, [post]);
  return seen!;
}

/** Publishing again does nothing where the first attempt got that far: the topic knows the id. */
async function announceAgain(
  ctx: Context,
  draft: Draft,
  existing: Post,
  created: Created,
  options: CreateOptions,
): Promise<Post> {
  const post = { ...existing, pending_post_id: draft.pendingPostId };
  await addMetadata(ctx, [post]);
  if (post.delete_at === 0 && post.edit_at === 0) await announce(ctx, draft, post, created, options);
  return asSeen(ctx, options.rights, post);
}

/** One round trip, in the lane of the channel's row; `links` are kept by the same transaction. */
async function store(
  ctx: Context,
  shape: CreateShape,
  values: CreateValues,
  links?: Statement,
): Promise<Created> {
  const statement = createStatement(shape, values);
  const [created] = links
    ? ((await ctx.sql.batch([statement, links]))[0] as unknown as Created[])
    : await ctx.sql.query<Created>(statement.text, statement.params, values.channelId);
  return created!;
}

function checkRoot({ root }: Created, { channel }: Draft): void {
  if (!root || root.delete_at > 0 || root.root_id !== "")
    throw fail("api.post.create_post.root_id.app_error");
  if (root.channel_id !== channel.id) throw fail("api.post.create_post.channel_root_id.app_error");
}

const isRetry = (existing: Post, draft: Draft) =>
  draft.pendingPostId !== "" &&
  existing.channel_id === draft.channel.id &&
  existing.message === draft.message &&
  existing.root_id === draft.rootId;

async function postById(ctx: Context, id: string): Promise<Post | undefined> {
  const [row] = await ctx.sql.query<PostRow>(`SELECT ${POST_COLUMNS} FROM ${POST_FROM} WHERE p.id = $1`, [
    id,
  ]);
  return row && toPost(row);
}

const COLLAPSED: Record<string, CollapsedMode> = {
  always_on: "on",
  disabled: "off",
  default_on: "default_on",
  default_off: "default_off",
};

function shapeOf(ctx: Context, draft: Draft, mentions: Mentions, options: CreateOptions): CreateShape {
  const { CollapsedThreads, ThreadAutoFollow } = ctx.config.ServiceSettings;
  const reply = draft.rootId !== "";
  const collapsed = COLLAPSED[CollapsedThreads] ?? "on";
  return {
    reply,
    mentions: mentions.any || (reply && collapsed !== "on"),
    wide: mentions.wide,
    missed: mentions.missed,
    self: mentions.self,
    files: draft.fileIds.length > 0,
    priority: draft.priority !== "",
    urgent: draft.priority === "urgent",
    viewed: options.markViewed && !(reply && collapsed === "on"),
    counted: !UNCOUNTED.has(draft.type),
    follow: ThreadAutoFollow,
    collapsed,
  };
}

async function valuesOf(ctx: Context, draft: Draft, mentions: Mentions): Promise<CreateValues> {
  const follow = draft.rootId && draft.channel.type !== "D" && ctx.config.ServiceSettings.ThreadAutoFollow;
  return {
    id: idFor(draft.author.id, draft.pendingPostId),
    at: draft.createAt || Date.now(),
    userId: draft.author.id,
    channelId: draft.channel.id,
    rootId: draft.rootId,
    message: draft.message,
    type: draft.type,
    props: JSON.stringify(draft.props),
    hashtags: hashtagsOf(draft.message),
    fileIds: draft.fileIds,
    teamId: draft.channel.team_id,
    priority: draft.priority,
    usernames: mentions.usernames,
    userIds: mentions.userIds,
    autoFollow: follow ? await autoFollowers(ctx, draft.channel.id) : [],
    maxWide: ctx.config.TeamSettings.MaxNotificationsPerChannel,
  };
}

function postOf(draft: Draft, values: CreateValues, created: Created): Post {
  const { attachments } = draft.props;
  const metadata: PostMetadata = {};
  if (Array.isArray(attachments) && attachments.length > 0)
    metadata.embeds = [{ type: "message_attachment" }];
  // By time, as every later read gives them (semantics 8.10).
  if (created.files)
    metadata.files = [...created.files].sort((a, b) => a.create_at - b.create_at || (a.id < b.id ? -1 : 1));
  if (draft.priority)
    metadata.priority = { priority: draft.priority, requested_ack: false, persistent_notifications: false };
  return {
    id: values.id,
    create_at: values.at,
    update_at: values.at,
    edit_at: 0,
    delete_at: 0,
    is_pinned: false,
    user_id: values.userId,
    channel_id: values.channelId,
    root_id: values.rootId,
    original_id: "",
    message: values.message,
    type: values.type,
    props: withoutIntegrations(draft.props),
    hashtags: values.hashtags,
    ...(created.files ? { file_ids: created.files.map((file) => file.id) } : {}),
    pending_post_id: draft.pendingPostId,
    remote_id: "",
    has_reactions: false,
    reply_count: created.thread?.replycount ?? 0,
    last_reply_at: 0,
    participants: null,
    metadata,
  };
}
