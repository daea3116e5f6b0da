import { caches } from "../cache/caches.ts";
import type { Context } from "../context.ts";
import { fail, forbidden } from "../errors/app-error.ts";
import type { Req } from "../http/request.ts";
import type { Channel } from "../model/channel.ts";
import { POST_COLUMNS, POST_FROM, type PostRow } from "../model/post.ts";
import { channelAndRights, type Rights, requireSystem } from "./permissions.ts";

/** A post with where it is and what the session may do there. */
export interface PostGrant {
  row: PostRow;
  channel: Channel;
  rights: Rights;
}

/** The post's row, deleted or not; never an earlier version. One query; undefined when there is none. */
export async function postRow(ctx: Context, id: string): Promise<PostRow | undefined> {
  const [row] = await ctx.sql.query<PostRow>(
    `SELECT ${POST_COLUMNS} FROM ${POST_FROM} WHERE p.id = $1 AND p.originalid = ''`,
    [id],
  );
  return row;
}

/** The live post if the session may read it (semantics 4.6); a deleted one only where `deleted`. Throws 404 or 403. */
export async function requirePost(r: Req<any>, id: string, { deleted = false } = {}): Promise<PostGrant> {
  const row = await postRow(r.ctx, id);
  if (!row || (row.delete_at > 0 && !deleted)) throw fail("app.post.get.app_error");
  const [channel, rights] = await channelAndRights(r, row.channel_id);
  if (!rights.readChannel(channel)) throw forbidden();
  return { row, channel, rights };
}

/** `include_deleted` of the query, which only administrators may ask for. Throws 403. */
export async function mayIncludeDeleted(r: Req<any>): Promise<boolean> {
  if (!r.bool("include_deleted")) return false;
  await requireSystem(r, "manage_system");
  return true;
}

/** The channel of a post (deleted ones included) and the session's rights there; free once the post is known. Throws 404. */
export async function channelOfPost(r: Req<any>, postId: string): Promise<[Channel, Rights]> {
  const channelId = await caches.postChannels.load(postId, async () => {
    const [row] = await r.ctx.sql.query<{ channelid: string }>(
      "SELECT channelid FROM posts WHERE id = $1 AND originalid = ''",
      [postId],
    );
    return row?.channelid;
  });
  if (!channelId) throw fail("app.post.get.app_error");
  return channelAndRights(r, channelId);
}
