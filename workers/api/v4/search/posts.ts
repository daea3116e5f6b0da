import { addMetadata, MAY_HAVE_MORE } from "../../../actions/posts/metadata/index.ts";
import { visiblePosts } from "../../../actions/posts/metadata/visible.ts";
import { type FoundPosts, postsStatement } from "../../../actions/search/posts.ts";
import { fail } from "../../../errors/app-error.ts";
import { type Reply, rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { Post } from "../../../model/post.ts";
import { listText, splitTexts } from "../../../model/post-list.ts";
import {
  accessSearch,
  accessTeamSearch,
  NO_STORE,
  orNothing,
  queryOf,
  type SearchBody,
  type SearchGrant,
  searchBody,
} from "./query.ts";

/** POST /teams/{id}/posts/search (semantics 21). */
export const searchTeamPosts = route<SearchBody, SearchGrant>({
  method: "POST",
  path: "/api/v4/teams/{team_id}/posts/search",
  auth: "session",
  shed: true,
  body: searchBody,
  access: accessTeamSearch,
  handle: searchPosts,
});

/** POST /posts/search: in all teams. */
export const searchAllPosts = route<SearchBody, SearchGrant>({
  method: "POST",
  path: "/api/v4/posts/search",
  auth: "session",
  shed: true,
  body: searchBody,
  access: accessSearch,
  handle: searchPosts,
});

async function searchPosts(r: Req<SearchBody>, { teamId, rights }: SearchGrant): Promise<Reply> {
  if (!r.ctx.config.ServiceSettings.EnablePostSearch) throw fail("store.sql_post.search.disabled");
  const { scope, search, orTerms, page } = queryOf(r, teamId);
  let posts: { id: string; text: string }[] = [];
  if (search.groups.length > 0) {
    const { text, params } = postsStatement(scope, search, orTerms, page);
    const [row] = await orNothing(r.ctx.searchReplica.query<FoundPosts>(text, params), []);
    posts = splitTexts(row?.texts ?? null);
  }
  const parsed = posts
    .filter(({ text }) => MAY_HAVE_MORE.test(text))
    .map(({ text }) => JSON.parse(text) as Post);
  if (parsed.length > 0) {
    await addMetadata(r.ctx, parsed);
    const finished = new Map(
      (await visiblePosts(r.ctx, rights, parsed)).map((post) => [post.id, JSON.stringify(post)]),
    );
    posts = posts.map(({ id, text }) => ({ id, text: finished.get(id) ?? text }));
  }
  const list = listText({ order: posts.map(({ id }) => id), next: "", prev: "" }, posts);
  return rawJson(`${list.slice(0, -1)},"matches":null}`, NO_STORE);
}
