import type { Context } from "../../context.ts";
import { BOT_COLUMNS, BOT_FROM, type Bot } from "../../model/bot.ts";

export async function botById(ctx: Context, id: string): Promise<Bot | undefined> {
  const [found] = await ctx.sql.query<Bot>(`SELECT ${BOT_COLUMNS} FROM ${BOT_FROM} WHERE b.userid = $1`, [
    id,
  ]);
  return found;
}

export interface BotFilter {
  /** Only this user's. */
  ownerId?: string | undefined;
  includeDeleted: boolean;
  /** Only those whose owner is no longer active. */
  onlyOrphaned: boolean;
  perPage: number;
  offset: number;
}

export function listBots(ctx: Context, filter: BotFilter): Promise<Bot[]> {
  const { ownerId, includeDeleted, onlyOrphaned, perPage, offset } = filter;
  return ctx.sql.query<Bot>(
    `SELECT ${BOT_COLUMNS} FROM ${BOT_FROM}
     WHERE ($1::text IS NULL OR b.ownerid = $1) AND ($2::boolean OR b.deleteat = 0)
       AND (NOT $3::boolean OR EXISTS (SELECT FROM users o WHERE o.id = b.ownerid AND o.deleteat > 0))
     ORDER BY b.createat, u.username LIMIT $4 OFFSET $5`,
    [ownerId ?? null, includeDeleted, onlyOrphaned, perPage, offset],
  );
}
