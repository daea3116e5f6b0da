import { subjectOf } from "../../../access/identity.ts";
import { Rights, rolePermissions } from "../../../access/permissions.ts";
import { teamById } from "../../../access/teams.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors/app-error.ts";
import { log } from "../../../log/log.ts";
import type { OutgoingWebhook } from "../../../model/outgoing-webhook.ts";
import type { Post } from "../../../model/post.ts";
import { OutboundError } from "../../../ports/outbound/outbound.ts";
import type { Draft } from "../../posts/create.ts";
import { integrationLimits } from "../limits.ts";
import { payloadOf } from "../payload.ts";
import { doPostAsHook } from "../post.ts";
import { teamHooks } from "./store.ts";

/** Whether a post may set off outgoing webhooks at all (semantics 18.8): asks nothing. */
export function mayFire(ctx: Context, { channel, type }: Pick<Draft, "channel" | "type">): boolean {
  return (
    ctx.config.ServiceSettings.EnableOutgoingWebhooks && channel.type === "O" && !type.startsWith("system_")
  );
}

/** The word that sets the hook off, "" where none is needed; undefined where it stays quiet (semantics 18.8). */
export function triggerOf(hook: OutgoingWebhook, channelId: string, message: string): string | undefined {
  if (hook.channel_id !== "" && hook.channel_id !== channelId) return undefined;
  if (hook.trigger_words.length === 0) return hook.channel_id === channelId ? "" : undefined;
  const first = message.trim().split(/\s/, 1)[0] ?? "";
  return hook.trigger_words.find((word) =>
    hook.trigger_when === 1 ? word !== "" && first.startsWith(word) : first === word,
  );
}

/** Sends a stored post to the team's webhooks that want it, all at once, and posts what they answer. Never throws. */
export async function fireOutgoing(ctx: Context, draft: Draft, post: Post): Promise<void> {
  const hooks = await teamHooks(ctx, draft.channel.team_id);
  const calls = hooks.flatMap((hook) => {
    const word = triggerOf(hook, post.channel_id, draft.message);
    return word === undefined ? [] : hook.callback_urls.map((url) => ({ hook, word, url }));
  });
  if (calls.length === 0) return;
  const domain = (await teamById(ctx, draft.channel.team_id))?.name ?? "";
  await Promise.all(
    calls.map(async ({ hook, word, url }) => {
      try {
        const answer = await ask(ctx, url, hook, factsOf(hook, word, domain, draft, post));
        if (answer !== undefined) await postAnswer(ctx, hook, draft, post, answer);
      } catch (error) {
        const expected = error instanceof OutboundError || error instanceof AppError;
        const why = expected ? error.message : String(error);
        log.warn("outgoing webhook failed", { hook_id: hook.id, error: why });
      }
    }),
  );
}

/** What is told (semantics 18.9); `timestamp` in ms. */
function factsOf(
  hook: OutgoingWebhook,
  word: string,
  domain: string,
  { channel, author, message }: Draft,
  post: Post,
) {
  return {
    token: hook.token,
    team_id: hook.team_id,
    team_domain: domain,
    channel_id: post.channel_id,
    channel_name: channel.name,
    timestamp: post.create_at,
    user_id: post.user_id,
    user_name: author.username,
    post_id: post.id,
    text: message,
    trigger_word: word,
    file_ids: (post.file_ids ?? []).join(","),
  };
}

/** The answer's JSON; undefined for an empty one. Throws OutboundError, SyntaxError. */
async function ask(
  ctx: Context,
  url: string,
  hook: OutgoingWebhook,
  facts: ReturnType<typeof factsOf>,
): Promise<unknown> {
  const json = hook.content_type === "application/json";
  const seconds = Math.trunc(facts.timestamp / 1_000);
  const form = Object.entries({ ...facts, timestamp: seconds }).map(([name, value]) => [name, `${value}`]);
  const answer = await ctx.outbound.fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": json ? "application/json" : "application/x-www-form-urlencoded",
      Accept: "application/json",
    },
    body: json ? JSON.stringify(facts) : new URLSearchParams(form).toString(),
    ...integrationLimits(ctx),
  });
  const text = answer.text().trim();
  return text === "" ? undefined : JSON.parse(text);
}

/** Posts the answer as the hook's creator, to the post's channel or in its thread (semantics 18.10). */
async function postAnswer(
  ctx: Context,
  hook: OutgoingWebhook,
  { channel }: Draft,
  post: Post,
  answer: unknown,
): Promise<void> {
  const payload = payloadOf(answer);
  if (payload.text === "" && payload.attachments.length === 0) return;
  const owner = await subjectOf(ctx, hook.creator_id);
  if (!owner || owner.user.delete_at > 0) return;
  const reply = (answer as { response_type?: unknown }).response_type === "comment";
  const rights = new Rights(await rolePermissions(ctx), owner);
  const rootId = reply ? post.root_id || post.id : "";
  await doPostAsHook(ctx, { hook, owner, channel, rights, rootId }, payload);
}
