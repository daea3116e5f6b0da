import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import {
  BOOKMARK_COLUMNS,
  BOOKMARK_FROM,
  type ChannelBookmark,
  type ChannelBookmarkRow,
  toBookmark,
} from "../../model/channel-bookmark.ts";
import { newId } from "../../model/id.ts";
import { lock } from "../../ports/sql/lock.ts";
import type { Row, Statement } from "../../ports/sql/sql.ts";
import type { BookmarkValues } from "./check.ts";

/** Live bookmarks of one channel. */
export const MAX_BOOKMARKS = 50;

/** Changes of one channel's bookmarks wait for each other, so that their number and order hold. */
const lockOf = (channelId: string): Statement => lock(`bookmarks ${channelId}`);

const byId = (id: string): Statement => ({
  text: `SELECT ${BOOKMARK_COLUMNS} FROM ${BOOKMARK_FROM} WHERE b.id = $1`,
  params: [id],
});

const live = (channelId: string): Statement => ({
  text: `SELECT ${BOOKMARK_COLUMNS} FROM ${BOOKMARK_FROM} WHERE b.channelid = $1 AND b.deleteat = 0
    ORDER BY b.sortorder, b.createat, b.id`,
  params: [channelId],
});

const one = (rows: Row[] | undefined) =>
  rows?.[0] ? toBookmark(rows[0] as unknown as ChannelBookmarkRow) : undefined;

/**
 * A channel's bookmarks in their order: the live ones, or with `since` (ms) what has changed from then on, deleted ones
 * included. One query.
 */
export async function bookmarksOf(
  ctx: Context,
  channelId: string,
  since: number,
): Promise<ChannelBookmark[]> {
  const { text, params } =
    since > 0
      ? {
          text: `SELECT ${BOOKMARK_COLUMNS} FROM ${BOOKMARK_FROM} WHERE b.channelid = $1 AND b.updateat >= $2::bigint
            ORDER BY b.sortorder, b.createat, b.id`,
          params: [channelId, since],
        }
      : live(channelId);
  return (await ctx.sql.query<ChannelBookmarkRow>(text, params)).map(toBookmark);
}

/** The live bookmark of that channel. One query. Throws 404. */
export async function bookmarkOf(ctx: Context, channelId: string, id: string): Promise<ChannelBookmark> {
  const { text, params } = byId(id);
  const [row] = await ctx.sql.query<ChannelBookmarkRow>(text, params);
  if (!row || row.channel_id !== channelId || row.delete_at > 0)
    throw fail("app.channel.bookmark.get.app_error");
  return toBookmark(row);
}

/**
 * CTE `claimed`: the file $1 becomes a bookmark's, if it was uploaded for one, or by user $2, into channel $3, and neither
 * a post nor another bookmark has it. `$1 = ''`: there is none to claim.
 */
const CLAIM = `claimed AS (UPDATE fileinfo SET creatorid = 'bookmark' WHERE id = $1::text AND channelid = $3::text
  AND coalesce(postid, '') = '' AND deleteat = 0 AND creatorid IN ('bookmark', $2::text)
  AND NOT EXISTS (SELECT 1 FROM channelbookmarks o WHERE o.fileinfoid = $1::text AND o.deleteat = 0) RETURNING id)`;
const CLAIMED = "($1::text = '' OR EXISTS (SELECT 1 FROM claimed))";

