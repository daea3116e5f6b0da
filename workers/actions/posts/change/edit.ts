import type { Rights } from "../../../access/permissions.ts";
import type { PostGrant } from "../../../access/posts.ts";
import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import type { Channel } from "../../../model/channel.ts";
import { newId } from "../../../model/id.ts";
import { type Post, type PostRow, toPost } from "../../../model/post.ts";
import type { Statement } from "../../../ports/sql/sql.ts";
import { hashtagsOf } from "../../../text/hashtags.ts";
import { fetchLinks, keepLinks } from "../metadata/fetch/links.ts";
import { addMetadata } from "../metadata/index.ts";
import { readableLinks, visibleTo } from "../metadata/visible.ts";
import { notifyEdited } from "./announce.ts";
import { type EditRow, editStatements } from "./edit-sql.ts";
import { lockPost, rootOf } from "./lock.ts";

/** What changes; absent parts stay. Props are final: see `editedProps`. */
export interface PostChange {
  message?: string;
  props?: Record<string, unknown>;
  pinned?: boolean;
  fileIds?: string[];
}

/** Writes an edit, announces it, and returns the post as the editor gets it. Throws 404 when it was deleted meanwhile. */
export async function doEditPost(
  ctx: Context,
  { row, channel, rights }: PostGrant,
  change: PostChange,
): Promise<Post> {
  const message = change.message !== undefined && change.message !== row.message ? change.message : null;
  const props = change.props !== undefined && !sameJson(change.props, row.props) ? change.props : null;
  const fileIds =
    change.fileIds !== undefined && !sameJson(change.fileIds, row.file_ids) ? change.fileIds : null;
  const edited =
    message !== null ||
    fileIds !== null ||
    (props !== null && !sameJson(props.attachments, row.props.attachments));
  const links =
    message !== null || props !== null
      ? await fetchLinks(ctx, { message: message ?? row.message, props: props ?? row.props })
      : new Map();
  const statements: Statement[] = editStatements({
    id: row.id,
    versionId: newId(),
    at: Date.now(),
    message,
    hashtags: message === null ? null : hashtagsOf(message),
    props: props && JSON.stringify(props),
    pinned: change.pinned ?? null,
    fileIds,
    edited,
  });
  const keep = keepLinks(links, row.create_at);
  if (keep) statements.push(keep);
  const [, counters, rows] = (await ctx.sql.batch([lockPost(rootOf(row)), ...statements])) as unknown as [
    unknown,
    EditRow[],
    PostRow[],
  ];
  if (!counters[0] || !rows[0]) throw fail("app.post.get.app_error");
  return announced(ctx, channel, rights, rows[0], counters[0]);
}

async function announced(
  ctx: Context,
  channel: Channel,
  rights: Rights,
  row: PostRow,
  counters: EditRow,
): Promise<Post> {
  const post = toPost(row);
  await addMetadata(ctx, [post]);
  await notifyEdited(ctx, channel, post, counters);
  return visibleTo(post, await readableLinks(ctx, rights, [post]));
}

/** By content, whatever the order of keys (jsonb has its own). */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (
    typeof a !== "object" ||
    typeof b !== "object" ||
    a === null ||
    b === null ||
    Array.isArray(a) !== Array.isArray(b)
  )
    return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) => key in b && sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  );
}
