import { type FoundFiles, filesStatement } from "../../../actions/search/files.ts";
import { fail } from "../../../errors/app-error.ts";
import { json } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
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

/** POST /teams/{id}/files/search (semantics 11.13). */
export const searchTeamFiles = route<SearchBody, SearchGrant>({
  method: "POST",
  path: "/api/v4/teams/{team_id}/files/search",
  auth: "session",
  shed: true,
  body: searchBody,
  access: accessTeamSearch,
  handle: searchFiles,
});

/** POST /files/search: in all teams. */
export const searchAllFiles = route<SearchBody, SearchGrant>({
  method: "POST",
  path: "/api/v4/files/search",
  auth: "session",
  shed: true,
  body: searchBody,
  access: accessSearch,
  handle: searchFiles,
});

async function searchFiles(r: Req<SearchBody>, { teamId }: SearchGrant) {
  if (!r.ctx.config.ServiceSettings.EnableFileSearch) throw fail("store.sql_file_info.search.disabled");
  const { scope, search, page } = queryOf(r, teamId);
  const { text, params } = filesStatement(scope, search, page);
  const [row] =
    search.groups.length > 0 ? await orNothing(r.ctx.searchReplica.query<FoundFiles>(text, params), []) : [];
  const files = row?.files ?? [];
  const found = {
    order: files.map(({ id }) => id),
    file_infos: Object.fromEntries(files.map((file) => [file.id, file])),
    next_file_id: "",
    prev_file_id: "",
    first_inaccessible_file_time: 0,
  };
  return json(found, NO_STORE);
}
