import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Reaction } from "../../model/reaction.ts";
import { isSystemEmoji } from "../../text/emoji.ts";
import { type ReactionKey, removeStatements, type SavedRow, saveStatements } from "./sql.ts";

const HARD_LIMIT = 500;

/** Saves a reaction and announces it; once more is success too. Throws 404 for post or emoji, 400 past the limit (semantics 7). */
export async function doSaveReaction(ctx: Context, key: ReactionKey): Promise<Reaction> {
  const { UniqueEmojiReactionLimitPerPost, EnableCustomEmoji } = ctx.config.ServiceSettings;
  const custom = !isSystemEmoji(key.emojiName);
  if (custom && !EnableCustomEmoji) throw fail("app.emoji.get_by_name.no_result");
  const limit = Math.min(UniqueEmojiReactionLimitPerPost, HARD_LIMIT);
  const [row] = (await ctx.sql.batch(saveStatements(key, limit, custom)))[1] as unknown as SavedRow[];
  if (!row?.found) throw fail("app.post.get.app_error");
  if (!row.emoji) throw fail("app.emoji.get_by_name.no_result");
  if (!row.reaction) throw fail("app.reaction.save.save.too_many_reactions");
  await notify(ctx, "reaction_added", row.reaction);
  return row.reaction;
}

/** Removes a reaction and announces it; where there is none that is success too. */
export async function doRemoveReaction(ctx: Context, key: ReactionKey): Promise<void> {
  const rows = (await ctx.sql.batch(removeStatements(key)))[1] as unknown as { reaction: Reaction }[];
  if (rows[0]) await notify(ctx, "reaction_removed", rows[0].reaction);
}

async function notify(
  ctx: Context,
  event: "reaction_added" | "reaction_removed",
  reaction: Reaction,
): Promise<void> {
  const channel = reaction.channel_id;
  const message = envelope(event, { reaction: JSON.stringify(reaction) }, { channel_id: channel });
  await publish(ctx, `channel:${channel}`, [message], [{ kind: "posts", channel }]);
}
