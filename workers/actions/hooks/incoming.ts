import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import type { ErrorId } from "../../errors/catalogue.ts";
import { newId } from "../../model/id.ts";
import { INCOMING_COLUMNS, type IncomingWebhook } from "../../model/incoming-webhook.ts";
import { runeCount } from "../../text/clean.ts";

const LIVE = `SELECT ${INCOMING_COLUMNS} FROM incomingwebhooks h WHERE h.deleteat = 0`;

export async function incomingWebhook(ctx: Context, id: string): Promise<IncomingWebhook | undefined> {
  const [found] = await ctx.sql.query<IncomingWebhook>(`${LIVE} AND h.id = $1`, [id]);
  return found;
}

export interface HookFilter {
  teamId?: string | undefined;
  userId?: string | undefined;
  perPage: number;
  offset: number;
}

/** One page, and how many there are. One query. */
export async function incomingWebhooks(
  ctx: Context,
  { teamId, userId, perPage, offset }: HookFilter,
): Promise<{ incoming_webhooks: IncomingWebhook[]; total_count: number }> {
  const [row] = await ctx.sql.query<{ list: IncomingWebhook[] | null; total: number }>(
    `WITH found AS (${LIVE} AND ($1::text IS NULL OR h.teamid = $1) AND ($2::text IS NULL OR h.userid = $2))
     SELECT (SELECT count(*) FROM found) AS total, (SELECT json_agg(p) FROM (
       SELECT * FROM found ORDER BY create_at, id LIMIT $3 OFFSET $4) p) AS list`,
    [teamId ?? null, userId ?? null, perPage, offset],
  );
  return { incoming_webhooks: row!.list ?? [], total_count: row!.total };
}

export type HookFields = Pick<
  IncomingWebhook,
  "channel_id" | "display_name" | "description" | "username" | "icon_url" | "channel_locked"
>;

const LIMITS = { display_name: 64, description: 500, username: 64, icon_url: 1_024 } as const;

/** Throws 400 (semantics 18.7). */
export function checkHook(fields: HookFields): void {
  for (const [name, limit] of Object.entries(LIMITS) as [keyof typeof LIMITS, number][])
    if (runeCount(fields[name]) > limit)
      throw fail(`model.incoming_hook.${name}.app_error` satisfies ErrorId);
}

/** `fields` have been checked. */
export async function doCreateIncoming(
  ctx: Context,
  userId: string,
  teamId: string,
  fields: HookFields,
): Promise<IncomingWebhook> {
  const [made] = await ctx.sql.query<IncomingWebhook>(
    `INSERT INTO incomingwebhooks AS h (id, createat, updateat, deleteat, userid, channelid, teamid, displayname, description,
       username, iconurl, channellocked)
     VALUES ($1, $2::bigint, $2::bigint, 0, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${INCOMING_COLUMNS}`,
    [newId(), Date.now(), userId, fields.channel_id, teamId, ...texts(fields)],
  );
  return made!;
}

/** `fields` have been checked. Throws 404. */
export async function doUpdateIncoming(
  ctx: Context,
  id: string,
  fields: HookFields,
): Promise<IncomingWebhook> {
  const [changed] = await ctx.sql.query<IncomingWebhook>(
    `UPDATE incomingwebhooks AS h SET updateat = $2::bigint, channelid = $3, displayname = $4, description = $5, username = $6,
       iconurl = $7, channellocked = $8 WHERE id = $1 AND deleteat = 0 RETURNING ${INCOMING_COLUMNS}`,
    [id, Date.now(), fields.channel_id, ...texts(fields)],
  );
  if (!changed) throw fail("app.webhooks.get_incoming.app_error");
  return changed;
}

/** From then on its address is worth nothing. */
export async function doDeleteIncoming(ctx: Context, id: string): Promise<void> {
  await ctx.sql.query(
    "UPDATE incomingwebhooks SET deleteat = $2::bigint, updateat = $2::bigint WHERE id = $1 AND deleteat = 0",
    [id, Date.now()],
  );
}

function texts({ display_name, description, username, icon_url, channel_locked }: HookFields) {
  return [display_name, description, username, icon_url, channel_locked];
}
