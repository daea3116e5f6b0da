import { z } from "zod";
import type { Rights } from "../../access/permissions.ts";
import type { PostGrant } from "../../access/posts.ts";
import { teamById } from "../../access/teams.ts";
import type { Context } from "../../context.ts";
import { badBody, fail } from "../../errors/app-error.ts";
import { publish } from "../../events/publish.ts";
import type { Channel } from "../../model/channel.ts";
import type { PostAction } from "../../model/interactive.ts";
import type { User } from "../../model/user.ts";
import { slackToMarkdown } from "../../text/slack.ts";
import { MAX_MESSAGE } from "../posts/draft.ts";
import { ephemeralEvent, ephemeralPost } from "../posts/ephemeral.ts";
import { callIntegration } from "./call.ts";
import type { ActionCookie } from "./cookie.ts";
import { makeTrigger } from "./trigger.ts";
import { checkUpdate, doUpdateEphemeral, doUpdateStored } from "./update.ts";

/** A button or menu that somebody has used. */
export interface Press {
  user: User;
  channel: Channel;
  rights: Rights;
  postId: string;
  /** Of the thread; the post itself where it begins one. */
  rootId: string;
  action: Pick<PostAction, "type" | "data_source" | "integration">;
  /** "" of a button. */
  selected: string;
  /** Where the post is stored, or what the action of an ephemeral one came with. */
  stored?: PostGrant;
  cookie?: ActionCookie;
}

const answer = z.object({
  update: z
    .looseObject({
      message: z.string().nullish(),
      props: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
  ephemeral_text: z.string().nullish(),
  skip_slack_parsing: z.boolean().nullish(),
});

/** Asks the action's integration, and does what it answers (semantics 20.3, 20.4). Throws 400. */
export async function doPress(ctx: Context, press: Press): Promise<{ status: string; trigger_id: string }> {
  const url = press.action.integration?.url;
  if (typeof url !== "string" || url === "") throw fail("api.post.do_action.action_id.app_error");
  if (press.action.type === "select" && press.selected === "") throw badBody("selected_option");
  const { triggerId, clientId } = await makeTrigger(ctx, press.user.id);
  const outcome = answer.safeParse(
    (await callIntegration(ctx, url, await factsOf(ctx, press, triggerId))) ?? {},
  );
  if (!outcome.success) throw fail("api.post.do_action.action_integration.app_error");
  const { update, ephemeral_text, skip_slack_parsing } = outcome.data;
  if (update) {
    const wanted = checkUpdate(update);
    if (press.stored) await doUpdateStored(ctx, press.stored, wanted);
    else await doUpdateEphemeral(ctx, press.user.id, press.cookie!, wanted);
  }
  if (ephemeral_text)
    await tell(ctx, press, skip_slack_parsing ? ephemeral_text : slackToMarkdown(ephemeral_text));
  return { status: "OK", trigger_id: clientId };
}

async function factsOf(ctx: Context, press: Press, triggerId: string) {
  const { user, channel, action, selected } = press;
  const team = channel.team_id ? await teamById(ctx, channel.team_id) : undefined;
  return {
    user_id: user.id,
    user_name: user.username,
    channel_id: channel.id,
    channel_name: channel.name,
    team_id: channel.team_id,
    team_domain: team?.name ?? "",
    post_id: press.postId,
    trigger_id: triggerId,
    type: action.type ?? "",
    data_source: action.data_source ?? "",
    context: {
      ...action.integration?.context,
      ...(action.type === "select" ? { selected_option: selected } : {}),
    },
  };
}

/** Something in the thread that only the user sees. */
async function tell(ctx: Context, { user, channel, rootId }: Press, text: string): Promise<void> {
  const message = [...text].slice(0, MAX_MESSAGE).join("");
  const post = ephemeralPost({
    channelId: channel.id,
    userId: user.id,
    message,
    rootId,
    props: { from_webhook: "true" },
  });
  await publish(ctx, `user:${user.id}`, [ephemeralEvent(user.id, post)]);
}
