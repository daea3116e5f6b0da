import type { PostGrant } from "../../../access/posts.ts";
import { userById } from "../../../access/users.ts";
import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { type Envelope, envelope } from "../../../events/envelope.ts";
import { publish } from "../../../events/publish.ts";
import type { User } from "../../../model/user.ts";
import { keywordPatterns, mentionsUser } from "../mention-count.ts";
import { threadStates } from "./thread-state.ts";
import {
  type Candidate,
  type UnreadAfter,
  type UnreadBefore,
  unreadBefore,
  unreadStatements,
} from "./unread-sql.ts";

const NO_WIDE_TYPES = new Set(["system_header_change", "system_purpose_change"]);

/** Makes everything from a post on unread for a user (semantics 9.4). Throws 404 where the user is not a member. */
export async function doSetUnread(
  ctx: Context,
  { row, channel }: PostGrant,
  userId: string,
  threadsSupported: boolean,
) {
  const user = await userById(ctx, userId);
  if (!user) throw fail("app.user.missing_account.const");
  const direct = channel.type === "D" || channel.type === "G";
  const scope = { channelId: channel.id, userId, createAt: row.create_at };
  const first = unreadBefore({ ...scope, patterns: direct ? null : keywordPatterns(user) });
  const [before] = await ctx.sql.query<UnreadBefore>(first.text, first.params);
  if (!before) throw fail("app.channel.get_member.missing.app_error");
  const mentioning = (before.posts ?? []).filter((post) => direct || mentions(post, user, before.ignoring));
  const collapsed = isCollapsed(ctx, before.collapsed);
  const rewind = row.root_id !== "" && !(collapsed && threadsSupported);
  const statements = unreadStatements({
    ...scope,
    before,
    now: Date.now(),
    mentions: mentioning.length,
    mentionsRoot: mentioning.filter((post) => post.rootid === "").length,
    mentionsUrgent: mentioning.filter((post) => post.urgent).length,
    ...(rewind
      ? {
          rewind: {
            rootId: row.root_id,
            mentions: mentioning.filter((post) => post.rootid === row.root_id).length,
          },
        }
      : {}),
  });
  const after = (await ctx.sql.batch(statements))[0]![0] as unknown as UnreadAfter | undefined;
  if (!after) throw fail("app.channel.get_member.missing.app_error");
  const to = { user_id: userId, team_id: channel.team_id, channel_id: channel.id };
  const events: Envelope[] = [envelope("post_unread", { ...after, post_id: row.id }, to)];
  if (rewind && collapsed) {
    const states = await threadStates(ctx, row.root_id, [userId]);
    events.push(
      ...states.map(({ thread }) =>
        envelope(
          "thread_updated",
          { thread: JSON.stringify(thread) },
          { user_id: userId, team_id: channel.team_id },
        ),
      ),
    );
  }
  // Rewinding makes the user follow the thread, which a kept page of the channel knows of.
  await publish(ctx, `user:${userId}`, events, [
    { kind: "viewed", user: userId, channels: [channel.id] },
    ...(rewind ? [{ kind: "posts" as const, channel: channel.id }] : []),
  ]);
  return { ...after, ...to };
}

/** Whether a user reads threads collapsed (semantics 3.2). */
function isCollapsed(ctx: Context, preference: string | null): boolean {
  const mode = ctx.config.ServiceSettings.CollapsedThreads;
  if (mode === "always_on" || mode === "disabled") return mode === "always_on";
  return preference ? preference === "on" : mode === "default_on";
}

/** Whether a post mentions the user, as if online (semantics 2.3 to 2.8). */
function mentions(post: Candidate, user: User, ignoring: boolean): boolean {
  if (post.type === "system_add_to_channel" && post.added === user.id) return true;
  const wide = !ignoring && !NO_WIDE_TYPES.has(post.type);
  return mentionsUser(user, post.message, { attachments: post.attachments }, wide);
}
