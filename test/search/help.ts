import type { FileInfo } from "@mattermost/types/files";
import type { PostList } from "@mattermost/types/posts";
import type { Person } from "../harness/people.ts";

type More = {
  is_or_search?: boolean;
  time_zone_offset?: number;
  include_deleted_channels?: boolean;
  page?: number;
  per_page?: number;
};

/** A search of posts, in one team or (without) in all. */
export async function searchPosts(
  person: Person,
  team: { id: string } | undefined,
  terms: string,
  more: More = {},
) {
  const path = team ? `teams/${team.id}/posts/search` : "posts/search";
  const answer = await person.request("POST", path, { terms, is_or_search: false, ...more });
  const list = answer.body as PostList & { matches: null };
  return {
    status: answer.status,
    list,
    messages: list.order?.map((id) => list.posts[id]!.message),
    sql: Number(answer.headers.get("x-edgemost-sql")),
  };
}

/** A search of files, likewise. */
export async function searchFiles(
  person: Person,
  team: { id: string } | undefined,
  terms: string,
  more: More = {},
) {
  const path = team ? `teams/${team.id}/files/search` : "files/search";
  const answer = await person.request("POST", path, { terms, is_or_search: false, ...more });
  const list = answer.body as { order: string[]; file_infos: Record<string, FileInfo> };
  return {
    status: answer.status,
    names: list.order?.map((id) => list.file_infos[id]!.name),
    sql: Number(answer.headers.get("x-edgemost-sql")),
  };
}
