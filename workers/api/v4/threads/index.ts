import type { Route } from "../../../http/route.ts";
import { followThread, unfollowThread } from "./follow.ts";
import { getThread, listThreads, threadMentionCounts } from "./list.ts";
import { readAllThreads, readThread, unreadThread } from "./read.ts";

export const threads: Route[] = [
  listThreads,
  threadMentionCounts,
  getThread,
  readAllThreads,
  readThread,
  unreadThread,
  followThread,
  unfollowThread,
];
