import { restrictionOf, visibleTo } from "../../../access/accounts.ts";
import { requireChannel, requireSystem, rightsOf } from "../../../access/permissions.ts";
import { usersByIds } from "../../../access/users.ts";
import { touchSession } from "../../../actions/sessions/extend.ts";
import { domains } from "../../../actions/teams/check.ts";
import { listUsers, type Sort, type UserFilter } from "../../../actions/users/account/query.ts";
import { badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { type Reply, rawJson } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { anyone, route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../../model/user.ts";
import { userListText } from "../../../model/user-view.ts";
import { ids } from "./schema.ts";

/** The users as the session may see them. */
export async function usersReply(r: Req<any>, users: User[]): Promise<Reply> {
  touchSession(r.ctx, r.me.session);
  const admin = (await rightsOf(r)).system("manage_system");
  return rawJson(userListText(users, r.userId, admin, r.ctx.config));
}

/** An optional id of the query string. */
export function idOf(r: Req<any>, name: string): string {
  const value = r.text(name);
  if (value !== "" && !isId(value)) throw badUrl(name);
  return value;
}

const names = (text: string) =>
  text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);

/** Which sorts need which scope (semantics 14.20). */
const SORTS: Record<string, "in_team" | "in_channel" | "any"> = {
  "": "any",
  username: "any",
  last_activity_at: "in_team",
  create_at: "in_team",
  status: "in_channel",
  admin: "in_channel",
};

function sortOf(r: Req): Sort {
  const sort = r.text("sort");
  const scope = SORTS[sort];
  if (scope === undefined || (scope !== "any" && !r.text(scope))) throw badUrl("sort");
  return sort as Sort;
}

/** Rights to see into the teams and channels a list is about. */
export async function requireScopes(
  r: Req<any>,
  scopes: { teams: string[]; channels: string[] },
): Promise<void> {
  const rights = await rightsOf(r);
  if (scopes.teams.some((id) => id && !rights.team(id, "view_team"))) throw forbidden();
  for (const id of scopes.channels) if (id) await requireChannel(r, id, "read_channel");
}

async function filterOf(r: Req): Promise<UserFilter> {
  const [inTeam, notInTeam, inChannel, notInChannel] = [
    "in_team",
    "not_in_team",
    "in_channel",
    "not_in_channel",
  ].map((name) => idOf(r, name));
  if (notInChannel && !inTeam) throw badUrl("team_id");
  await requireScopes(r, { teams: [inTeam!, notInTeam!], channels: [inChannel!, notInChannel!] });
  const withoutTeam = r.bool("without_team");
  if (withoutTeam && !(await rightsOf(r)).system("list_users_without_team")) throw forbidden();
  return {
    inTeam: inTeam!,
    notInTeam: notInTeam!,
    inChannel: inChannel!,
    notInChannel: notInChannel!,
    withoutTeam,
    active: r.bool("active"),
    inactive: r.bool("inactive"),
    roles: [...names(r.text("role")), ...names(r.text("roles"))],
    teamRoles: names(r.text("team_roles")),
    channelRoles: names(r.text("channel_roles")),
    restriction: await restrictionOf(r),
  };
}

export const list = [
  route({
    // Whom TeamSettings.RestrictCreationToDomains would not let in now.
    method: "GET",
    path: "/api/v4/users/invalid_emails",
    auth: "session",
    access: (r) => requireSystem(r, "sysconsole_read_user_management_users"),
    async handle(r) {
      const { EnableOpenServer, RestrictCreationToDomains } = r.ctx.config.TeamSettings;
      if (EnableOpenServer) throw fail("api.users.invalid_emails.enable_open_server.app_error");
      const notOfDomains = domains(RestrictCreationToDomains);
      const { perPage, offset } = r.page;
      const filter = { active: true, humans: true, notOfDomains };
      const users =
        notOfDomains.length > 0 ? await listUsers(r.ctx, filter, "username", perPage, offset) : [];
      return rawJson(userListText(users, r.userId, true, r.ctx.config));
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/users",
    auth: "session",
    access: filterOf,
    async handle(r, filter: UserFilter) {
      const sort = sortOf(r);
      const cursor = idOf(r, "cursor_id");
      const { perPage, offset } = r.page;
      const users = cursor
        ? await listUsers(r.ctx, { ...filter, afterId: cursor }, "id", perPage)
        : await listUsers(r.ctx, filter, sort, perPage, offset);
      return usersReply(r, users);
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/ids",
    auth: "session",
    body: ids.nonempty(),
    access: restrictionOf,
    async handle(r, restriction) {
      const since = r.int("since");
      const wanted = r.body.filter(isId);
      const users = restriction
        ? await visibleUsers(r, "id", wanted, restriction)
        : await usersByIds(r.ctx, wanted);
      return usersReply(r, since > 0 ? users.filter((user) => user.update_at > since) : users);
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/usernames",
    auth: "session",
    body: ids.nonempty(),
    access: restrictionOf,
    async handle(r, restriction) {
      const users = await visibleUsers(
        r,
        "username",
        r.body.map((name) => name.toLowerCase()),
        restriction,
      );
      return usersReply(r, users);
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/users/group_channels",
    auth: "session",
    body: ids,
    access: anyone,
    async handle(r) {
      touchSession(r.ctx, r.me.session);
      const mine = r.body.filter((id) => r.me.memberships.channels.has(id));
      const rows =
        mine.length === 0
          ? []
          : await r.ctx.sql.query<User & { channel_id: string }>(
              `SELECT m.channelid AS channel_id, ${USER_COLUMNS} FROM channelmembers m JOIN channels c ON c.id = m.channelid AND c.type = 'G'
         JOIN (${USER_FROM}) ON u.id = m.userid WHERE m.channelid = ANY($1::text[]) ORDER BY u.username`,
              [mine],
            );
      const byChannel = Map.groupBy(rows, (row) => row.channel_id);
      const admin = (await rightsOf(r)).system("manage_system");
      const parts = [...byChannel].map(
        ([id, members]) =>
          `${JSON.stringify(id)}:${userListText(members.map(withoutChannel), r.userId, admin, r.ctx.config)}`,
      );
      return rawJson(`{${parts.join(",")}}`);
    },
  }),
];

function withoutChannel({ channel_id: _, ...user }: User & { channel_id: string }): User {
  return user;
}

async function visibleUsers(
  r: Req,
  column: "id" | "username",
  values: string[],
  restriction: UserFilter["restriction"],
): Promise<User[]> {
  const condition = restriction ? `AND ${visibleTo("$2", "$3")}` : "";
  const params = restriction ? [values, restriction.teams, restriction.channels] : [values];
  return r.ctx.sql.query<User>(
    `SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.${column} = ANY($1::text[]) ${condition} ORDER BY u.username`,
    params,
  );
}
