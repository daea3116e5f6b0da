import { afterAnswer } from "../../after-answer.ts";
import { caches } from "../../cache/caches.ts";
import type { Context } from "../../context.ts";
import type { Post } from "../../model/post.ts";
import type { Draft } from "../posts/create.ts";
import type { Created } from "../posts/create-sql.ts";
import { logUnsent } from "../users/mail.ts";
import { looksAt } from "./active.ts";
import { type Case, wantsEmail, wantsPush } from "./decide.ts";
import { postLetter } from "./letter.ts";
import { pushEnabled, sendPush } from "./proxy.ts";
import { pushOf } from "./push-text.ts";
import { type Recipient, recipients } from "./recipients.ts";

/** Cloudflare holds six connections of a request open at once; the rest is for its own answers. */
const AT_ONCE = 4;

/**
 * Mails and pushes about a post that was just stored (semantics 23). Runs after the answer, on the node that stored it and
 * nowhere else: what is lost with that node is not sent twice. One query, and none where nobody can be concerned.
 */
export function notifyAway(ctx: Context, draft: Draft, post: Post, created: Created): void {
  const email = ctx.config.EmailSettings.SendEmailNotifications && ctx.mail.configured;
  const push = pushEnabled(ctx) && !draft.type.startsWith("system_");
  const mentioned = created.mentioned ?? [];
  const followers = (created.followers ?? []).filter(({ userid }) => userid !== draft.author.id);
  if (!push && !(email && (mentioned.length > 0 || followers.length > 0))) return;
  const followed = new Map(followers.map((follower) => [follower.userid, follower.mentioned]));
  ctx.background(run(ctx, draft, post, new Set(mentioned), followed, { email, push }));
}

async function run(
  ctx: Context,
  draft: Draft,
  post: Post,
  mentioned: Set<string>,
  followed: Map<string, boolean>,
  { email, push }: { email: boolean; push: boolean },
): Promise<void> {
  await afterAnswer();
  const { channel, author } = draft;
  const ids = [...new Set([...mentioned, ...followed.keys()])];
  const found = await recipients(ctx, channel.id, author.id, ids, push);
  const work: (() => Promise<unknown>)[] = [];
  const addresses: string[] = [];
  for (const recipient of found) {
    if (recipient.is_bot) continue;
    const it = caseOf(recipient, draft, mentioned, followed);
    if (push && wantsPush(it)) {
      const message = {
        ...pushOf(ctx.config, draft, post, it.mentioned),
        badge: recipient.badge,
        is_crt_enabled: recipient.collapsed,
      };
      for (const device of recipient.devices ?? []) work.push(() => sendPush(ctx, device, message));
    }
    const verified = recipient.email_verified || !ctx.config.EmailSettings.RequireEmailVerification;
    if (email && verified && recipient.email && wantsEmail(it)) addresses.push(recipient.email);
  }
  if (addresses.length > 0) work.unshift(() => mailTo(ctx, draft, post, addresses));
  const next = async () => {
    for (let job = work.shift(); job; job = work.shift()) await job();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}

function caseOf(
  { id, notify_props, channel_props, status, collapsed }: Recipient,
  { channel, type, rootId }: Draft,
  mentioned: Set<string>,
  followed: Map<string, boolean>,
): Case {
  return {
    user: notify_props,
    channel: channel_props,
    // Newer than the row where this node knows the user.
    status: caches.statuses.get(id)?.status ?? status,
    mentioned: mentioned.has(id) || followed.get(id) === true,
    follower: followed.has(id),
    collapsedReply: rootId !== "" && collapsed,
    channelType: channel.type,
    postType: type,
    looking: looksAt(id, channel.id),
  };
}

async function mailTo(ctx: Context, draft: Draft, post: Post, addresses: string[]): Promise<void> {
  const letter = postLetter(ctx.config, draft, post);
  const results = await ctx.mail.sendAll(addresses.map((to) => ({ to, ...letter })));
  const failure = results.find((result) => result !== undefined);
  if (failure) logUnsent("notification", failure);
}
