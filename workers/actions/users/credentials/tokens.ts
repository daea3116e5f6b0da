import type { Context } from "../../../context.ts";
import { isId, randomToken } from "../../../model/id.ts";

export type TokenType = "password_recovery" | "verify_email" | "team_invitation" | "guest_invitation";

const TOKEN_LENGTH = 64;
const HOUR_MS = 3_600_000;

/** How long a token of each type may be used (semantics 14.13). */
const LIFE_MS: Record<TokenType, number> = {
  password_recovery: 24 * HOUR_MS,
  verify_email: 24 * HOUR_MS,
  team_invitation: 48 * HOUR_MS,
  guest_invitation: 48 * HOUR_MS,
};

export interface TokenRow<E> {
  token: string;
  extra: E;
  expired: boolean;
}

/** A new token about an account; older recovery tokens of the same user go (semantics 14.13). */
export async function makeToken(
  ctx: Context,
  type: "password_recovery" | "verify_email",
  extra: { UserId: string; Email: string },
): Promise<string> {
  const token = randomToken(TOKEN_LENGTH);
  if (!isId(extra.UserId)) throw new Error("a token needs a user");
  await ctx.sql.query(
    `WITH older AS (DELETE FROM tokens WHERE type = 'password_recovery' AND $3 = 'password_recovery' AND extra LIKE $5)
     INSERT INTO tokens (token, createat, type, extra) VALUES ($1, $2, $3, $4)`,
    [token, Date.now(), type, JSON.stringify(extra), `%"UserId":"${extra.UserId}"%`],
  );
  return token;
}

/** A token of `type`, expired or not; undefined if there is none. */
export async function findToken<E>(
  ctx: Context,
  token: string,
  type: TokenType,
): Promise<TokenRow<E> | undefined> {
  if (!new RegExp(`^[a-z0-9]{${TOKEN_LENGTH}}$`).test(token)) return undefined;
  const [row] = await ctx.sql.query<{ createat: number; extra: string }>(
    "SELECT createat, extra FROM tokens WHERE token = $1 AND type = $2",
    [token, type],
  );
  if (!row) return undefined;
  try {
    return { token, extra: JSON.parse(row.extra) as E, expired: row.createat + LIFE_MS[type] < Date.now() };
  } catch {
    return undefined;
  }
}
