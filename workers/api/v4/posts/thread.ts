import { channelAndRights } from "../../../access/permissions.ts";
import { finishPage, renderPage } from "../../../actions/posts/read/page.ts";
import {
  type ThreadRow,
  type ThreadWindow,
  threadStatement,
} from "../../../actions/posts/read/thread-sql.ts";
import { SERVER_VERSION } from "../../../config/version.ts";
import { badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { notModified, rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { splitTexts } from "../../../model/post-list.ts";
import { fnv1a32 } from "../../../text/fnv.ts";
import { idIn } from "./channel.ts";

const MAX_REPLIES = 200;

/** A whole number not below 0; 0 where absent. Throws 400. */
function count(r: Req<any>, name: string, max = Number.MAX_SAFE_INTEGER): number {
  const text = r.text(name);
  if (text === "") return 0;
  if (!/^\d{1,15}$/.test(text) || Number(text) > max) throw badUrl(name);
  return Number(text);
}

/** The parameters of a thread request (semantics 4.4, client-flows 9). Throws 400. */
function windowOf(r: Req<any>): ThreadWindow {
  const direction = r.text("direction");
  if (direction !== "" && direction !== "up" && direction !== "down") throw badUrl("direction");
  const updatesOnly = r.bool("updatesOnly");
  if (updatesOnly && direction === "up") throw badUrl("updatesOnly");
  const fromPost = idIn(r, "fromPost");
  const fromTime = count(r, updatesOnly ? "fromUpdateAt" : "fromCreateAt");
  if (fromPost && fromTime === 0) throw badUrl(updatesOnly ? "fromUpdateAt" : "fromCreateAt");
  const limit = count(r, "perPage", MAX_REPLIES);
  return {
    postId: r.param("post_id"),
    viewer: r.userId,
    collapsed: r.bool("collapsedThreads"),
    down: direction === "down",
    updatesOnly,
    fromTime,
    fromPost,
    limit,
  };
}

/** GET /posts/{id}/thread: the root, always first in `order`, and replies. */
export const postThread = route({
  method: "GET",
  path: "/api/v4/posts/{post_id}/thread",
  auth: "session",
  async access(r) {
    const window = windowOf(r);
    const { text, params } = threadStatement(window);
    const [row] = await r.ctx.sql.query<ThreadRow>(text, params);
    if (!row?.channel_id || !row.root_id) throw fail("app.post.get.app_error");
    const [channel, rights] = await channelAndRights(r, row.channel_id);
    if (!rights.readChannel(channel)) throw forbidden();
    return { window, row, rights };
  },
  async handle(r, { window: { collapsed, limit }, row, rights }) {
    const options = { collapsed, extended: collapsed && r.bool("collapsedThreadsExtended") };
    // Also whether the viewer follows it: no post's time tells (http-conventions 4.3), nor when a whole user has changed.
    const own = collapsed ? `.${fnv1a32(`${r.userId} ${row.following}`)}` : "";
    const etag = `${SERVER_VERSION}.${row.root_id}.${row.latest_id}.${row.latest_at}${own}`;
    if (!options.extended && r.header("if-none-match") === etag) return notModified(etag);
    const head = {
      order: [row.root_id!, ...(row.ord ? row.ord.split(",") : [])],
      next: "",
      prev: "",
      hasNext: limit > 0 && row.has_next,
    };
    const following = new Set(row.following ? [row.root_id!] : []);
    const page = await finishPage(r.ctx, head, splitTexts(row.texts), options, { followed: [...following] });
    const text = await renderPage(r.ctx, rights, page, following);
    return rawJson(text, options.extended || page.foreign ? {} : { headers: { ETag: etag } });
  },
});
