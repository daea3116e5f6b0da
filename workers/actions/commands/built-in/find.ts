import type { Rights } from "../../../access/permissions.ts";
import { CHANNEL_COLUMNS, type Channel } from "../../../model/channel.ts";
import { USER_COLUMNS, USER_FROM, type User } from "../../../model/user.ts";
import type { Reach } from "../../channels/direct.ts";
import type { Call } from "../types.ts";

export const MAX_NAMES = 100;

/** Live users by username ("@" and case aside), in the order of `names`. One query. */
export async function usersNamed({ ctx }: Call, names: string[]): Promise<User[]> {
  const wanted = names.map((name) => name.replace(/^@/, "").toLowerCase());
  const rows = await ctx.sql.query<User>(
    `SELECT ${USER_COLUMNS} FROM ${USER_FROM} WHERE u.username = ANY($1::text[]) AND u.deleteat = 0`,
    [wanted],
  );
  const found = new Map(rows.map((user) => [user.username, user]));
  return [...new Set(wanted)].map((name) => found.get(name)).filter((user) => user !== undefined);
}

/** Live open and private channels of the call's team by name ("~" aside), those only that the caller may know of. One query. */
export async function channelsNamed({ ctx, team, rights }: Call, names: string[]): Promise<Channel[]> {
  if (!team) return [];
  const wanted = names.map((name) => name.replace(/^~/, "").toLowerCase());
  const rows = await ctx.sql.query<Channel>(
    `SELECT ${CHANNEL_COLUMNS} FROM channels c
     WHERE c.teamid = $1 AND c.name = ANY($2::text[]) AND c.type IN ('O', 'P') AND c.deleteat = 0`,
    [team.id, wanted],
  );
  return rows.filter((channel) => channel.type === "O" || rights.isMember(channel.id));
}

/** Where a client finds a channel; the team's page where the caller is in none. */
export function linkTo({ ctx, team }: Call, kind: "channels" | "messages", name: string): string {
  return `${ctx.config.ServiceSettings.SiteURL}/${team?.name ?? ""}/${kind}/${name}`;
}

/** Whom the caller may open a direct or group channel with; undefined if with nobody. */
export function reachOf({ ctx, rights }: Call, permission: string): Reach | undefined {
  if (!rights.system(permission)) return undefined;
  const restricted = ctx.config.TeamSettings.RestrictDirectMessage === "team";
  return { team: restricted && !rights.system("manage_system"), visible: !rights.system("view_members") };
}

/** Whether the caller has what a channel of that kind asks for; in direct and group channels membership is all. */
export function mayInChannel(
  rights: Rights,
  channel: Channel,
  permissions: { O: string; P: string },
): boolean {
  if (channel.type === "O" || channel.type === "P") return rights.channel(channel, permissions[channel.type]);
  return rights.isMember(channel.id);
}
