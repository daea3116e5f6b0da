// What the web client asks when it opens a channel, and what it relies on in the answers (client-flows 6, 7).

import type { PostList } from "@mattermost/types/posts";
import { expect } from "vitest";
import type { WebTab } from "./web-client.ts";

/** What a channel has that the client counts with, in the types it counts with. */
export const CHANNEL = {
  id: expect.stringMatching(/^[a-z0-9]{26}$/),
  delete_at: expect.any(Number),
  total_msg_count: expect.any(Number),
  total_msg_count_root: expect.any(Number),
  last_post_at: expect.any(Number),
  last_root_post_at: expect.any(Number),
  header: expect.any(String),
  purpose: expect.any(String),
  display_name: expect.any(String),
};
/** What a membership has. */
export const MEMBER = {
  roles: expect.any(String),
  msg_count: expect.any(Number),
  msg_count_root: expect.any(Number),
  mention_count: expect.any(Number),
  mention_count_root: expect.any(Number),
  last_viewed_at: expect.any(Number),
  notify_props: expect.objectContaining({ mark_unread: "all" }),
  scheme_user: true,
};

/** Fails unless the client can show the list: in order, with all that it reads of each post, and text for its ends. */
export function expectPosts(list: PostList): void {
  const times = list.order.map((id) => list.posts[id]!.create_at);
  expect(times).toEqual([...times].sort((a, b) => b - a));
  for (const edge of ["prev_post_id", "next_post_id"] as const) expect(typeof list[edge]).toBe("string");
  for (const [id, post] of Object.entries(list.posts)) {
    expect(post).toMatchObject({
      id,
      edit_at: expect.any(Number),
      delete_at: expect.any(Number),
      root_id: expect.any(String),
      type: expect.any(String),
      hashtags: expect.any(String),
      pending_post_id: expect.any(String),
      is_pinned: expect.any(Boolean),
      props: expect.any(Object),
      metadata: expect.any(Object),
      reply_count: expect.any(Number),
      last_reply_at: expect.any(Number),
    });
    expect(Array.isArray(post.props)).toBe(false);
  }
}

/** What the client asks at once when a channel opens that it has not had open. */
export async function openChannel(tab: WebTab, channel: string): Promise<PostList> {
  const user = tab.readable.get("MMUSERID")!;
  const { client } = tab;
  const [posts, stats, viewed] = await Promise.all([
    client.getPostsUnread(channel, user, 30, 30, true, true, false),
    client.getChannelStats(channel, true),
    client.viewMyChannel(channel),
  ]);
  expectPosts(posts);
  expect(stats).toEqual({
    channel_id: channel,
    member_count: expect.any(Number),
    guest_count: 0,
    pinnedpost_count: expect.any(Number),
    files_count: expect.any(Number),
  });
  expect(viewed).toEqual({
    status: "OK",
    last_viewed_at_times: { [channel]: expect.any(Number) },
  });
  return posts;
}
