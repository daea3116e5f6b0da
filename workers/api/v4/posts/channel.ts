import { requireReadChannel, requireSelf, rightsOf } from "../../../access/permissions.ts";
import { mayIncludeDeleted } from "../../../access/posts.ts";
import {
  type ListRow,
  type ListShape,
  pageStatement,
  sinceStatement,
} from "../../../actions/posts/read/list-sql.ts";
import { newestPage, type ViewedPage } from "../../../actions/posts/read/newest.ts";
import { followingIn, type PageOptions, pageOf, renderPage } from "../../../actions/posts/read/page.ts";
import { unreadRow } from "../../../actions/posts/read/unread.ts";
import { SERVER_VERSION } from "../../../config/version.ts";
import { badUrl } from "../../../errors/app-error.ts";
import { notModified, type Reply, rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { Channel } from "../../../model/channel.ts";
import { isId } from "../../../model/id.ts";
import type { Statement } from "../../../ports/sql/sql.ts";
import { fnv1a32 } from "../../../text/fnv.ts";

const MAX_AROUND = 200;

/** An id in the query, "" where there is none. Throws 400. */
export function idIn(r: Req<any>, name: string): string {
  const value = r.text(name);
  if (value && !isId(value)) throw badUrl(name);
  return value;
}

/** The parameters that every list of a channel takes (client-flows 9). */
function shapeOf(r: Req<any>, channelId: string, deleted: boolean): ListShape {
  return {
    channelId,
    collapsed: r.bool("collapsedThreads"),
    fetchThreads: !r.bool("skipFetchThreads"),
    deleted,
    viewer: r.userId,
  };
}

/** The channel's newest update (http-conventions 4.3), with CRT also who follows which of the listed threads: no post tells. */
function etagOf(r: Req<any>, { page, following }: ViewedPage): string {
  const own = page.collapsed ? [fnv1a32([r.userId, ...[...following].sort()].join())] : [];
  return [SERVER_VERSION, page.newest, ...own].join(".");
}

/** The update time in an ETag that the client sent, if it is one of ours. */
function seenBy(r: Req<any>): number | undefined {
  const match = new RegExp(`^${SERVER_VERSION.replaceAll(".", "\\.")}\\.(\\d{1,15})(\\.|$)`).exec(
    r.header("if-none-match"),
  );
  return match ? Number(match[1]) : undefined;
}

async function run(r: Req<any>, { text, params }: Statement, options: PageOptions): Promise<ViewedPage> {
  const [row] = await r.ctx.sql.query<ListRow>(text, params);
  return { page: await pageOf(r.ctx, row!, options), following: followingIn(row!) };
}

async function answer(r: Req<any>, { page, following }: ViewedPage, etag?: string): Promise<Reply> {
  const text = await renderPage(r.ctx, await rightsOf(r), page, following);
  return rawJson(text, etag ? { headers: { ETag: etag } } : {});
}

const answerUnlessKnown = (r: Req<any>, viewed: ViewedPage): Reply | Promise<Reply> => {
  // Posts of other channels are shown in it, and change without this one's.
  if (viewed.page.foreign) return answer(r, viewed);
  const etag = etagOf(r, viewed);
  return r.header("if-none-match") === etag ? notModified(etag) : answer(r, viewed, etag);
};

async function list(
  r: Req<any>,
  { channel, deleted }: { channel: Channel; deleted: boolean },
): Promise<Reply> {
  const shape = shapeOf(r, channel.id, deleted);
  const options = {
    collapsed: shape.collapsed,
    extended: shape.collapsed && r.bool("collapsedThreadsExtended"),
  };
  const since = r.text("since");
  if (since && !/^\d{1,15}$/.test(since)) throw badUrl("since");
  if (Number(since) > 0) return answer(r, await run(r, sinceStatement(shape, Number(since)), options));
  const after = idIn(r, "after");
  const before = after ? "" : idIn(r, "before");
  const { perPage: limit, offset } = r.page;
  const window = { ...(after ? { after } : before ? { before } : {}), offset, limit };
  // Whole users change without their posts.
  if (options.extended) return answer(r, await run(r, pageStatement(shape, window), options));
  if (!after && !before && offset === 0) return answerUnlessKnown(r, await newestPage(r.ctx, shape, limit));
  const seen = seenBy(r);
  if (seen !== undefined) {
    const known = await run(r, pageStatement(shape, { ...window, seen }), options);
    const etag = etagOf(r, known);
    if (r.header("if-none-match") === etag) return notModified(etag);
    if (known.page.newest !== seen) return answer(r, known, known.page.foreign ? undefined : etag);
    // Only what the viewer follows has changed, and the texts were left out.
  }
  return answerUnlessKnown(r, await run(r, pageStatement(shape, window), options));
}

/** A limit_… parameter: 60 where absent or bad, at most 200 (http-conventions 4.2). */
function around(r: Req<any>, name: string): number {
  const value = r.int(name, 60);
  return value < 0 ? 60 : Math.min(value, MAX_AROUND);
}

/** GET /channels/{id}/posts (semantics 4.1). */
export const channelPosts = route({
  method: "GET",
  path: "/api/v4/channels/{channel_id}/posts",
  auth: "session",
  async access(r) {
    const channel = await requireReadChannel(r, r.param("channel_id"));
    return { channel, deleted: await mayIncludeDeleted(r) };
  },
  handle: list,
});

/** GET /users/{id}/channels/{id}/posts/unread (semantics 4.3). */
export const postsAroundUnread = route({
  method: "GET",
  path: "/api/v4/users/{user_id}/channels/{channel_id}/posts/unread",
  auth: "session",
  async access(r) {
    const viewer = await requireSelf(r);
    return { viewer, channel: await requireReadChannel(r, r.param("channel_id")) };
  },
  async handle(r, { viewer, channel }) {
    const after = around(r, "limit_after");
    if (after === 0) throw badUrl("limit_after");
    const shape = { ...shapeOf(r, channel.id, false), viewer };
    const options = {
      collapsed: shape.collapsed,
      extended: shape.collapsed && r.bool("collapsedThreadsExtended"),
    };
    const row = await unreadRow(r.ctx, channel, shape, { before: around(r, "limit_before"), after });
    const viewed = { page: await pageOf(r.ctx, row, options), following: followingIn(row) };
    if (row.unread || options.extended) return answer(r, viewed);
    return answerUnlessKnown(r, viewed);
  },
});
