import { newId } from "../../../model/id.ts";
import type { Of } from "../lines/parse.ts";
import { type ChannelSeat, channelSeats, flagsOf } from "./people/members.ts";
import { type PreferenceRow, preferenceStatements } from "./people/preferences.ts";
import { directOf, rowsOf, run, type Work } from "./work.ts";

const ROWS = `jsonb_to_recordset($1::jsonb) AS r(id varchar, name varchar, type varchar, display_name varchar, header varchar)`;

/** Direct and group channels by their members; all of them see a new one in the sidebar unless the line says who. */
export async function writeDirectChannels(work: Work, lines: Of<"direct_channel">[]): Promise<void> {
  const ids = await openDirect(
    work,
    lines.map(({ number, kind, value }) => ({ number, kind, users: value.members, header: value.header })),
  );
  const seats: ChannelSeat[] = [];
  const preferences: PreferenceRow[] = [];
  lines.forEach(({ number, kind, value }, i) => {
    const { id, made } = ids[i]!;
    const userOf = (name: string) => work.names.user(number, kind, name);
    for (const {
      username,
      roles,
      explicit_roles,
      scheme_user,
      scheme_admin,
      scheme_guest,
      ...read
    } of value.participants) {
      const { last_viewed_at, mention_count, mention_count_root, notify_props } = read;
      const { urgent_mention_count = read.urgend_mention_count } = read;
      const flags = flagsOf("channel", roles ?? explicit_roles);
      seats.push({
        channel_id: id,
        user_id: userOf(username),
        roles: flags.roles,
        is_user: scheme_user ?? (roles && flags.is_user),
        is_admin: scheme_admin ?? (roles && flags.is_admin),
        is_guest: scheme_guest ?? (roles && flags.is_guest),
        notify_props,
        last_viewed_at,
        mention_count,
        mention_count_root,
        urgent_mention_count,
      });
    }
    for (const name of value.favorited_by ?? [])
      preferences.push({ user_id: userOf(name), category: "favorite_channel", name: id, value: "true" });
    for (const name of value.shown_by ?? (made ? value.members : [])) {
      const group = value.members.length > 2;
      const other = value.members.find((member) => member !== name) ?? name;
      preferences.push({
        user_id: userOf(name),
        category: group ? "group_channel_show" : "direct_channel_show",
        name: group ? id : userOf(other),
        value: "true",
      });
    }
  });
  // Who said nothing has read everything.
  const said = new Set(seats.map(({ channel_id, user_id }) => `${channel_id} ${user_id}`));
  lines.forEach(({ number, kind, value }, i) => {
    for (const name of value.members) {
      const seat = { channel_id: ids[i]!.id, user_id: work.names.user(number, kind, name) };
      if (ids[i]!.made && !said.has(`${seat.channel_id} ${seat.user_id}`)) seats.push(seat);
    }
  });
  for (const { channel_id } of seats) work.joined.add(channel_id);
  await run(work, [...channelSeats(seats, work.at), ...preferenceStatements(preferences)]);
}

export interface DirectUsers {
  number: number;
  kind: string;
  /** Usernames. */
  users: string[];
  header?: string | undefined;
}

/** The channels of these users, made where they were not there, then without members. Two round trips at most. */
export async function openDirect(
  work: Work,
  wanted: DirectUsers[],
): Promise<{ id: string; made: boolean }[]> {
  const { ctx, names, at } = work;
  await names.users(wanted.flatMap(({ users }) => users));
  const rows = wanted.map(({ number, kind, users, header }) => ({
    ...directOf(users.map((user) => names.user(number, kind, user))),
    id: newId(),
    display_name: users.length > 2 ? [...users].sort().join(", ").slice(0, 64) : "",
    header,
  }));
  const byName = new Map(rows.map((row) => [row.name, row]));
  const params = [rowsOf([...byName.values()]), at];
  const results = await ctx.sql.batch([
    {
      text: `UPDATE channels c SET header = r.header, updateat = greatest($2::bigint, c.updateat + 1) FROM ${ROWS}
        WHERE c.name = r.name AND c.teamid = '' AND r.header IS NOT NULL AND c.header IS DISTINCT FROM r.header`,
      params,
    },
    {
      text: `INSERT INTO channels (id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose, lastpostat,
          totalmsgcount, extraupdateat, creatorid, totalmsgcountroot, lastrootpostat)
        SELECT r.id, $2::bigint, $2::bigint, 0, '', r.type::channel_type, r.display_name, r.name, coalesce(r.header, ''), '', 0, 0, 0,
          '', 0, 0 FROM ${ROWS} ON CONFLICT (name, teamid) DO NOTHING`,
      params,
    },
    {
      text: "SELECT id, name, NOT EXISTS (SELECT FROM channelmembers m WHERE m.channelid = c.id) AS made FROM channels c WHERE name = ANY($1::text[]) AND teamid = ''",
      params: [[...byName.keys()]],
    },
  ]);
  const found = new Map(results[2]!.map((row) => [row.name as string, row as { id: string; made: boolean }]));
  return rows.map(({ name }) => found.get(name)!);
}

/** Ids of the direct channels of posts; those that no line has made are made. */
export async function directIds(work: Work, lines: Of<"direct_post">[]): Promise<string[]> {
  const { names } = work;
  await names.users(lines.flatMap(({ value }) => value.channel_members));
  const keys = lines.map(
    ({ number, kind, value }) =>
      `/${directOf(value.channel_members.map((user) => names.user(number, kind, user))).name}`,
  );
  await names.channels(keys);
  const missing = lines.filter((_, i) => !names.find("c", keys[i]!));
  if (missing.length > 0) {
    await writeDirectChannels(
      work,
      missing.map(({ number, value }) => ({
        number,
        kind: "direct_channel",
        value: {
          members: value.channel_members,
          participants: [],
          header: undefined,
          favorited_by: undefined,
          shown_by: undefined,
        },
      })),
    );
    await names.channels(keys);
  }
  return lines.map(({ number, kind }, i) => names.channel(number, kind, "", keys[i]!.slice(1)));
}
