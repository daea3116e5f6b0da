import { subjectOf } from "../../access/identity.ts";
import { Rights, rolePermissions } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import type { Post } from "../../model/post.ts";
import { type Draft, doCreatePost } from "./create.ts";

const TYPE = "system_auto_responder";

/** Whether the post may make the other user's auto-responder answer (semantics 1.26). */
export function mayRespond({ channel, author, type, props }: Draft): boolean {
  return (
    channel.type === "D" &&
    !author.is_bot &&
    type !== TYPE &&
    props.from_webhook !== "true" &&
    channel.name.split("__").some((id) => id !== author.id)
  );
}

/** Posts the other user's automatic answer, at most once per channel and UTC day (semantics 1.26). */
export async function autoRespond(ctx: Context, { channel, author }: Draft, post: Post): Promise<void> {
  const otherId = channel.name.split("__").find((id) => id !== author.id);
  const other = otherId && (await subjectOf(ctx, otherId));
  if (!other || other.user.delete_at > 0) return;
  const { auto_responder_active, auto_responder_message } = other.user.notify_props;
  if (auto_responder_active !== "true" || !auto_responder_message) return;
  const day = new Date(post.create_at).toISOString().slice(0, 10);
  const draft: Draft = {
    channel,
    author: other.user,
    rootId: post.root_id || post.id,
    message: auto_responder_message,
    type: TYPE,
    props: {},
    fileIds: [],
    priority: "",
    pendingPostId: `${TYPE} ${channel.id} ${day}`,
    createAt: 0,
  };
  const rights = new Rights(await rolePermissions(ctx), other);
  // The pending id makes the id of the post: the database takes one of a day, whatever happens at the same time.
  await doCreatePost(ctx, draft, { rights, setOnline: false, markViewed: false, once: true });
}
