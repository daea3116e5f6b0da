import { z } from "zod";
import { channelOfPost } from "../../../access/posts.ts";
import { doRemoveReaction, doSaveReaction } from "../../../actions/reactions/reactions.ts";
import type { ReactionKey } from "../../../actions/reactions/sql.ts";
import { badBody, badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";

/** Semantics 7.1: letters, digits, - + _, at most 64. */
const NAME = /^[a-zA-Z0-9\-+_]{1,64}$/;

const body = z.looseObject({ user_id: z.string(), post_id: z.string(), emoji_name: z.string() });

/** POST /reactions. */
export const saveReaction = route<z.infer<typeof body>, ReactionKey>({
  method: "POST",
  path: "/api/v4/reactions",
  auth: "session",
  body,
  async access(r) {
    const { user_id, post_id, emoji_name } = r.body;
    if (!isId(user_id)) throw badBody("user_id");
    if (!isId(post_id)) throw badBody("post_id");
    if (!NAME.test(emoji_name)) throw badBody("emoji_name");
    if (user_id !== r.userId) throw fail("api.reaction.save_reaction.user_id.app_error");
    const [channel, rights] = await channelOfPost(r, post_id);
    if (!rights.channel(channel, "add_reaction")) throw forbidden();
    if (channel.delete_at > 0) throw fail("api.reaction.save.archived_channel.app_error");
    return { userId: user_id, postId: post_id, emojiName: emoji_name };
  },
  handle: (r, key) => doSaveReaction(r.ctx, key),
});

/** DELETE /users/{id}/posts/{id}/reactions/{name}: remove_reaction, and remove_others_reactions for others' (semantics 7.4). */
export const deleteReaction = route<undefined, ReactionKey>({
  method: "DELETE",
  path: "/api/v4/users/{user_id}/posts/{post_id}/reactions/{emoji_name}",
  auth: "session",
  async access(r) {
    const userId = r.param("user_id");
    const postId = r.param("post_id");
    const emojiName = r.path.emoji_name ?? "";
    if (!NAME.test(emojiName)) throw badUrl("emoji_name");
    const [channel, rights] = await channelOfPost(r, postId);
    if (!rights.channel(channel, "remove_reaction")) throw forbidden();
    if (userId !== r.userId && !rights.system("remove_others_reactions")) throw forbidden();
    if (channel.delete_at > 0) throw fail("api.reaction.delete.archived_channel.app_error");
    return { userId, postId, emojiName };
  },
  async handle(r, key) {
    await doRemoveReaction(r.ctx, key);
    return OK;
  },
});
