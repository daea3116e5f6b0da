import { z } from "zod";
import { channelsByIds } from "../../../access/channels.ts";
import { rightsOf } from "../../../access/permissions.ts";
import { requirePost } from "../../../access/posts.ts";
import { REACTIONS_OF } from "../../../actions/reactions/sql.ts";
import { route } from "../../../http/route.ts";
import type { Reaction } from "../../../model/reaction.ts";
import { idsGiven } from "../posts/get.ts";

/** GET /posts/{id}/reactions. */
export const postReactions = route({
  method: "GET",
  path: "/api/v4/posts/{post_id}/reactions",
  auth: "session",
  access: (r) => requirePost(r, r.param("post_id")),
  handle: (_, { row }) => row.reactions ?? [],
});

/** POST /posts/ids/reactions: by post, empty where there are none; posts that are not readable are left out (semantics 7.6). */
export const bulkReactions = route<string[]>({
  method: "POST",
  path: "/api/v4/posts/ids/reactions",
  auth: "session",
  body: z.array(z.string()),
  access: idsGiven,
  async handle(r) {
    const [posts, rows] = (await r.ctx.sql.batch([
      {
        text: "SELECT id, channelid FROM posts WHERE id = ANY($1::text[]) AND deleteat = 0",
        params: [r.body],
      },
      { text: REACTIONS_OF, params: [r.body] },
    ])) as unknown as [{ id: string; channelid: string }[], { reaction: Reaction }[]];
    const rights = await rightsOf(r);
    const channels = await channelsByIds(r.ctx, new Set(posts.map((post) => post.channelid)));
    const readable = new Set(channels.filter((channel) => rights.readChannel(channel)).map(({ id }) => id));
    const answer: Record<string, Reaction[]> = {};
    for (const post of posts) if (readable.has(post.channelid)) answer[post.id] = [];
    for (const { reaction } of rows) answer[reaction.post_id]?.push(reaction);
    return answer;
  },
});
