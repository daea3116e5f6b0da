import type { Rights } from "../../access/permissions.ts";
import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";
import type { Post } from "../../model/post.ts";
import { splitTexts } from "../../model/post-list.ts";
import { threadText } from "../../model/thread.ts";
import type { User } from "../../model/user.ts";
import { userText, viewOf } from "../../model/user-view.ts";
import { linkedChannels } from "../posts/linked-channels.ts";
import { addMetadata, MAY_HAVE_MORE } from "../posts/metadata/index.ts";
import { visiblePosts } from "../posts/metadata/visible.ts";
import type { ThreadRow, ThreadsRow } from "./sql.ts";

export interface Viewer {
  /** Of the session. */
  userId: string;
  rights: Rights;
}

/** Runs a statement of threads; the users it brings are kept. */
export async function queryThreads(
  ctx: Context,
  { text, params }: { text: string; params: any[] },
): Promise<ThreadsRow> {
  const guard = caches.users.guard();
  const [row] = await ctx.sql.query<ThreadsRow>(text, params);
  for (const user of row!.users ?? []) caches.users.fill(user.id, guard, user);
  return row!;
}

/** The threads' JSON, in their order (semantics 3.7). Participants are users where the statement brought them, else {id}. */
export async function renderThreads(
  ctx: Context,
  viewer: Viewer,
  { threads, texts, users }: ThreadsRow,
): Promise<string[]> {
  const posts = await postTexts(ctx, viewer, splitTexts(texts));
  const byId = users && new Map(users.map((user) => [user.id, user]));
  // A root that is gone for good takes its thread with it, whatever rows were left.
  return (threads ?? [])
    .filter(({ id }) => posts.has(id))
    .map((thread) => render(ctx, viewer, thread, posts.get(thread.id)!, byId));
}

function render(
  ctx: Context,
  viewer: Viewer,
  thread: ThreadRow,
  post: string,
  users: Map<string, User> | null,
): string {
  const text = threadText({
    id: thread.id,
    replyCount: thread.reply_count,
    lastReplyAt: thread.last_reply_at,
    participants: (thread.participants ?? []).flatMap((id) => {
      if (!users) return `{"id":"${id}"}`;
      const user = users.get(id);
      return user ? userText(user, viewOf(id, viewer.userId, false), ctx.config) : [];
    }),
    post,
    urgent: thread.urgent,
    deleteAt: thread.delete_at,
  });
  return (
    text.shared +
    text.own({
      lastViewedAt: thread.last_viewed_at,
      unreadReplies: thread.unread_replies,
      unreadMentions: thread.unread_mentions,
    })
  );
}

/** The posts' final JSON by id: with what only their text tells, without what the viewer may not see. */
async function postTexts(
  ctx: Context,
  { rights }: Viewer,
  posts: { id: string; text: string }[],
): Promise<Map<string, string>> {
  const finished = new Map(posts.map(({ id, text }) => [id, text]));
  const parsed = posts
    .filter(({ text }) => MAY_HAVE_MORE.test(text))
    .map(({ text }) => JSON.parse(text) as Post);
  if (parsed.length === 0) return finished;
  const changed = await addMetadata(ctx, parsed);
  const touched = parsed.filter((post) => changed.has(post) || linkedChannels(post).length > 0);
  for (const post of await visiblePosts(ctx, rights, touched)) finished.set(post.id, JSON.stringify(post));
  return finished;
}