/** Adds a bookmark at the end, and tells the channel (semantics 17.6). One batch. Throws 400. */
export async function doCreateBookmark(
  ctx: Context,
  channelId: string,
  userId: string,
  values: BookmarkValues,
  connectionId: string,
): Promise<ChannelBookmark> {
  const id = newId();
  const [, tried, rows] = await ctx.sql.batch([
    lockOf(channelId),
    {
      text: `WITH n AS (SELECT count(*) AS live, coalesce(max(sortorder) + 1, 0) AS next FROM channelbookmarks
          WHERE channelid = $3::text AND deleteat = 0),
        ${CLAIM.replace("RETURNING", `AND (SELECT live FROM n) < ${MAX_BOOKMARKS} RETURNING`)},
        made AS (INSERT INTO channelbookmarks (id, ownerid, channelid, fileinfoid, createat, updateat, deleteat, displayname,
            sortorder, linkurl, imageurl, emoji, type, originalid, parentid)
          SELECT $4, $2, $3, nullif($1, ''), $5::bigint, $5::bigint, 0, $6, n.next, $7, $8, $9, $10::channel_bookmark_type, '', ''
          FROM n WHERE n.live < ${MAX_BOOKMARKS} AND ${CLAIMED} RETURNING id)
        SELECT n.live FROM n`,
      params: [
        values.file_id,
        userId,
        channelId,
        id,
        Date.now(),
        values.display_name,
        values.link_url,
        values.image_url,
        values.emoji,
        values.type,
      ],
    },
    byId(id),
  ]);
  const bookmark = one(rows);
  if (!bookmark) {
    if (Number(tried![0]?.live) >= MAX_BOOKMARKS)
      throw fail("app.channel.bookmark.max.app_error", { limit: MAX_BOOKMARKS });
    throw fail("app.channel.bookmark.file.app_error");
  }
  await notify(ctx, channelId, "channel_bookmark_created", { bookmark }, connectionId);
  return bookmark;
}

export interface UpdatedBookmark {
  updated: ChannelBookmark;
  /** What somebody else's bookmark was before: it has been replaced. */
  deleted?: ChannelBookmark;
}

/**
 * Changes a bookmark; somebody else's is deleted and made anew as the editor's own (semantics 17.6). A file that it no
 * longer has is deleted. One batch. Throws 400, 404.
 */
export async function doUpdateBookmark(
  ctx: Context,
  before: ChannelBookmark,
  userId: string,
  values: BookmarkValues & { sort_order: number },
  connectionId: string,
): Promise<UpdatedBookmark> {
  const own = before.owner_id === userId;
  const at = Math.max(Date.now(), before.update_at + 1);
  const id = own ? before.id : newId();
  const claim = values.file_id === before.file_id ? "" : values.file_id;
  const old = `SELECT b.* FROM channelbookmarks b WHERE b.id = $4 AND b.deleteat = 0 AND ${CLAIMED}`;
  const texts =
    "displayname = $6, sortorder = $7::int, linkurl = $8, imageurl = $9, emoji = $10, fileinfoid = nullif($11, '')";
  const write = own
    ? `UPDATE channelbookmarks b SET updateat = $5::bigint, ${texts} FROM old WHERE b.id = old.id AND $12::text = old.id RETURNING b.id`
    : `INSERT INTO channelbookmarks (id, ownerid, channelid, fileinfoid, createat, updateat, deleteat, displayname, sortorder,
         linkurl, imageurl, emoji, type, originalid, parentid)
       SELECT $12, $2, old.channelid, nullif($11, ''), $5::bigint, $5::bigint, 0, $6, $7::int, $8, $9, $10, old.type, old.id, ''
       FROM old RETURNING id`;
  const retire = own
    ? ""
    : ", retired AS (UPDATE channelbookmarks b SET deleteat = $5::bigint, updateat = $5::bigint FROM old WHERE b.id = old.id)";
  const [, , rows, gone] = await ctx.sql.batch([
    lockOf(before.channel_id),
    {
      text: `WITH ${CLAIM}, old AS (${old}), written AS (${write})${retire},
        dropped AS (UPDATE fileinfo f SET deleteat = $5::bigint, updateat = $5::bigint FROM old
          WHERE f.id = old.fileinfoid AND old.fileinfoid <> $11 AND f.creatorid = 'bookmark')
        SELECT id FROM written`,
      params: [
        claim,
        userId,
        before.channel_id,
        before.id,
        at,
        values.display_name,
        values.sort_order,
        values.link_url,
        values.image_url,
        values.emoji,
        values.file_id,
        id,
      ],
    },
    byId(id),
    byId(before.id),
  ]);
  const updated = one(rows);
  const deleted = one(gone);
  if (!updated || updated.update_at !== at) {
    if (claim && deleted?.delete_at === 0) throw fail("app.channel.bookmark.file.app_error");
    throw fail("app.channel.bookmark.get.app_error");
  }
  const result: UpdatedBookmark = own ? { updated } : { updated, deleted: deleted! };
  await notify(ctx, before.channel_id, "channel_bookmark_updated", { bookmarks: result }, connectionId);
  return result;
}

