import type { Statement } from "../../../ports/sql/sql.ts";

/**
 * The first statement of a batch that changes a post or what hangs on it: whoever changes it at the same time waits, and
 * the next statement sees what was written meanwhile. Rows are locked in one order, so that nobody waits in a ring: the
 * thread's root, its replies, the channel, its members, the thread, its followers; reactions after their post. `id`: the
 * root's where a thread is concerned.
 */
export const lockPost = (id: string): Statement => ({
  text: "SELECT 1 FROM posts WHERE id = $1 FOR UPDATE",
  params: [id],
});

/** What `lockPost` takes for all that is written about a post and its thread. */
export const rootOf = (post: { id: string; root_id: string }): string => post.root_id || post.id;
