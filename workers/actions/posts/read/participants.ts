import { usersByIds } from "../../../access/users.ts";
import type { Context } from "../../../context.ts";
import type { Post } from "../../../model/post.ts";
import { userView } from "../../../model/user-view.ts";

/** Replaces the ids of thread participants by users (collapsedThreadsExtended); what is not cached costs one query. */
export async function withUsers(ctx: Context, posts: Post[]): Promise<void> {
  const ids = posts.flatMap(({ participants }) => participants?.map(({ id }) => id) ?? []);
  if (ids.length === 0) return;
  const users = new Map((await usersByIds(ctx, ids)).map((user) => [user.id, user]));
  for (const post of posts) {
    if (!post.participants) continue;
    post.participants = post.participants.map(({ id }) => {
      const user = users.get(id);
      return user ? { ...userView(user, "other", ctx.config), id } : { id };
    });
  }
}
