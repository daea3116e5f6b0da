import { requireReadChannel, requireSelf, requireSystem, rightsOf } from "../../../access/permissions.ts";
import { type PostPage, pageOf, renderPage } from "../../../actions/posts/read/page.ts";
import { FLAGGED, PINNED, picksRow } from "../../../actions/posts/read/picks.ts";
import { SERVER_VERSION } from "../../../config/version.ts";
import { notModified, rawJson } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { idIn } from "./channel.ts";

const PLAIN = { collapsed: false, extended: false };
const NO_ONE: ReadonlySet<string> = new Set();

/** First id of the order, id of the newest post, its update time (http-conventions 4.3), how many: one may just be gone. */
const etagOf = ({ head: { order } }: PostPage, newest: { id: string; at: number }) =>
  `${SERVER_VERSION}.${order[0] ?? ""}.${newest.id}.${newest.at}.${order.length}`;

/** GET /channels/{id}/pinned: oldest first (semantics 5.12). */
export const pinnedPosts = route({
  method: "GET",
  path: "/api/v4/channels/{channel_id}/pinned",
  auth: "session",
  access: (r) => requireReadChannel(r, r.param("channel_id")),
  async handle(r, channel) {
    const { row, latest } = await picksRow(r.ctx, PINNED, [channel.id]);
    const page = await pageOf(r.ctx, row, PLAIN);
    const etag = etagOf(page, latest);
    if (!page.foreign && r.header("if-none-match") === etag) return notModified(etag);
    const text = await renderPage(r.ctx, await rightsOf(r), page, NO_ONE);
    return rawJson(text, page.foreign ? {} : { headers: { ETag: etag } });
  },
});

/** GET /users/{id}/posts/flagged: saved posts in the user's channels, newest first (semantics 4.7). */
export const flaggedPosts = route({
  method: "GET",
  path: "/api/v4/users/{user_id}/posts/flagged",
  auth: "session",
  async access(r) {
    const userId = await requireSelf(r);
    // Someone else's list may hold posts that only those who may read everything may see.
    if (userId !== r.userId) await requireSystem(r, "manage_system");
    return userId;
  },
  async handle(r, userId) {
    const { perPage, offset } = r.page;
    const { row } = await picksRow(r.ctx, FLAGGED, [
      userId,
      idIn(r, "channel_id"),
      idIn(r, "team_id"),
      perPage,
      offset,
    ]);
    return rawJson(await renderPage(r.ctx, await rightsOf(r), await pageOf(r.ctx, row, PLAIN), NO_ONE));
  },
});
