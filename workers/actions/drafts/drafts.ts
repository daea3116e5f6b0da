import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import { channelOf } from "../../model/channel.ts";
import { DRAFT_COLUMNS, type Draft, type DraftRow, toDraft } from "../../model/draft.ts";

export interface DraftKey {
  userId: string;
  channelId: string;
  /** "" for one that is no reply. */
  rootId: string;
}

/** Checked by the route. */
export interface DraftValues {
  message: string;
  type: string;
  props: Record<string, unknown>;
  fileIds: string[];
  priority: Record<string, unknown>;
}

/** The user's drafts of a team and of direct and group channels, latest first; of channels that are archived or left none. One query. */
export async function draftsOf(ctx: Context, userId: string, teamId: string): Promise<Draft[]> {
  const rows = await ctx.sql.query<DraftRow>(
    `SELECT ${DRAFT_COLUMNS} FROM drafts d ${channelOf("d.channelid")}
       JOIN channelmembers m ON m.channelid = d.channelid AND m.userid = d.userid
     WHERE d.userid = $1 AND coalesce(d.deleteat, 0) = 0 AND c.deleteat = 0 AND c.teamid = ANY(ARRAY[$2, ''])
     ORDER BY d.updateat DESC`,
    [userId, teamId],
  );
  return rows.map(toDraft);
}

/**
 * Keeps a draft and tells the user's other connections (semantics 17.1). Two statements at most are sent in one batch: the
 * second reads what the first wrote, files included.
 */
export async function doSaveDraft(
  ctx: Context,
  key: DraftKey,
  values: DraftValues,
  connectionId: string,
): Promise<Draft> {
  const { userId, channelId, rootId } = key;
  const { message, type, props, fileIds, priority } = values;
  const params = [userId, channelId, rootId];
  const [, rows] = await ctx.sql.batch([
    {
      text: `INSERT INTO drafts (userid, channelid, rootid, createat, updateat, deleteat, message, type, props, fileids, priority)
        VALUES ($1, $2, $3, $4::bigint, $4::bigint, 0, $5, $6, $7, $8, $9)
        ON CONFLICT (userid, channelid, rootid) DO UPDATE SET updateat = greatest(excluded.updateat, drafts.updateat), deleteat = 0,
          message = excluded.message, type = excluded.type, props = excluded.props, fileids = excluded.fileids,
          priority = excluded.priority`,
      params: [
        ...params,
        Date.now(),
        message,
        type,
        JSON.stringify(props),
        JSON.stringify(fileIds),
        JSON.stringify(priority),
      ],
    },
    {
      text: `SELECT ${DRAFT_COLUMNS} FROM drafts d WHERE d.userid = $1 AND d.channelid = $2 AND d.rootid = $3`,
      params,
    },
  ]);
  const draft = toDraft(rows![0] as unknown as DraftRow);
  await notify(ctx, "draft_created", draft, connectionId);
  return draft;
}

/** Forgets a draft. Nobody is told where `connectionId` is undefined, or there was none. */
export async function doDeleteDraft(
  ctx: Context,
  { userId, channelId, rootId }: DraftKey,
  connectionId?: string,
): Promise<void> {
  const [row] = await ctx.sql.query<DraftRow>(
    `WITH d AS (DELETE FROM drafts WHERE userid = $1 AND channelid = $2 AND rootid = $3 RETURNING *)
     SELECT ${DRAFT_COLUMNS} FROM d`,
    [userId, channelId, rootId],
  );
  if (row && connectionId !== undefined) await notify(ctx, "draft_deleted", toDraft(row), connectionId);
}

async function notify(
  ctx: Context,
  event: "draft_created" | "draft_deleted",
  draft: Draft,
  connectionId: string,
): Promise<void> {
  const { user_id, channel_id } = draft;
  const message = envelope(
    event,
    { draft: JSON.stringify(draft) },
    { user_id, channel_id, omit_connection_id: connectionId },
  );
  await publish(ctx, `user:${user_id}`, [message]);
}
