import { mentionCounts } from "../../../actions/threads/follow.ts";
import { queryThreads, renderThreads } from "../../../actions/threads/render.ts";
import { threadStatement, threadsStatement } from "../../../actions/threads/sql.ts";
import { badUrl, fail } from "../../../errors/app-error.ts";
import { rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { accessTeam, accessThread } from "./access.ts";

const NO_TOTALS = {
  total: 0,
  total_unread_threads: 0,
  total_unread_mentions: 0,
  total_unread_urgent_mentions: 0,
};

/** GET threads: followed threads of a team and of direct messages (semantics 3.8). */
export const listThreads = route({
  method: "GET",
  path: "/api/v4/users/{user_id}/teams/{team_id}/threads",
  auth: "session",
  access: accessTeam,
  async handle(r, { userId, teamId, rights }) {
    const totalsOnly = r.bool("totalsOnly");
    const threadsOnly = r.bool("threadsOnly");
    if (totalsOnly && threadsOnly) throw fail("api.thread.list.both_only.app_error");
    const before = threadParam(r, "before");
    const after = threadParam(r, "after");
    if (before && after) throw fail("api.thread.list.before_after.app_error");
    const { offset, perPage } = pageOf(r);
    const row = await queryThreads(
      r.ctx,
      threadsStatement({
        userId,
        teamId,
        since: Math.max(r.int("since"), 0),
        before,
        after,
        offset: before || after ? 0 : offset,
        limit: perPage,
        unread: r.bool("unread"),
        deleted: r.bool("deleted"),
        excludeDirect: r.bool("excludeDirect"),
        extended: r.bool("extended"),
        wants: totalsOnly ? "totals" : threadsOnly ? "threads" : "both",
      }),
    );
    const threads = await renderThreads(r.ctx, { userId: r.userId, rights }, row);
    return rawJson(
      `${JSON.stringify({ ...NO_TOTALS, ...row.totals }).slice(0, -1)},"threads":[${threads.join(",")}]}`,
    );
  },
});

/** `pageSize` is an older name of `per_page`. */
function pageOf(r: Req): { offset: number; perPage: number } {
  if (!r.query.has("pageSize") || r.query.has("per_page")) return r.page;
  const asked = r.int("pageSize", 60);
  const perPage = asked < 0 ? 60 : Math.min(asked, 200);
  return { perPage, offset: r.page.page * perPage };
}

function threadParam(r: Req, name: string): string {
  const value = r.text(name);
  if (value && !isId(value)) throw badUrl(name);
  return value;
}

/** GET threads/mention_counts: unread mentions by channel. */
export const threadMentionCounts = route({
  method: "GET",
  path: "/api/v4/users/{user_id}/teams/{team_id}/threads/mention_counts",
  auth: "session",
  access: accessTeam,
  handle: (r, { userId, teamId }) => mentionCounts(r.ctx, userId, teamId),
});

/** GET threads/{id}: 404 unless followed. */
export const getThread = route({
  method: "GET",
  path: "/api/v4/users/{user_id}/teams/{team_id}/threads/{thread_id}",
  auth: "session",
  access: accessThread,
  async handle(r, { userId, threadId, rights }) {
    const row = await queryThreads(r.ctx, threadStatement(userId, threadId, r.bool("extended")));
    const [thread] = await renderThreads(r.ctx, { userId: r.userId, rights }, row);
    if (!thread) throw fail("app.thread.get_membership.not_found.app_error");
    return rawJson(thread);
  },
});
