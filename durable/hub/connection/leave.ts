import { membership } from "../../../workers/ports/cluster/membership.ts";
import type { Hub } from "../../hub.ts";
import { prune } from "../reaper.ts";
import { CLOSE, close } from "./close-codes.ts";

/** A socket has ended; its client may resume the connection. */
export function lost(hub: Hub, socket: WebSocket): void {
  hub.lobby.closed(socket);
  const connection = hub.bySocket.get(socket);
  if (!connection) return;
  hub.bySocket.delete(socket);
  connection.detach();
  hub.journal.touch();
  hub.presence.leave(connection.userId);
  const member = hub.audience.members.get(connection.userId);
  if (member) prune(hub, member);
  if (hub.checkpoints) {
    // The client may be on its way to another node already.
    hub.checkpoints.touch(connection);
    hub.background(hub.checkpoints.save());
  }
}

/** Closes every socket so that clients resume after the restart, and saves what they will resume. */
export async function drain(hub: Hub): Promise<void> {
  hub.draining = true;
  for (const socket of [...hub.bySocket.keys(), ...hub.lobby.sockets]) close(socket, CLOSE.goingAway);
  for (const connection of hub.connections.values()) if (connection.active) connection.detach();
  hub.bySocket.clear();
  hub.journal.flush();
  if (hub.checkpoints) {
    for (const connection of hub.connections.values()) hub.checkpoints.touch(connection);
    await hub.checkpoints.save();
  }
  // Where others serve on, clients are there in a moment; the leader sets those offline who are not.
  if (!hub.exact || membership.nodes.length < 2) await hub.presence.drain();
}
