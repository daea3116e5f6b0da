import { isExpired } from "../../../workers/access/authenticate.ts";
import { type Identity, identityOf } from "../../../workers/access/identity.ts";
import { caches } from "../../../workers/cache/caches.ts";
import type { Context } from "../../../workers/context.ts";

/** The identity behind a token, if it is valid; another node may have extended the session since it was cached here. */
export async function validIdentity(ctx: Context, token: string): Promise<Identity | undefined> {
  const { ServiceSettings } = ctx.config;
  const identity = await identityOf(ctx, token);
  if (!identity || !isExpired(identity, ServiceSettings)) return identity;
  caches.sessions.delete(token);
  const fresh = await identityOf(ctx, token);
  return fresh && !isExpired(fresh, ServiceSettings) ? fresh : undefined;
}
