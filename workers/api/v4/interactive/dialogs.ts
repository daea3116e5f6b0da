import { z } from "zod";
import { channelAndRights } from "../../../access/permissions.ts";
import {
  doLookup,
  doOpenDialog,
  doSubmitDialog,
  type OpenDialog,
  type Submission,
} from "../../../actions/interactive/dialog.ts";
import { badBody, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";

const PATH = "/api/v4/actions/dialogs";

const open = z.object({
  trigger_id: z.string().min(1),
  url: z.string().min(1),
  dialog: z.record(z.string(), z.unknown()),
});

const submission = z.object({
  url: z.string().min(1),
  channel_id: z.string(),
  team_id: z.string(),
  submission: z.record(z.string(), z.unknown()).nullish(),
  callback_id: z.string().nullish(),
  state: z.string().nullish(),
  cancelled: z.boolean().nullish(),
  type: z.string().nullish(),
});
type Body = z.infer<typeof submission>;

/** A channel to read, in a team to view (semantics 20.8): what the integration is told comes from these. */
async function access(r: Req<Body>): Promise<Submission> {
  const { channel_id, team_id, callback_id, state, submission, cancelled } = r.body;
  if (!isId(channel_id)) throw badBody("channel_id");
  if (!isId(team_id)) throw badBody("team_id");
  const [channel, rights] = await channelAndRights(r, channel_id);
  if (!rights.readChannel(channel) || !rights.team(team_id, "view_team")) throw forbidden();
  return {
    callback_id: callback_id ?? "",
    state: state ?? "",
    user_id: r.userId,
    channel_id,
    team_id,
    submission: submission ?? {},
    cancelled: cancelled ?? false,
  };
}

/** Interactive dialogs (semantics 20.6 to 20.8). */
export const dialogRoutes = [
  route<OpenDialog>({
    method: "POST",
    path: `${PATH}/open`,
    auth: "optional",
    trusted: true,
    body: open,
    access: anyone,
    async handle(r) {
      await doOpenDialog(r.ctx, r.body);
      return OK;
    },
  }),
  route<Body, Submission>({
    method: "POST",
    path: `${PATH}/submit`,
    auth: "session",
    body: submission,
    access,
    handle: (r, sent) =>
      doSubmitDialog(r.ctx, r.body.url, r.body.type === "refresh" ? "refresh" : "dialog_submission", sent),
  }),
  route<Body, Submission>({
    method: "POST",
    path: `${PATH}/lookup`,
    auth: "session",
    body: submission,
    access,
    handle: (r, sent) => doLookup(r.ctx, r.body.url, sent),
  }),
];
