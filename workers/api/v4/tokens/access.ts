import { requireAccountOf } from "../../../access/accounts.ts";
import { requireSystem } from "../../../access/permissions.ts";
import { type AccessToken, accessToken } from "../../../actions/tokens/tokens.ts";
import { badBody, fail } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { isId } from "../../../model/id.ts";
import type { User } from "../../../model/user.ts";

/** Bots have tokens where nobody else has. Throws 501. */
function requireEnabled(r: Req<any>, of?: User): void {
  if (!r.ctx.config.ServiceSettings.EnableUserAccessTokens && !of?.is_bot)
    throw fail("app.user_access_token.disabled");
}

/** The account whose tokens the session may do `permission` with: its own, a bot's it manages, one it may edit. */
export async function requireOwner(r: Req<any>, permission: string, userId: string): Promise<User> {
  await requireSystem(r, permission);
  const owner = await requireAccountOf(r, userId);
  requireEnabled(r, owner);
  return owner;
}

/** The token of id `id`, on the same terms. Throws 404 first. */
export async function requireToken(r: Req<any>, permission: string, id: string): Promise<AccessToken> {
  await requireSystem(r, permission);
  const token = await accessToken(r.ctx, id);
  await requireOwner(r, permission, token.user_id);
  return token;
}

/** The token that the body names. */
export function requireNamed(permission: string) {
  return (r: Req<{ token_id: string }>): Promise<AccessToken> => {
    if (!isId(r.body.token_id)) throw badBody("token_id");
    return requireToken(r, permission, r.body.token_id);
  };
}

/** Everyone's tokens. */
export async function requireAll(r: Req<any>): Promise<void> {
  await requireSystem(r, "manage_system");
  requireEnabled(r);
}
