import type { Effect } from "../../../workers/events/envelope.ts";
import type { Connection } from "../connection/connection.ts";
import type { Audience } from "./audience.ts";
import type { Members } from "./members.ts";

/** What a hub does about an effect. */
export interface Affected {
  audience: Audience;
  members: Members;
  connections: ReadonlyMap<string, Connection>;
  /** The session has ended. */
  silence(connection: Connection): void;
  /** The session may have ended. */
  recheck(connection: Connection): Promise<void>;
  moved(id: string, node: string): void;
  background(work: Promise<unknown>): void;
}

/** Applies what has changed to who gets what; before the events of the same bundle are addressed. */
export function applyEffect(hub: Affected, effect: Effect): void {
  switch (effect.kind) {
    case "channel_member":
    case "team_member":
      if (effect.op === "change") return;
      hub.members.touched(effect.user);
      hub.audience.apply(effect);
      // Leaving a team is leaving its channels, whether or not each is told.
      if (effect.kind === "team_member" && effect.op === "remove") refresh(hub, [effect.user]);
      return;
    case "user":
      hub.members.touched(effect.id);
      refresh(hub, [effect.id]);
      return;
    case "session":
      for (const connection of hub.connections.values())
        if (connection.sessionId === effect.id) hub.silence(connection);
      return;
    case "sessions":
      for (const connection of hub.audience.members.get(effect.user)?.connections ?? [])
        hub.background(hub.recheck(connection));
      return;
    case "all_sessions":
      for (const connection of hub.connections.values()) hub.silence(connection);
      return;
    case "connection_moved":
      hub.moved(effect.id, effect.node);
      return;
    case "role":
      hub.background(hub.members.regrade());
      return;
    case "all":
      refresh(hub, [...hub.audience.members.keys()]);
  }
}

/** Reads users anew: roles, activation, memberships. */
function refresh(hub: Affected, userIds: string[]): void {
  const present = userIds.filter((id) => hub.audience.members.has(id));
  if (present.length === 0) return;
  const work = hub.members.reload(present).then((absent) => {
    for (const id of absent)
      for (const connection of [...(hub.audience.members.get(id)?.connections ?? [])])
        hub.silence(connection);
  });
  hub.background(work);
}
