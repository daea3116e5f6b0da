import type { PostList } from "@mattermost/types/posts";
import type { UserThreadList, UserThreadWithPost } from "@mattermost/types/threads";
import type { Tab } from "./tab.ts";

export type OpenThread = PostList & { has_next: boolean };
export type ShownThread = UserThreadWithPost & { delete_at: number };
export type ThreadList = Omit<UserThreadList, "threads"> & {
  threads: ShownThread[];
  total_unread_urgent_mentions: number;
};

/** What opening a thread asks for; `more` for the pages after, and for what changed since. */
export const openThread = (tab: Tab, id: string, more: Record<string, unknown> = {}) =>
  tab.client.getPaginatedPostThread(id, {
    fetchThreads: true,
    collapsedThreads: true,
    direction: "down",
    perPage: 60,
    ...more,
  } as never) as Promise<OpenThread>;

/** The list of threads, or its counters. */
export const listThreads = (tab: Tab, team: string, options: Record<string, unknown> = {}) =>
  tab.client.getUserThreads(tab.id, team, { extended: true, ...options }) as unknown as Promise<ThreadList>;

/** One thread's unread state. */
export const oneThread = (tab: Tab, team: string, id: string) =>
  tab.client.getUserThread(tab.id, team, id, true) as Promise<ShownThread>;
