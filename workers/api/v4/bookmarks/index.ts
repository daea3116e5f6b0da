import { z } from "zod";
import { channelAndRights, requireReadChannel } from "../../../access/permissions.ts";
import {
  bookmarkOf,
  bookmarksOf,
  doCreateBookmark,
  doDeleteBookmark,
  doSortBookmark,
  doUpdateBookmark,
} from "../../../actions/bookmarks/bookmarks.ts";
import { checkBookmark } from "../../../actions/bookmarks/check.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import { connectionOf } from "../../../http/connection.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import type { Channel } from "../../../model/channel.ts";
import type { ChannelBookmark } from "../../../model/channel-bookmark.ts";
import { mayByType } from "../channels/access.ts";

const PATH = "/api/v4/channels/{channel_id}/bookmarks";
const BOOKMARK = `${PATH}/{bookmark_id}`;

const create = z.looseObject({
  display_name: z.string(),
  type: z.string(),
  file_id: z.string().nullish(),
  link_url: z.string().nullish(),
  image_url: z.string().nullish(),
  emoji: z.string().nullish(),
});
const patch = z.looseObject({
  display_name: z.string().nullish(),
  file_id: z.string().nullish(),
  link_url: z.string().nullish(),
  image_url: z.string().nullish(),
  emoji: z.string().nullish(),
  sort_order: z.int().min(0).max(2_147_483_647).nullish(),
});
const sort = z.int().min(0);

/** `<verb>_bookmark_public_channel` or `_private_channel`; in direct and group channels, to be in it (semantics 17.6). Throws 403, 404. */
async function requireVerb(r: Req<any>, verb: "add" | "edit" | "delete" | "order"): Promise<Channel> {
  const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
  const permissions = { O: `${verb}_bookmark_public_channel`, P: `${verb}_bookmark_private_channel` };
  if (!mayByType(rights, channel, permissions)) throw forbidden();
  if (channel.delete_at > 0)
    throw fail("api.channel.bookmark.create_channel_bookmark.deleted_channel.forbidden.app_error");
  return channel;
}

export const bookmarks: Route[] = [
  route<undefined, Channel>({
    method: "GET",
    path: PATH,
    auth: "session",
    access: (r) => requireReadChannel(r, r.param("channel_id")),
    handle: (r, { id }) => bookmarksOf(r.ctx, id, r.int("bookmarks_since")),
  }),
  route<z.infer<typeof create>, Channel>({
    method: "POST",
    path: PATH,
    auth: "session",
    status: 201,
    body: create,
    access: (r) => requireVerb(r, "add"),
    handle(r, { id }) {
      const { display_name, type, file_id, link_url, image_url, emoji } = r.body;
      const values = checkBookmark({
        type: type as ChannelBookmark["type"],
        display_name,
        file_id: file_id ?? "",
        link_url: link_url ?? "",
        image_url: image_url ?? "",
        emoji: emoji ?? "",
      });
      return doCreateBookmark(r.ctx, id, r.userId, values, connectionOf(r));
    },
  }),
  route<z.infer<typeof patch>, ChannelBookmark>({
    method: "PATCH",
    path: BOOKMARK,
    auth: "session",
    body: patch,
    async access(r) {
      const channel = await requireVerb(r, "edit");
      return bookmarkOf(r.ctx, channel.id, r.param("bookmark_id"));
    },
    handle(r, before) {
      const changed = Object.fromEntries(
        Object.entries(r.body).filter(([name, value]) => name in patch.shape && value != null),
      );
      const after = { ...before, ...changed };
      const values = { ...checkBookmark(after), sort_order: after.sort_order };
      return doUpdateBookmark(r.ctx, before, r.userId, values, connectionOf(r));
    },
  }),
  route<number, Channel>({
    method: "POST",
    path: `${BOOKMARK}/sort_order`,
    auth: "session",
    body: sort,
    access(r) {
      r.param("bookmark_id");
      return requireVerb(r, "order");
    },
    handle: (r, { id }) => doSortBookmark(r.ctx, id, r.param("bookmark_id"), r.body, connectionOf(r)),
  }),
  route<undefined, Channel>({
    method: "DELETE",
    path: BOOKMARK,
    auth: "session",
    access(r) {
      r.param("bookmark_id");
      return requireVerb(r, "delete");
    },
    handle: (r, { id }) => doDeleteBookmark(r.ctx, id, r.param("bookmark_id"), connectionOf(r)),
  }),
];
