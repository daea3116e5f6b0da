import type { Memberships } from "../../../access/identity.ts";
import { caches } from "../../../cache/caches.ts";
import type { Channel } from "../../../model/channel.ts";

/**
 * A channel of a team by their names, where the user is a member of it and both are at hand: a client has just listed its
 * channels when it opens the one of its URL. Undefined says nothing.
 */
export function knownByName(
  { teams, channels }: Memberships,
  teamName: string,
  name: string,
): Channel | undefined {
  if (!caches.coherent) return undefined;
  for (const teamId of teams.keys()) {
    if (caches.teams.get(teamId)?.name !== teamName) continue;
    for (const id of channels.keys()) {
      const channel = caches.channels.get(id);
      if (channel?.team_id === teamId && channel.name === name) return channel;
    }
  }
  return undefined;
}
