import { DEFAULT_CHANNEL } from "../../../../model/channel.ts";
import { defaultChannelNames } from "../../../channels/default-channels.ts";
import type { Of } from "../../lines/parse.ts";
import type { Work } from "../work.ts";
import { type ChannelSeat, flagsOf, type TeamSeat } from "./members.ts";
import type { Account } from "./passwords.ts";
import type { PreferenceRow } from "./preferences.ts";

/**
 * The memberships that lines name, with what their members prefer there. Who is in a team is in its default channel (semantics
 * 13.3), and in the other default channels where the line names no channels at all. Guests are only where the line says.
 */
export async function seatsOf(
  work: Work,
  lines: Of<"user">[],
  ids: Map<string, string>,
  accounts: Map<string, Account>,
): Promise<{ teams: TeamSeat[]; channels: ChannelSeat[]; preferences: PreferenceRow[] }> {
  const { ctx, names } = work;
  const defaults = defaultChannelNames(ctx.config);
  await names.teams(lines.flatMap(({ value }) => (value.teams ?? []).map(({ name }) => name)));
  const teams: TeamSeat[] = [];
  const wanted: {
    line: Of<"user">;
    key: string;
    optional: boolean;
    seat: Omit<ChannelSeat, "channel_id">;
    favorite: boolean;
  }[] = [];
  const preferences: PreferenceRow[] = [];
  for (const line of lines) {
    const { number, kind, value } = line;
    const user_id = ids.get(value.username)!;
    const guest = (value.roles ?? accounts.get(value.username)?.roles.split(" ") ?? []).includes(
      "system_guest",
    );
    for (const team of value.teams ?? []) {
      const team_id = names.team(number, kind, team.name);
      const flags = flagsOf("team", team.roles ?? (guest ? ["team_guest"] : undefined));
      teams.push({ team_id, user_id, ...flags });
      if (team.theme) preferences.push({ user_id, category: "theme", name: team_id, value: team.theme });
      const named = team.channels ?? [];
      for (const {
        name,
        roles,
        favorite = false,
        urgent_mention_count,
        urgend_mention_count,
        ...rest
      } of named) {
        const { notify_props, last_viewed_at, mention_count, mention_count_root } = rest;
        const seat = {
          user_id,
          ...flagsOf("channel", roles ?? (guest ? ["channel_guest"] : undefined)),
          notify_props,
          last_viewed_at,
          mention_count,
          mention_count_root,
          urgent_mention_count: urgent_mention_count ?? urgend_mention_count,
        };
        wanted.push({ line, key: `${team_id}/${name}`, optional: false, seat, favorite });
      }
      if (guest || flags.is_guest) continue;
      for (const name of team.channels ? [DEFAULT_CHANNEL] : defaults)
        if (!named.some((channel) => channel.name === name))
          wanted.push({
            line,
            key: `${team_id}/${name}`,
            optional: true,
            seat: { user_id },
            favorite: false,
          });
    }
  }
  await names.channels(wanted.map(({ key }) => key));
  const channels: ChannelSeat[] = [];
  for (const { line, key, optional, seat, favorite } of wanted) {
    const [teamId = "", name = ""] = key.split("/");
    const channel_id = optional ? names.find("c", key) : names.channel(line.number, line.kind, teamId, name);
    if (!channel_id) continue;
    channels.push({ ...seat, channel_id });
    if (favorite)
      preferences.push({
        user_id: seat.user_id,
        category: "favorite_channel",
        name: channel_id,
        value: "true",
      });
  }
  return { teams, channels, preferences };
}
