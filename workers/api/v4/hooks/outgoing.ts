import { z } from "zod";
import { channelById } from "../../../access/channels.ts";
import { requireOwner } from "../../../access/integrations.ts";
import { channelAndRights, rightsOf } from "../../../access/permissions.ts";
import { checkOutgoing, type OutgoingFields } from "../../../actions/hooks/outgoing/check.ts";
import {
  doCreateOutgoing,
  doDeleteOutgoing,
  doRegenToken,
  doUpdateOutgoing,
  outgoingWebhook,
  outgoingWebhooks,
} from "../../../actions/hooks/outgoing/store.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { badBody, badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { mergeFields } from "../../../http/merge-fields.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import type { OutgoingWebhook } from "../../../model/outgoing-webhook.ts";

const PATH = "/api/v4/hooks/outgoing";
const ONE = `${PATH}/{hook_id}`;
const OWN = "manage_own_outgoing_webhooks";
const OTHERS = "manage_others_outgoing_webhooks";

const fields = {
  channel_id: z.string().nullish(),
  trigger_words: z.array(z.string()).nullish(),
  trigger_when: z.number().int().nullish(),
  callback_urls: z.array(z.string()).nullish(),
  display_name: z.string().nullish(),
  description: z.string().nullish(),
  content_type: z.string().nullish(),
  username: z.string().nullish(),
  icon_url: z.string().nullish(),
};
const create = z.object({ ...fields, team_id: z.string(), creator_id: z.string().nullish() });
const update = z.object({ ...fields, id: z.string() });

type Sent = { [K in keyof OutgoingFields]?: OutgoingFields[K] | null | undefined };

const EMPTY: OutgoingFields = {
  channel_id: "",
  trigger_words: [],
  trigger_when: 0,
  callback_urls: [],
  display_name: "",
  description: "",
  content_type: "",
  username: "",
  icon_url: "",
};

const FIELDS = Object.keys(EMPTY) as (keyof OutgoingFields)[];

/** The fields that were sent, and of the others what there was before. Each trigger word and address once. */
function fieldsOf(sent: Sent, before: OutgoingFields): OutgoingFields {
  const merged = mergeFields(sent, before, FIELDS);
  const { trigger_words, callback_urls } = merged;
  return {
    ...merged,
    trigger_words: [...new Set(trigger_words)],
    callback_urls: [...new Set(callback_urls)],
  };
}

function requireEnabled(r: Req<any>): void {
  if (!r.ctx.config.ServiceSettings.EnableOutgoingWebhooks)
    throw fail("api.outgoing_webhook.disabled.app_error");
}

/** A hook listens to one live open channel of its team, or to all of them (""). Throws 400, 403. */
async function requireOpen(r: Req<any>, channelId: string, teamId: string): Promise<void> {
  if (channelId === "") return;
  const channel = isId(channelId) ? await channelById(r.ctx, channelId) : undefined;
  if (!channel || channel.delete_at > 0) throw badBody("channel_id");
  if (channel.type !== "O") throw fail("api.webhook.create_outgoing.not_open.app_error");
  if (channel.team_id !== teamId) throw fail("api.webhook.create_outgoing.permissions.app_error");
}

/** The hook of the path, if the session may manage it. Throws 403, 404. */
async function requireHook(r: Req<any>): Promise<OutgoingWebhook> {
  requireEnabled(r);
  const id = r.param("hook_id");
  const rights = await rightsOf(r);
  const hook = await outgoingWebhook(r.ctx, id);
  if (!hook) throw fail("app.webhooks.get_outgoing.app_error");
  const permission = hook.creator_id === r.userId ? OWN : OTHERS;
  if (!rights.team(hook.team_id, OWN) || !rights.team(hook.team_id, permission)) throw forbidden();
  return hook;
}

/** What GET lists: by channel, by team or of all teams; of others only with the right to (endpoints.tsv). */
async function requireList(r: Req<any>) {
  requireEnabled(r);
  const [channelId, teamId] = [r.text("channel_id"), r.text("team_id")];
  if (channelId && !isId(channelId)) throw badUrl("channel_id");
  if (teamId && !isId(teamId)) throw badUrl("team_id");
  const [channel, rights] = channelId
    ? await channelAndRights(r, channelId)
    : ([undefined, await rightsOf(r)] as const);
  const may = (permission: string) => {
    if (channel) return rights.channel(channel, permission);
    return teamId ? rights.team(teamId, permission) : rights.system(permission);
  };
  if (!may(OWN)) throw forbidden();
  return {
    channelId: channelId || undefined,
    teamId: channelId ? undefined : teamId || undefined,
    creatorId: may(OTHERS) ? undefined : r.userId,
  };
}

/** Outgoing webhooks (semantics 18.8 to 18.11). */
export const outgoingRoutes = [
  route<z.infer<typeof create>, string>({
    method: "POST",
    path: PATH,
    auth: "session",
    status: 201,
    body: create,
    async access(r) {
      requireEnabled(r);
      const { team_id, channel_id, creator_id } = r.body;
      if (!isId(team_id)) throw badBody("team_id");
      const rights = await rightsOf(r);
      if (!rights.team(team_id, OWN)) throw forbidden();
      const wanted = { teamId: team_id, owner: creator_id, field: "creator_id", others: OTHERS };
      const creatorId = await requireOwner(r, rights, wanted);
      await requireOpen(r, channel_id ?? "", team_id);
      return creatorId;
    },
    async handle(r, creatorId) {
      const wanted = fieldsOf(r.body, EMPTY);
      checkOutgoing(wanted);
      const hook = await doCreateOutgoing(r.ctx, creatorId, r.body.team_id, wanted);
      audit(r, "success");
      return hook;
    },
  }),
  route({
    method: "GET",
    path: PATH,
    auth: "session",
    access: requireList,
    handle: (r, filter) => outgoingWebhooks(r.ctx, { ...filter, ...r.page }),
  }),
  route({ method: "GET", path: ONE, auth: "session", access: requireHook, handle: (_r, hook) => hook }),
  route<z.infer<typeof update>, OutgoingWebhook>({
    method: "PUT",
    path: ONE,
    auth: "session",
    body: update,
    async access(r) {
      if (r.body.id !== r.param("hook_id")) throw badBody("hook_id");
      const hook = await requireHook(r);
      const channelId = r.body.channel_id ?? hook.channel_id;
      if (channelId !== hook.channel_id) await requireOpen(r, channelId, hook.team_id);
      return hook;
    },
    async handle(r, hook) {
      const wanted = fieldsOf(r.body, hook);
      checkOutgoing(wanted);
      const changed = await doUpdateOutgoing(r.ctx, hook, wanted);
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
      await doDeleteOutgoing(r.ctx, hook);
      audit(r, "success");
      return OK;
    },
  }),
  route({
    method: "POST",
    path: `${ONE}/regen_token`,
    auth: "session",
    access: requireHook,
    async handle(r, hook) {
      const changed = await doRegenToken(r.ctx, hook);
      audit(r, "success");
      return changed;
    },
  }),
];
