import { caches } from "../../../cache/caches.ts";
import type { Context } from "../../../context.ts";
import { type ListRow, type ListShape, pageStatement } from "./list-sql.ts";
import { followingIn, followingOf, type PostPage, pageOf } from "./page.ts";

const MAX_CACHED_LIMIT = 100;
const SHAPES_PER_CHANNEL = 4;

/** A page, and which of its posts the viewer follows. */
export interface ViewedPage {
  page: PostPage;
  following: ReadonlySet<string>;
}

/**
 * The newest `limit` posts of a channel. Where every change of a channel reaches this isolate, the page is kept until
 * the next one: then it costs nothing, or one small query where the viewer may follow a thread in it.
 */
export async function newestPage(ctx: Context, shape: ListShape, limit: number): Promise<ViewedPage> {
  const { pages, coherent } = caches;
  const cacheable = coherent && limit <= MAX_CACHED_LIMIT && !shape.deleted;
  const key = `${limit} ${shape.collapsed ? "crt" : shape.fetchThreads ? "threads" : "flat"}`;
  const kept = cacheable ? pages.get(shape.channelId)?.get(key) : undefined;
  if (kept) return { page: kept, following: await followingOf(ctx, shape.viewer, kept.followed) };
  const guard = pages.guard();
  const { text, params } = pageStatement(shape, { offset: 0, limit });
  const [row] = await ctx.sql.query<ListRow>(text, params);
  const page = await pageOf(ctx, row!, { collapsed: shape.collapsed, extended: false });
  if (cacheable && !page.foreign) {
    const others = pages.get(shape.channelId);
    const shapes = new Map(others && others.size < SHAPES_PER_CHANNEL ? others : undefined);
    pages.fill(shape.channelId, guard, shapes.set(key, page));
  }
  return { page, following: followingIn(row!) };
}
