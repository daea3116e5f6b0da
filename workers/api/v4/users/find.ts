import { z } from "zod";
import { restrictionOf } from "../../../access/accounts.ts";
import { rightsOf } from "../../../access/permissions.ts";
import { countUsers, listUsers, type Term, type UserFilter } from "../../../actions/users/account/query.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { userListText } from "../../../model/user-view.ts";
import { idOf, requireScopes, usersReply } from "./list.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const names = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

const search = z.object({
  term: z.string(),
  team_id: text,
  not_in_team_id: text,
  in_channel_id: text,
  not_in_channel_id: text,
  allow_inactive: flag,
  without_team: flag,
  limit: z
    .number()
    .int()
    .nullish()
    .transform((value) => value ?? DEFAULT_LIMIT),
  role: text,
  roles: names,
  team_roles: names,
  channel_roles: names,
});

type Search = z.infer<typeof search>;

async function termOf(r: Req<any>, text: string): Promise<Term> {
  const { ShowEmailAddress, ShowFullName } = r.ctx.config.PrivacySettings;
  const admin = (await rightsOf(r)).system("manage_system");
  return { text, fullName: ShowFullName || admin, email: ShowEmailAddress || admin };
}

async function searchFilter(r: Req<Search>): Promise<UserFilter> {
  const { body } = r;
  const { team_id, not_in_team_id, in_channel_id, not_in_channel_id, without_team } = body;
  for (const name of ["team_id", "not_in_team_id", "in_channel_id", "not_in_channel_id"] as const) {
    if (body[name] !== "" && !isId(body[name])) throw badBody(name);
  }
  if (body.term.trim() === "") throw badBody("term");
  if (not_in_channel_id && !team_id) throw badBody("team_id");
  if (body.limit <= 0 || body.limit > MAX_LIMIT) throw badBody("limit");
  await requireScopes(r, { teams: [team_id, not_in_team_id], channels: [in_channel_id, not_in_channel_id] });
  if (without_team && !(await rightsOf(r)).system("list_users_without_team")) throw forbidden();
  return {
    inTeam: team_id,
    notInTeam: not_in_team_id,
    inChannel: in_channel_id,
    notInChannel: not_in_channel_id,
    withoutTeam: without_team,
    active: !body.allow_inactive,
    roles: body.role ? [body.role, ...body.roles] : body.roles,
    teamRoles: body.team_roles,
    channelRoles: body.channel_roles,
    term: await termOf(r, body.term),
    restriction: await restrictionOf(r),
  };
}

const list = (value: string) =>
  value
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

export const find = [
  route({
    method: "POST",
    path: "/api/v4/users/search",
    auth: "session",
    shed: true,
    body: search,
    access: searchFilter,
    handle: async (r, filter: UserFilter) =>
      usersReply(r, await listUsers({ ...r.ctx, sql: r.ctx.replica }, filter, "username", r.body.limit)),
  }),
  route({
    method: "GET",
    path: "/api/v4/users/autocomplete",
    auth: "session",
    async access(r): Promise<UserFilter> {
      const [inTeam, inChannel] = [idOf(r, "in_team"), idOf(r, "in_channel")];
      await requireScopes(r, { teams: [inTeam], channels: [inChannel] });
      return {
        inTeam,
        inChannel,
        active: true,
        term: await termOf(r, r.text("name")),
        restriction: await restrictionOf(r),
      };
    },
    async handle(r, filter: UserFilter) {
      const limit = Math.min(Math.max(r.int("limit", DEFAULT_LIMIT), 1), MAX_LIMIT);
      const { inTeam = "", inChannel = "", ...rest } = filter;
      // A channel's members are all in its team.
      const inside = listUsers(
        { ...r.ctx, sql: r.ctx.replica },
        inChannel ? { ...rest, inChannel } : filter,
        "username",
        limit,
      );
      const others =
        inTeam && inChannel
          ? listUsers(
              { ...r.ctx, sql: r.ctx.replica },
              { ...rest, inTeam, notInChannel: inChannel },
              "username",
              limit,
            )
          : undefined;
      const [users, outside] = await Promise.all([inside, others]);
      const admin = (await rightsOf(r)).system("manage_system");
      const text = (found: typeof users) => userListText(found, r.userId, admin, r.ctx.config);
      return rawJson(
        `{"users":${text(users)}${outside ? `,"out_of_channel":${text(outside)}` : ""},"agents":[]}`,
      );
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users/stats",
    auth: "session",
    access: restrictionOf,
    handle: async (r, restriction) => ({
      total_users_count: await countUsers(r.ctx, { active: true, restriction }),
    }),
  }),
  route({
    method: "GET",
    path: "/api/v4/users/stats/filtered",
    auth: "session",
    async access(r): Promise<UserFilter> {
      if (!(await rightsOf(r)).system("sysconsole_read_user_management_users")) throw forbidden();
      return {
        inTeam: idOf(r, "in_team"),
        inChannel: idOf(r, "in_channel"),
        active: !r.bool("include_deleted"),
        humans: !r.bool("include_bots"),
        roles: list(r.text("roles")),
        teamRoles: list(r.text("team_roles")),
        channelRoles: list(r.text("channel_roles")),
      };
    },
    async handle(r, filter: UserFilter) {
      if (filter.teamRoles!.length > 0 && !filter.inTeam)
        throw fail("api.context.invalid_url_param.app_error", { name: "in_team" });
      return { total_users_count: await countUsers(r.ctx, filter) };
    },
  }),
];
