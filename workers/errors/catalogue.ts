import { bots } from "./bots.ts";
import { channels } from "./channels.ts";
import { commands } from "./commands.ts";
import { drafts } from "./drafts.ts";
import { emoji } from "./emoji.ts";
import { files } from "./files.ts";
import { hooks } from "./hooks.ts";
import { notifications } from "./notifications.ts";
import { posts } from "./posts.ts";
import { preferences } from "./preferences.ts";
import { reactions } from "./reactions.ts";
import { request } from "./request.ts";
import { roles } from "./roles.ts";
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
  ...teams,
  ...channels,
  ...sidebar,
  ...posts,
  ...reactions,
  ...threads,
  ...search,
  ...files,
  ...hooks,
  ...tokens,
  ...bots,
  ...notifications,
  ...emoji,
  ...drafts,
  ...commands,
} as const;

export type ErrorId = keyof typeof catalogue;
export type Entry = readonly [status: number, message: string];
