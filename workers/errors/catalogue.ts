import { bookmarks } from "./bookmarks.ts";
import { bots } from "./bots.ts";
import { brand } from "./brand.ts";
import { channels } from "./channels.ts";
import { commands } from "./commands.ts";
import { consoleTests } from "./console.ts";
import { drafts } from "./drafts.ts";
import { email } from "./email.ts";
import { emoji } from "./emoji.ts";
import { files } from "./files.ts";
import { hooks } from "./hooks.ts";
import { images } from "./images.ts";
import { imports } from "./imports.ts";
import { interactive } from "./interactive.ts";
import { jobs } from "./jobs.ts";
import { notifications } from "./notifications.ts";
import { oauth } from "./oauth.ts";
import { posts } from "./posts.ts";
import { preferences } from "./preferences.ts";
import { reactions } from "./reactions.ts";
import { refused } from "./refused.ts";
import { request } from "./request.ts";
import { roles } from "./roles.ts";
import { scheduledPosts } from "./scheduled-posts.ts";
import { search } from "./search.ts";
import { sessions } from "./sessions.ts";
import { sidebar } from "./sidebar.ts";
import { status } from "./status.ts";
import { system } from "./system.ts";
import { teams } from "./teams.ts";
import { threads } from "./threads.ts";
import { tokens } from "./tokens.ts";
import { users } from "./users.ts";

/** Every error that Edgemost answers: id to [status, message]. One file per noun. */
export const catalogue = {
  ...request,
  ...users,
  ...sessions,
  ...roles,
  ...preferences,
  ...status,
  ...system,
  ...refused,
  ...consoleTests,
  ...brand,
  ...teams,
  ...channels,
  ...sidebar,
  ...posts,
  ...reactions,
  ...threads,
  ...search,
  ...files,
  ...hooks,
  ...images,
  ...interactive,
  ...tokens,
  ...oauth,
  ...bots,
  ...notifications,
  ...email,
  ...emoji,
  ...drafts,
  ...scheduledPosts,
  ...bookmarks,
  ...jobs,
  ...imports,
  ...commands,
} as const;

export type ErrorId = keyof typeof catalogue;
export type Entry = readonly [status: number, message: string];
