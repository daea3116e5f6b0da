import { z } from "zod";
import { audit } from "../../../actions/sessions/audit.ts";
import {
  accessTokens,
  doCreateToken,
  doDisableToken,
  doEnableToken,
  doRevokeToken,
  findAccessTokens,
} from "../../../actions/tokens/tokens.ts";
import { sendMailLater } from "../../../actions/users/mail.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { type Route, route } from "../../../http/route.ts";
import { runeCount } from "../../../text/clean.ts";
import { requireAll, requireNamed, requireOwner, requireToken } from "./access.ts";

const MAX_DESCRIPTION = 255;
const MAX_TERM = 64;
const named = z.object({ token_id: z.string() });

/** A route that does something to the token that its body names. */
const change = (path: string, permission: string, work: typeof doRevokeToken): Route =>
  route({
    method: "POST",
    path: `/api/v4/users/tokens/${path}`,
    auth: "session",
    body: named,
    access: requireNamed(permission),
    async handle(r, token) {
      await work(r.ctx, token);
      audit(r, `token_id=${token.id}`, token.user_id);
      return OK;
    },
  });

/** Personal access tokens (semantics 14.16). */
export const tokens: Route[] = [
  route({
    method: "GET",
    path: "/api/v4/users/tokens",
    auth: "session",
    access: requireAll,
    handle: (r) => accessTokens(r.ctx, r.page),
  }),
  route({
    method: "POST",
    path: "/api/v4/users/tokens/search",
    auth: "session",
    body: z.object({ term: z.string() }),
    access: requireAll,
    handle(r) {
      const term = r.body.term.trim();
      if (term === "" || term.length > MAX_TERM) throw badBody("term");
      return findAccessTokens(r.ctx, term);
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/tokens/{token_id}",
    auth: "session",
    access: (r) => requireToken(r, "read_user_access_token", r.param("token_id")),
    handle: (_r, token) => token,
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/tokens",
    auth: "session",
    access: (r) => requireOwner(r, "read_user_access_token", r.param("user_id")),
    handle: (r, owner) => accessTokens(r.ctx, r.page, owner.id),
  }),
  route({
    method: "POST",
    path: "/api/v4/users/{user_id}/tokens",
    auth: "session",
    body: z.object({ description: z.string() }),
    access(r) {
      // What an OAuth app asks for is not the user's wish.
      if (r.me.session.is_oauth) throw forbidden();
      return requireOwner(r, "create_user_access_token", r.param("user_id"));
    },
    async handle(r, owner) {
      const { description } = r.body;
      if (description === "") throw badBody("description");
      if (runeCount(description) > MAX_DESCRIPTION)
        throw fail("model.user_access_token.is_valid.description.app_error");
      const token = await doCreateToken(r.ctx, owner.id, description);
      audit(r, `success - token_id=${token.id}`, owner.id);
      if (!owner.is_bot) sendMailLater(r.ctx, { to: owner.email, kind: "token_created" });
      return token;
    },
  }),
  change("revoke", "revoke_user_access_token", doRevokeToken),
  change("disable", "revoke_user_access_token", doDisableToken),
  change("enable", "create_user_access_token", doEnableToken),
];
