import { z } from "zod";
import { requireOwner } from "../../../access/integrations.ts";
import { channelAndRights, type Rights, rightsOf } from "../../../access/permissions.ts";
import {
  checkHook,
  doCreateIncoming,
  doDeleteIncoming,
  doUpdateIncoming,
  type HookFields,
  incomingWebhook,
  incomingWebhooks,
} from "../../../actions/hooks/incoming.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { badBody, badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { Channel } from "../../../model/channel.ts";
import { isId } from "../../../model/id.ts";
import type { IncomingWebhook } from "../../../model/incoming-webhook.ts";

const PATH = "/api/v4/hooks/incoming";
const ONE = `${PATH}/{hook_id}`;
const OWN = "manage_own_incoming_webhooks";
const OTHERS = "manage_others_incoming_webhooks";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const fields = {
  channel_id: z.string(),
  display_name: text,
  description: text,
  username: text,
  icon_url: text,
  channel_locked: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
};
const create = z.object({ ...fields, user_id: text });
const update = z.object({ ...fields, id: z.string() });

function requireEnabled(r: Req<any>): void {
  if (!r.ctx.config.ServiceSettings.EnableIncomingWebhooks)
    throw fail("api.incoming_webhook.disabled.app_error");
}

/** The channel that a hook is to post into: of a team, and one that the session may read. Throws 400, 403, 404. */
async function requireTarget(r: Req<{ channel_id: string }>): Promise<{ channel: Channel; rights: Rights }> {
  if (!isId(r.body.channel_id)) throw badBody("channel_id");
  const [channel, rights] = await channelAndRights(r, r.body.channel_id);
  const readable = channel.type === "O" || rights.readChannel(channel);
  if (!rights.team(channel.team_id, OWN) || !readable) throw forbidden();
  if (!channel.team_id || channel.delete_at > 0) throw badBody("channel_id");
  return { channel, rights };
}

/** The hook of the path, if the session may manage it and read its channel. Throws 404, 403. */
async function requireHook(r: Req<any>): Promise<IncomingWebhook> {
  requireEnabled(r);
  const id = r.param("hook_id");
  const rights = await rightsOf(r);
  const hook = await incomingWebhook(r.ctx, id);
  if (!hook) throw fail("app.webhooks.get_incoming.app_error");
  const [channel] = await channelAndRights(r, hook.channel_id);
  const readable = channel.type === "O" || rights.readChannel(channel);
  const permission = hook.user_id === r.userId ? OWN : OTHERS;
  if (!rights.team(hook.team_id, OWN) || !rights.team(hook.team_id, permission) || !readable)
    throw forbidden();
  return hook;
}

/** Who may not go around it has its hooks locked to their channel. */
function lockedFields(body: HookFields, rights: Rights, teamId: string): HookFields {
  const { channel_id, display_name, description, username, icon_url } = body;
  const channel_locked = body.channel_locked || !rights.team(teamId, "bypass_incoming_webhook_channel_lock");
  return { channel_id, display_name, description, username, icon_url, channel_locked };
}

/** Incoming webhooks (semantics 18.7). */
export const incomingRoutes = [
  route<z.infer<typeof create>, { channel: Channel; rights: Rights; userId: string }>({
    method: "POST",
    path: PATH,
    auth: "session",
    status: 201,
    body: create,
    async access(r) {
      requireEnabled(r);
      const { channel, rights } = await requireTarget(r);
      const wanted = { teamId: channel.team_id, owner: r.body.user_id, field: "user_id", others: OTHERS };
      const userId = await requireOwner(r, rights, wanted);
      return { channel, rights, userId };
    },
    async handle(r, { channel, rights, userId }) {
      const wanted = lockedFields(r.body, rights, channel.team_id);
      checkHook(wanted);
      const hook = await doCreateIncoming(r.ctx, userId, channel.team_id, wanted);
      audit(r, "success");
      return hook;
    },
  }),
  route({
    method: "GET",
    path: PATH,
    auth: "session",
    async access(r) {
      requireEnabled(r);
      const teamId = r.text("team_id");
      if (teamId && !isId(teamId)) throw badUrl("team_id");
      const rights = await rightsOf(r);
      const may = (permission: string) =>
        teamId ? rights.team(teamId, permission) : rights.system(permission);
      if (!may(OWN)) throw forbidden();
      return { teamId: teamId || undefined, userId: may(OTHERS) ? undefined : r.userId };
    },
    async handle(r, filter) {
      const { perPage, offset } = r.page;
      const found = await incomingWebhooks(r.ctx, { ...filter, perPage, offset });
      return r.bool("include_total_count") ? found : found.incoming_webhooks;
    },
  }),
  route({ method: "GET", path: ONE, auth: "session", access: requireHook, handle: (_r, hook) => hook }),
  route<z.infer<typeof update>, { hook: IncomingWebhook; rights: Rights }>({
    method: "PUT",
    path: ONE,
    auth: "session",
    status: 201,
    body: update,
    async access(r) {
      if (r.body.id !== r.param("hook_id")) throw badBody("hook_id");
      const hook = await requireHook(r);
      const { channel, rights } = await requireTarget(r);
      if (channel.team_id !== hook.team_id) throw fail("api.webhook.team_mismatch.app_error");
      return { hook, rights };
    },
    async handle(r, { hook, rights }) {
      const wanted = lockedFields(r.body, rights, hook.team_id);
      checkHook(wanted);
      const changed = await doUpdateIncoming(r.ctx, hook.id, wanted);
      audit(r, "success");
      return changed;
    },
  }),
  route({
    method: "DELETE",
    path: ONE,
    auth: "session",
    access: requireHook,
    async handle(r, hook) {
      await doDeleteIncoming(r.ctx, hook.id);
      audit(r, "success");
      return OK;
    },
  }),
];
