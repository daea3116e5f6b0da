import { z } from "zod";
import { channelAndRights, requireTeam } from "../../../access/permissions.ts";
import { type DraftKey, doDeleteDraft, doSaveDraft, draftsOf } from "../../../actions/drafts/drafts.ts";
import { MAX_MESSAGE } from "../../../actions/posts/draft.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { connectionOf } from "../../../http/connection.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { runeCount } from "../../../text/clean.ts";

/** Code points, as the column holds them. */
const MAX_PROPS = 8_000;
const MAX_FILES = 10;
const PRIORITIES = new Set(["", "important", "urgent"]);

const body = z.looseObject({
  channel_id: z.string(),
  root_id: z.string().nullish(),
  message: z.string().nullish(),
  type: z.string().max(26).nullish(),
  props: z.record(z.string(), z.unknown()).nullish(),
  file_ids: z.array(z.string()).nullish(),
  priority: z
    .object({
      priority: z.string().nullish(),
      requested_ack: z.boolean().nullish(),
      persistent_notifications: z.boolean().nullish(),
    })
    .nullish(),
});

function requireEnabled(r: Req<any>): void {
  if (!r.ctx.config.ServiceSettings.AllowSyncedDrafts) throw fail("api.drafts.disabled.app_error");
}

/** Drafts are their author's alone, whoever else may edit the account. */
function requireOwn(r: Req<any>): void {
  if (r.param("user_id") !== r.userId) throw forbidden();
}

async function accessSave(r: Req<z.infer<typeof body>>): Promise<DraftKey> {
  requireEnabled(r);
  const { channel_id, root_id } = r.body;
  if (!isId(channel_id)) throw badBody("channel_id");
  if (root_id && !isId(root_id)) throw badBody("root_id");
  const [channel, rights] = await channelAndRights(r, channel_id);
  if (!rights.createPost(channel)) throw forbidden();
  if (channel.delete_at > 0) throw fail("api.draft.create_draft.can_not_draft_to_deleted.error");
  return { userId: r.userId, channelId: channel_id, rootId: root_id ?? "" };
}

/** Throws 400 (the limits of posts, and of the columns). */
function valuesOf(r: Req<z.infer<typeof body>>) {
  const { message, type, props, file_ids, priority } = r.body;
  const values = {
    message: message ?? "",
    type: type ?? "",
    props: props ?? {},
    fileIds: [...new Set(file_ids ?? [])],
    priority: priority ?? {},
  };
  if (runeCount(values.message) > MAX_MESSAGE) throw fail("model.draft.is_valid.message_length.app_error");
  const text = JSON.stringify(values.props);
  if (runeCount(text) > MAX_PROPS || text.includes("\\u0000"))
    throw fail("model.draft.is_valid.props.app_error");
  if (values.fileIds.length > MAX_FILES) throw fail("model.draft.is_valid.file_ids.app_error");
  if (!values.fileIds.every(isId)) throw badBody("file_ids");
  if (!PRIORITIES.has(priority?.priority ?? "")) throw fail("model.draft.is_valid.priority.app_error");
  return values;
}

const deleteDraft = {
  method: "DELETE" as const,
  auth: "session" as const,
  access(r: Req): DraftKey {
    requireEnabled(r);
    requireOwn(r);
    const rootId = "thread_id" in r.path ? r.param("thread_id") : "";
    return { userId: r.userId, channelId: r.param("channel_id"), rootId };
  },
  async handle(r: Req, key: DraftKey) {
    await doDeleteDraft(r.ctx, key, connectionOf(r));
    return OK;
  },
};

export const drafts: Route[] = [
  route<z.infer<typeof body>, DraftKey>({
    method: "POST",
    path: "/api/v4/drafts",
    auth: "session",
    status: 201,
    body,
    access: accessSave,
    async handle(r, key) {
      const values = valuesOf(r);
      if (values.message !== "") return doSaveDraft(r.ctx, key, values, connectionOf(r));
      await doDeleteDraft(r.ctx, key);
      return null;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/{user_id}/teams/{team_id}/drafts",
    auth: "session",
    async access(r) {
      requireEnabled(r);
      requireOwn(r);
      await requireTeam(r, r.param("team_id"), "view_team");
    },
    handle: (r) => draftsOf(r.ctx, r.userId, r.param("team_id")),
  }),
  route({ path: "/api/v4/users/{user_id}/channels/{channel_id}/drafts", ...deleteDraft }),
  route({ path: "/api/v4/users/{user_id}/channels/{channel_id}/drafts/{thread_id}", ...deleteDraft }),
];
