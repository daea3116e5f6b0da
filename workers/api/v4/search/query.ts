import { z } from "zod";
import { type Rights, requireTeam, rightsOf } from "../../../access/permissions.ts";
import type { Page, SearchScope } from "../../../actions/search/scope.ts";
import { badBody } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { SqlError } from "../../../ports/sql/sql.ts";
import { type ParsedSearch, parseSearch } from "../../../text/search/search.ts";

/** What a search has found is not to be kept (client-flows 1). */
export const NO_STORE = { headers: { "Cache-Control": "no-cache, no-store, must-revalidate" } };

const PER_PAGE = 60;
const MAX_PER_PAGE = 200;

export const searchBody = z.looseObject({
  terms: z.string(),
  is_or_search: z.boolean().nullish(),
  time_zone_offset: z.number().nullish(),
  include_deleted_channels: z.boolean().nullish(),
  page: z.number().nullish(),
  per_page: z.number().nullish(),
});

export type SearchBody = z.infer<typeof searchBody>;

export interface SearchGrant {
  teamId: string;
  rights: Rights;
}

/** view_team of the path's team; results are limited to the user's own channels anyhow. */
export async function accessTeamSearch(r: Req<SearchBody>): Promise<SearchGrant> {
  const teamId = r.param("team_id");
  return { teamId, rights: await requireTeam(r, teamId, "view_team") };
}

/** All teams: results are limited to the user's own channels. */
export async function accessSearch(r: Req<SearchBody>): Promise<SearchGrant> {
  return { teamId: "", rights: await rightsOf(r) };
}

export interface Query {
  scope: SearchScope;
  search: ParsedSearch;
  orTerms: boolean;
  page: Page;
}

/** What the body asks for. Throws 400. */
export function queryOf(r: Req<SearchBody>, teamId: string): Query {
  const { terms, is_or_search, time_zone_offset, include_deleted_channels, page, per_page } = r.body;
  if (terms === "" || terms.includes("\0")) throw badBody("terms");
  const orTerms = is_or_search ?? false;
  const limit = whole(per_page, PER_PAGE, MAX_PER_PAGE);
  return {
    scope: { userId: r.userId, teamId, archived: include_deleted_channels ?? false },
    search: parseSearch(terms, {
      timeZoneOffset: whole(Math.abs(time_zone_offset ?? 0), 0, 100_000) * Math.sign(time_zone_offset ?? 0),
      orTerms,
    }),
    orTerms,
    page: { limit, offset: whole(page, 0, 10_000) * limit },
  };
}

function whole(value: number | null | undefined, absent: number, most: number): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? Math.min(value, most)
    : absent;
}

/** Text that the database's parser cannot take finds nothing (semantics 21.7). */
export async function orNothing<T>(found: Promise<T>, nothing: T): Promise<T> {
  try {
    return await found;
  } catch (error) {
    // Syntax errors, and limits of tsquery (too long, too deep).
    if (error instanceof SqlError && ["42601", "54000", "54001", "22023"].includes(error.code))
      return nothing;
    throw error;
  }
}
