import { caches } from "../../../cache/caches.ts";
import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { publish } from "../../../events/publish.ts";
import { newId } from "../../../model/id.ts";
import { OUTGOING_COLUMNS, type OutgoingWebhook } from "../../../model/outgoing-webhook.ts";
import { lock } from "../../../ports/sql/lock.ts";
import type { Param } from "../../../ports/sql/sql.ts";
import type { OutgoingFields } from "./check.ts";

const LIVE = `SELECT ${OUTGOING_COLUMNS} FROM outgoingwebhooks h WHERE h.deleteat = 0`;

export async function outgoingWebhook(ctx: Context, id: string): Promise<OutgoingWebhook | undefined> {
  const [found] = await ctx.sql.query<OutgoingWebhook>(`${LIVE} AND h.id = $1`, [id]);
  return found;
}

/** All live hooks of a team, shared and read-only. Costs nothing while cached. */
export async function teamHooks(ctx: Context, teamId: string): Promise<readonly OutgoingWebhook[]> {
  const found = await caches.outgoingHooks.load(teamId, () =>
    ctx.sql.query<OutgoingWebhook>(`${LIVE} AND h.teamid = $1 ORDER BY h.createat, h.id`, [teamId]),
  );
  return found!;
}

export interface OutgoingFilter {
  teamId?: string | undefined;
  channelId?: string | undefined;
  creatorId?: string | undefined;
  perPage: number;
  offset: number;
}

/** One page. One query. */
export function outgoingWebhooks(ctx: Context, filter: OutgoingFilter): Promise<OutgoingWebhook[]> {
  const { teamId, channelId, creatorId, perPage, offset } = filter;
  return ctx.sql.query<OutgoingWebhook>(
    `${LIVE} AND ($1::text IS NULL OR h.teamid = $1) AND ($2::text IS NULL OR h.channelid = $2)
       AND ($3::text IS NULL OR h.creatorid = $3) ORDER BY h.createat, h.id LIMIT $4 OFFSET $5`,
    [teamId ?? null, channelId ?? null, creatorId ?? null, perPage, offset],
  );
}

/** Another live hook of channel $3 in team $2 that would send the same for the same word (semantics 18.11). */
const SAME = `SELECT FROM outgoingwebhooks o WHERE o.teamid = $2::text AND o.channelid = $3::text AND o.deleteat = 0 AND o.id <> $1::text
    AND EXISTS (SELECT FROM json_array_elements_text(CASE WHEN o.triggerwords LIKE '[%' THEN o.triggerwords::json ELSE '[]' END) w
      WHERE w IN (SELECT json_array_elements_text($4::text::json)))
    AND EXISTS (SELECT FROM json_array_elements_text(CASE WHEN o.callbackurls LIKE '[%' THEN o.callbackurls::json ELSE '[]' END) u
      WHERE u IN (SELECT json_array_elements_text($5::text::json)))`;

/** Runs a statement that looks for `SAME`; those of one team take turns. Undefined where it writes nothing. One round trip. */
async function write(ctx: Context, teamId: string, text: string, params: Param[]) {
  const [, rows] = await ctx.sql.batch([lock(`outgoing webhooks ${teamId}`), { text, params }]);
  return rows?.[0] as unknown as OutgoingWebhook | undefined;
}

const valuesOf = (id: string, teamId: string, fields: OutgoingFields) => [
  id,
  teamId,
  fields.channel_id,
  JSON.stringify(fields.trigger_words),
  JSON.stringify(fields.callback_urls),
  fields.trigger_when,
  fields.display_name,
  fields.description,
  fields.content_type,
  fields.username,
  fields.icon_url,
  Date.now(),
];

/** `fields` have been checked. Throws 400 where another hook does the same. One round trip. */
export async function doCreateOutgoing(
  ctx: Context,
  creatorId: string,
  teamId: string,
  fields: OutgoingFields,
): Promise<OutgoingWebhook> {
  const made = await write(
    ctx,
    teamId,
    `INSERT INTO outgoingwebhooks AS h (id, teamid, channelid, triggerwords, callbackurls, triggerwhen, displayname, description,
       contenttype, username, iconurl, createat, updateat, deleteat, creatorid, token)
     SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::integer, $7::text, $8::text, $9::text, $10::text, $11::text,
       $12::bigint, $12::bigint, 0, $13::text, $14::text
     WHERE NOT EXISTS (${SAME}) RETURNING ${OUTGOING_COLUMNS}`,
    [...valuesOf(newId(), teamId, fields), creatorId, newId()],
  );
  if (!made) throw fail("api.webhook.create_outgoing.intersect.app_error");
  await changed(ctx, teamId);
  return made;
}

/** `fields` have been checked. Throws 400 where another hook does the same, or the hook has gone. One round trip. */
export async function doUpdateOutgoing(
  ctx: Context,
  hook: OutgoingWebhook,
  fields: OutgoingFields,
): Promise<OutgoingWebhook> {
  const after = await write(
    ctx,
    hook.team_id,
    `UPDATE outgoingwebhooks AS h SET channelid = $3::text, triggerwords = $4::text, callbackurls = $5::text, triggerwhen = $6::integer,
       displayname = $7, description = $8, contenttype = $9, username = $10, iconurl = $11, updateat = $12::bigint
     WHERE h.id = $1::text AND h.teamid = $2::text AND h.deleteat = 0 AND NOT EXISTS (${SAME}) RETURNING ${OUTGOING_COLUMNS}`,
    valuesOf(hook.id, hook.team_id, fields),
  );
  if (!after) throw fail("api.webhook.update_outgoing.intersect.app_error");
  await changed(ctx, hook.team_id);
  return after;
}

/** From then on nothing is sent. One query. */
export async function doDeleteOutgoing(ctx: Context, hook: OutgoingWebhook): Promise<void> {
  await ctx.sql.query(
    "UPDATE outgoingwebhooks SET deleteat = $2::bigint, updateat = $2::bigint WHERE id = $1 AND deleteat = 0",
    [hook.id, Date.now()],
  );
  await changed(ctx, hook.team_id);
}

/** Another token from now on. Throws 404. One query. */
export async function doRegenToken(ctx: Context, hook: OutgoingWebhook): Promise<OutgoingWebhook> {
  const [after] = await ctx.sql.query<OutgoingWebhook>(
    `UPDATE outgoingwebhooks AS h SET token = $2, updateat = $3::bigint WHERE h.id = $1 AND h.deleteat = 0
     RETURNING ${OUTGOING_COLUMNS}`,
    [hook.id, newId(), Date.now()],
  );
  if (!after) throw fail("app.webhooks.get_outgoing.app_error");
  await changed(ctx, hook.team_id);
  return after;
}

const changed = (ctx: Context, team: string) =>
  publish(ctx, `team:${team}`, [], [{ kind: "outgoing_hooks", team }]);
