/**
 * Default-language texts of system posts, variables in the order of semantics 6.1; clients render type and props anew.
 * Names of people who are there are written without "@", so that the text mentions nobody (semantics 6.2).
 */
export const systemTexts = {
  system_join_channel: (user: string) => `${user} joined the channel.`,
  system_guest_join_channel: (user: string) => `${user} joined the channel as a guest.`,
  system_leave_channel: (user: string) => `@${user} left the channel.`,
  system_add_to_channel: (added: string, adder: string) => `${added} was added to the channel by ${adder}.`,
  system_add_guest_to_chan: (added: string, adder: string) =>
    `${added} was added to the channel as a guest by ${adder}.`,
  system_remove_from_channel: (removed: string) => `@${removed} was removed from the channel.`,
  system_join_team: (user: string) => `${user} joined the team.`,
  system_add_to_team: (added: string, adder: string) => `${added} was added to the team by ${adder}.`,
  system_leave_team: (user: string) => `${user} left the team.`,
  system_remove_from_team: (user: string) => `${user} was removed from the team.`,
  system_header_change: (user: string, before: string, after: string) =>
    changed(user, "header", before, after),
  system_purpose_change: (user: string, before: string, after: string) =>
    changed(user, "purpose", before, after),
  system_displayname_change: (user: string, before: string, after: string) =>
    `${user} changed the channel's display name from ${before} to ${after}.`,
  system_change_chan_privacy: (toPrivate: boolean) =>
    toPrivate
      ? "This channel is now private: only invited members can find and read it."
      : "This channel is now public: every member of the team can find and join it.",
  system_channel_deleted: (user: string) => `${user} archived the channel.`,
  system_channel_restored: (user: string) => `${user} unarchived the channel.`,
  system_move_channel: (teamName: string) => `This channel was moved here from ${teamName}.`,
  system_gm_to_channel: (user: string, members: string) =>
    `${user} made a private channel of the group message with ${members}.`,
};

function changed(user: string, what: string, before: string, after: string): string {
  if (!before) return `${user} set the channel ${what} to: ${after}`;
  if (!after) return `${user} removed the channel ${what} (was: ${before})`;
  return `${user} changed the channel ${what} from: ${before} to: ${after}`;
}
