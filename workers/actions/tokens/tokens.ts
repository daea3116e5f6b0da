import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import { newId } from "../../model/id.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { ENDED, type EndedRow, endedEffects, endSessions } from "../sessions/revoke.ts";

/** A personal access token as it is shown after it was made: without the token itself. */
export interface AccessToken {
  id: string;
  user_id: string;
  description: string;
  is_active: boolean;
}

const COLUMNS =
  "t.id, t.userid AS user_id, coalesce(t.description, '') AS description, t.isactive AS is_active";
const MAX_FOUND = 100;

type Page = { perPage: number; offset: number };

/** Throws 404. */
export async function accessToken(ctx: Context, id: string): Promise<AccessToken> {
  const [found] = await ctx.sql.query<AccessToken>(
    `SELECT ${COLUMNS} FROM useraccesstokens t WHERE t.id = $1`,
    [id],
  );
  if (!found) throw fail("app.user_access_token.get_by_user.app_error");
  return found;
}

/** Of one user, or of everyone. */
export function accessTokens(ctx: Context, page: Page, userId?: string): Promise<AccessToken[]> {
  return ctx.sql.query<AccessToken>(
    `SELECT ${COLUMNS} FROM useraccesstokens t WHERE $3::text IS NULL OR t.userid = $3 ORDER BY t.id LIMIT $1 OFFSET $2`,
    [page.perPage, page.offset, userId ?? null],
  );
}

/** By the id of the token or its user, or by part of the username. */
export function findAccessTokens(ctx: Context, term: string): Promise<AccessToken[]> {
  const pattern = `%${term.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
  return ctx.sql.query<AccessToken>(
    `SELECT ${COLUMNS} FROM useraccesstokens t JOIN users u ON u.id = t.userid
     WHERE t.id = $1 OR t.userid = $1 OR u.username LIKE $2 ORDER BY t.id LIMIT ${MAX_FOUND}`,
    [term, pattern],
  );
}

/** Makes a token; what it answers is the only time that `token` is told (semantics 14.16). */
export async function doCreateToken(
  ctx: Context,
  userId: string,
  description: string,
): Promise<AccessToken & { token: string }> {
  const token = { id: newId(), token: newId(), user_id: userId, description, is_active: true };
  await ctx.sql.query(
    "INSERT INTO useraccesstokens (id, token, userid, description, isactive) VALUES ($1, $2, $3, $4, true)",
    [token.id, token.token, userId, description],
  );
  return token;
}

export async function doEnableToken(ctx: Context, { id }: AccessToken): Promise<void> {
  await ctx.sql.query("UPDATE useraccesstokens SET isactive = true WHERE id = $1", [id]);
}

/** The token stops working at once, its open sockets included; a disabled one may be enabled again. */
export function doDisableToken(ctx: Context, token: AccessToken): Promise<void> {
  return end(ctx, token, "UPDATE useraccesstokens SET isactive = false WHERE id = $1");
}

export function doRevokeToken(ctx: Context, token: AccessToken): Promise<void> {
  return end(ctx, token, "DELETE FROM useraccesstokens WHERE id = $1");
}

/** The session is looked for after the token is locked: its first use may be under way (access/token-session.ts). */
async function end(ctx: Context, { id, user_id }: AccessToken, text: string): Promise<void> {
  const sessions: Statement = {
    text: `WITH ${endSessions("userid = $1 AND props ->> 'user_access_token_id' = $2")} SELECT ${ENDED}`,
    params: [user_id, id],
  };
  const [, rows] = await ctx.sql.batch([{ text, params: [id] }, sessions]);
  await publish(ctx, `user:${user_id}`, [], endedEffects(rows![0] as unknown as EndedRow));
}
