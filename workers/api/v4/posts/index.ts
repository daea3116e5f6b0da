import type { Route } from "../../../http/route.ts";
import { channelPosts, postsAroundUnread } from "./channel.ts";
import { createPost } from "./create.ts";
import { deletePost } from "./delete.ts";
import { patchPost, updatePost } from "./edit.ts";
import { createEphemeral } from "./ephemeral.ts";
import { getPost, postFiles, postsByIds } from "./get.ts";
import { editHistory, restoreVersion } from "./history.ts";
import { postInfo } from "./info.ts";
import { licensedPosts } from "./licensed.ts";
import { flaggedPosts, pinnedPosts } from "./lists.ts";
import { pinPost, unpinPost } from "./pin.ts";
import { postThread } from "./thread.ts";
import { setUnread } from "./unread.ts";

export const posts: Route[] = [
  createPost,
  createEphemeral,
  getPost,
  postsByIds,
  postInfo,
  postFiles,
  postThread,
  channelPosts,
  postsAroundUnread,
  pinnedPosts,
  flaggedPosts,
  updatePost,
  patchPost,
  editHistory,
  restoreVersion,
  pinPost,
  unpinPost,
  deletePost,
  setUnread,
  ...licensedPosts,
];
