import { z } from "zod";
import { requireTeam, rightsOf } from "../../../access/permissions.ts";
import {
  adminChannels,
  searchGroups,
  searchMine,
  searchTeams,
} from "../../../actions/channels/read/search.ts";
import { forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, route } from "../../../http/route.ts";
import * as schema from "./schemas.ts";

const MAX_TERM = 1_000;
const AUTOCOMPLETE = 50;
const SEARCH = 100;

const term = z.string().max(MAX_TERM);

/** The administrator's lists. */
async function requireAdminList(r: Req<any>): Promise<void> {
  const rights = await rightsOf(r);
  const may = rights.anySystem([
    "sysconsole_write_user_management_groups",
    "sysconsole_read_user_management_channels",
  ]);
  if (!may) throw forbidden();
}

export const searchRoutes = [
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/channels/autocomplete",
    auth: "session",
    access: (r) => requireTeam(r, r.param("team_id"), "list_team_channels"),
    handle: (r) =>
      searchTeams(r.ctx, {
        teamIds: [r.param("team_id")],
        userId: r.userId,
        term: r.text("name").slice(0, MAX_TERM),
        includeDeleted: false,
        limit: AUTOCOMPLETE,
        which: "both",
      }),
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/{team_id}/channels/search_autocomplete",
    auth: "session",
    // Only channels that the session is a member of are found.
    access: (r) => r.param("team_id"),
    handle: (r, teamId) => searchMine(r.ctx, teamId, r.userId, r.text("name").slice(0, MAX_TERM)),
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/{team_id}/channels/search",
    auth: "session",
    shed: true,
    body: z.object({ term }),
    access: (r) => requireTeam(r, r.param("team_id"), "list_team_channels"),
    handle: (r) =>
      searchTeams(r.ctx, {
        teamIds: [r.param("team_id")],
        userId: r.userId,
        term: r.body.term,
        includeDeleted: false,
        limit: SEARCH,
        which: "open",
      }),
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/group/search",
    auth: "session",
    shed: true,
    body: z.object({ term }),
    access: anyone,
    handle: (r) => searchGroups(r.ctx, r.userId, r.body.term),
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/search",
    auth: "session",
    shed: true,
    body: z.object({
      term,
      team_ids: schema.ids.nullish(),
      exclude_default_channels: schema.flag,
      group_constrained: schema.flag,
      exclude_group_constrained: schema.flag,
      public: schema.flag,
      private: schema.flag,
      deleted: schema.flag,
      include_deleted: schema.flag,
      include_search_by_id: schema.flag,
      page: schema.count,
      per_page: schema.count,
    }),
    access: (r) => (r.bool("system_console", true) ? requireAdminList(r) : undefined),
    async handle(r) {
      const { body, ctx } = r;
      if (!r.bool("system_console", true)) return searchMyTeams(r, body.term, body.include_deleted);
      const paged = body.page !== undefined && body.per_page !== undefined;
      const perPage = Math.min(body.per_page ?? SEARCH, 200);
      const found = await adminChannels(ctx, {
        term: body.term,
        searchById: body.include_search_by_id,
        teamIds: body.team_ids ?? [],
        excludeDefault: body.exclude_default_channels,
        public: body.public,
        private: body.private,
        includeDeleted: body.include_deleted || r.bool("include_deleted"),
        deleted: body.deleted,
        groupConstrained: body.group_constrained,
        excludeGroupConstrained: body.exclude_group_constrained,
        limit: paged ? perPage : SEARCH,
        offset: paged ? body.page! * perPage : 0,
        count: paged,
      });
      return paged ? found : found.channels;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/channels",
    auth: "session",
    access: requireAdminList,
    async handle(r) {
      const { perPage, offset } = r.page;
      const total = r.bool("include_total_count");
      const found = await adminChannels(r.ctx, {
        term: "",
        searchById: false,
        teamIds: [],
        excludeDefault: r.bool("exclude_default_channels"),
        public: false,
        private: false,
        includeDeleted: r.bool("include_deleted"),
        deleted: false,
        groupConstrained: false,
        excludeGroupConstrained: false,
        limit: perPage,
        offset,
        count: total,
      });
      return total ? found : found.channels;
    },
  }),
];

/** Over all teams of the session, whatever the body says; guests find their own channels only. */
async function searchMyTeams(r: Req<any>, wanted: string, includeDeleted: boolean) {
  const rights = await rightsOf(r);
  const teams = [...r.me.memberships.teams.keys()];
  const listed = teams.filter((team) => rights.team(team, "list_team_channels"));
  const common = { userId: r.userId, term: wanted, includeDeleted, limit: SEARCH };
  if (listed.length === teams.length) return searchTeams(r.ctx, { ...common, teamIds: teams, which: "both" });
  const [mine, both] = await Promise.all([
    searchTeams(r.ctx, { ...common, teamIds: teams.filter((team) => !listed.includes(team)), which: "mine" }),
    listed.length > 0 ? searchTeams(r.ctx, { ...common, teamIds: listed, which: "both" }) : [],
  ]);
  return [...mine, ...both];
}