/**
 * Moves a bookmark to place `index`, from 0; all are numbered anew. Returns all in their order. One batch. Throws 400, 404.
 */
export async function doSortBookmark(
  ctx: Context,
  channelId: string,
  id: string,
  index: number,
  connectionId: string,
): Promise<ChannelBookmark[]> {
  const [, moved, rows] = await ctx.sql.batch([
    lockOf(channelId),
    {
      text: `WITH o AS (SELECT id, row_number() OVER (ORDER BY sortorder, createat, id) - 1 AS place, count(*) OVER () AS total
          FROM channelbookmarks WHERE channelid = $1 AND deleteat = 0),
        n AS (SELECT o.id, CASE WHEN o.id = m.id THEN $3::bigint
            WHEN o.place > m.place AND o.place <= $3::bigint THEN o.place - 1
            WHEN o.place < m.place AND o.place >= $3::bigint THEN o.place + 1 ELSE o.place END AS place
          FROM o JOIN o m ON m.id = $2 WHERE $3::bigint < m.total)
        UPDATE channelbookmarks b SET sortorder = n.place, updateat = $4::bigint FROM n WHERE b.id = n.id RETURNING b.id`,
      params: [channelId, id, index, Date.now()],
    },
    live(channelId),
  ]);
  const bookmarks = (rows as unknown as ChannelBookmarkRow[]).map(toBookmark);
  if (moved!.length === 0) {
    if (bookmarks.some((bookmark) => bookmark.id === id))
      throw fail("app.channel.bookmark.update_sort.invalid_input.app_error");
    throw fail("app.channel.bookmark.get.app_error");
  }
  await notify(ctx, channelId, "channel_bookmark_sorted", { bookmarks }, connectionId);
  return bookmarks;
}

/** Deletes a bookmark and its file. One batch. Throws 404. */
export async function doDeleteBookmark(
  ctx: Context,
  channelId: string,
  id: string,
  connectionId: string,
): Promise<ChannelBookmark> {
  const [gone, rows] = await ctx.sql.batch([
    {
      text: `WITH gone AS (UPDATE channelbookmarks SET deleteat = $3::bigint, updateat = $3::bigint
          WHERE id = $1 AND channelid = $2 AND deleteat = 0 RETURNING id, fileinfoid),
        dropped AS (UPDATE fileinfo f SET deleteat = $3::bigint, updateat = $3::bigint FROM gone
          WHERE f.id = gone.fileinfoid AND f.creatorid = 'bookmark')
        SELECT id FROM gone`,
      params: [id, channelId, Date.now()],
    },
    byId(id),
  ]);
  const bookmark = one(rows);
  if (gone!.length === 0 || !bookmark) throw fail("app.channel.bookmark.get.app_error");
  await notify(ctx, channelId, "channel_bookmark_deleted", { bookmark }, connectionId);
  return bookmark;
}

async function notify(
  ctx: Context,
  channelId: string,
  event: string,
  data: Record<string, unknown>,
  connectionId: string,
): Promise<void> {
  const [[name, value]] = Object.entries(data) as [[string, unknown]];
  const message = envelope(
    event,
    { [name]: JSON.stringify(value) },
    { channel_id: channelId, omit_connection_id: connectionId },
  );
  await publish(ctx, `channel:${channelId}`, [message]);
}
