import type { Route } from "../http/route.ts";
import { bookmarks } from "./v4/bookmarks/index.ts";
import { bots } from "./v4/bots/index.ts";
import { brand } from "./v4/brand/index.ts";
import { channels } from "./v4/channels/index.ts";
import { commands } from "./v4/commands/index.ts";
import { drafts } from "./v4/drafts/index.ts";
import { email } from "./v4/email/index.ts";
import { emoji } from "./v4/emoji/index.ts";
import { exports } from "./v4/exports/index.ts";
import { files } from "./v4/files/index.ts";
import { groups } from "./v4/groups/index.ts";
import { hooks } from "./v4/hooks/index.ts";
import { images } from "./v4/images/index.ts";
import { imports } from "./v4/imports/index.ts";
import { interactive } from "./v4/interactive/index.ts";
import { jobs } from "./v4/jobs/index.ts";
import { logs } from "./v4/logs/index.ts";
import { notifications } from "./v4/notifications/index.ts";
import { oauth } from "./v4/oauth/index.ts";
import { openapi } from "./v4/openapi/index.ts";
import { plugins } from "./v4/plugins/index.ts";
import { posts } from "./v4/posts/index.ts";
import { preferences } from "./v4/preferences/index.ts";
import { reactions } from "./v4/reactions/index.ts";
import { reminders } from "./v4/reminders/index.ts";
import { reports } from "./v4/reports/index.ts";
import { roles } from "./v4/roles/index.ts";
import { scheduledPosts } from "./v4/scheduled-posts/index.ts";
import { schemes } from "./v4/schemes/index.ts";
import { search } from "./v4/search/index.ts";
import { sessions } from "./v4/sessions/index.ts";
import { sidebar } from "./v4/sidebar/index.ts";
import { status } from "./v4/status/index.ts";
import { system } from "./v4/system/index.ts";
import { teams } from "./v4/teams/index.ts";
import { threads } from "./v4/threads/index.ts";
import { tokens } from "./v4/tokens/index.ts";
import { users } from "./v4/users/index.ts";
import { websocket } from "./v4/websocket/index.ts";

/** Every route that is built; one list per noun. */
export const routes: Route[] = [
  ...system,
  ...users,
  ...sessions,
  ...roles,
  ...preferences,
  ...status,
  ...teams,
  ...channels,
  ...sidebar,
  ...posts,
  ...reactions,
  ...threads,
  ...search,
  ...files,
  ...commands,
  ...interactive,
  ...drafts,
  ...scheduledPosts,
  ...bookmarks,
  ...jobs,
  ...exports,
  ...imports,
  ...email,
  ...emoji,
  ...logs,
  ...notifications,
  ...reminders,
  ...reports,
  ...bots,
  ...tokens,
  ...oauth,
  ...hooks,
  ...groups,
  ...schemes,
  ...brand,
  ...plugins,
  openapi(() => routes),
  ...images,
  ...websocket,
];
