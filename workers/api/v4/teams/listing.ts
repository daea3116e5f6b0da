import { z } from "zod";
import { type Rights, rightsOf } from "../../../access/permissions.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { TEAM_COLUMNS, type Team } from "../../../model/team.ts";
import type { Param } from "../../../ports/sql/sql.ts";
import { maySee, shown } from "./access.ts";

/** Which teams the session may list: SQL on `teams t`; undefined for none. */
function listable(rights: Rights): string | undefined {
  const open = rights.system("list_public_teams");
  const closed = rights.system("list_private_teams");
  if (open && closed) return "true";
  if (open) return "coalesce(t.allowopeninvite, false)";
  return closed ? "NOT coalesce(t.allowopeninvite, false)" : undefined;
}

/** A page of the teams that `where` holds for, and how many there are, in one query. */
async function pageOf(
  r: Req<any>,
  rights: Rights,
  where: string,
  params: Param[],
  page?: { offset: number; perPage: number },
) {
  const limit = page ? `LIMIT ${page.perPage} OFFSET ${page.offset}` : "";
  const [row] = await r.ctx.replica.query<{ total: number; teams: Team[] }>(
    `WITH found AS (SELECT ${TEAM_COLUMNS} FROM teams t WHERE ${where})
     SELECT (SELECT count(*) FROM found) AS total, coalesce((SELECT json_agg(f) FROM
       (SELECT * FROM found ORDER BY display_name, name ${limit}) f), '[]') AS teams`,
    params,
  );
  return { teams: row!.teams.map((team) => shown(rights, team)), total_count: row!.total };
}

async function teamNamed(r: Req<any>): Promise<Team | undefined> {
  const [team] = await r.ctx.sql.query<Team>(`SELECT ${TEAM_COLUMNS} FROM teams t WHERE t.name = $1`, [
    r.path.name!.toLowerCase().slice(0, 65),
  ]);
  return team;
}

const number = z.union([
  z.number().int().nonnegative(),
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
]);

export const listing = [
  route({
    method: "GET",
    path: "/api/v4/teams",
    auth: "session",
    async access(r) {
      const rights = await rightsOf(r);
      const where = listable(rights);
      if (!where) throw fail("api.team.get_all_teams.insufficient_permissions");
      return { rights, where };
    },
    async handle(r, { rights, where }) {
      const found = await pageOf(r, rights, where, [], r.page);
      return r.bool("include_total_count") ? found : found.teams;
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/teams/search",
    auth: "session",
    shed: true,
    body: z.object({
      term: z.string().nullish(),
      page: number.nullish(),
      per_page: number.nullish(),
      allow_open_invite: z.boolean().nullish(),
      group_constrained: z.boolean().nullish(),
    }),
    access: rightsOf,
    async handle(r, rights) {
      const { term, page, per_page, allow_open_invite, group_constrained } = r.body;
      const paged = typeof page === "number" && typeof per_page === "number";
      const allowed = listable(rights);
      if (!allowed) return paged ? { teams: [], total_count: 0 } : [];
      if ((term ?? "").length > 256) throw badBody("term");
      const conditions = [
        allowed,
        "($1 = '' OR t.name ILIKE $2 OR t.displayname ILIKE $2 OR t.id = $1)",
        "($3::boolean IS NULL OR coalesce(t.allowopeninvite, false) = $3::boolean)",
        "($4::boolean IS NULL OR coalesce(t.groupconstrained, false) = $4::boolean)",
      ];
      const text = (term ?? "").trim();
      const params = [
        text,
        `%${text.replace(/[\\%_]/g, "\\$&")}%`,
        allow_open_invite ?? null,
        group_constrained ?? null,
      ];
      const limits = paged
        ? { offset: page * per_page, perPage: Math.min(per_page, 200) }
        : { offset: 0, perPage: 1_000 };
      const found = await pageOf(r, rights, conditions.join(" AND "), params, limits);
      return paged ? found : found.teams;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/name/{name}",
    auth: "session",
    async access(r) {
      const rights = await rightsOf(r);
      const team = await teamNamed(r);
      if (!team) throw fail("app.team.get_by_name.missing.app_error");
      if (!maySee(rights, team)) throw forbidden();
      return { rights, team };
    },
    handle: (_r, { rights, team }) => shown(rights, team),
  }),
  route({
    method: "GET",
    path: "/api/v4/teams/name/{name}/exists",
    auth: "session",
    access: rightsOf,
    async handle(r, rights) {
      const team = await teamNamed(r);
      if (!team) return { exists: false };
      const listed = rights.system(team.allow_open_invite ? "list_public_teams" : "list_private_teams");
      return { exists: rights.inTeam(team.id) || listed };
    },
  }),
];
