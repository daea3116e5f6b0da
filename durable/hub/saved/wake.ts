import type { Hub } from "../../hub.ts";
import { restore } from "./restore.ts";
import type { Store } from "./store.ts";

/** Takes up what was before an eviction or a restart, where that is certain; `sockets` are those that survived it. */
export async function wake(hub: Hub, store: Store, sockets: WebSocket[]): Promise<void> {
  if (hub.profile === "single") hub.presence.started();
  const trusted = hub.profile !== "cluster" && hub.journal.trusted();
  if (!trusted) store.clear();
  const saved = trusted ? store.load() : [];
  const { connections, lost } = await restore(saved, sockets, hub.members, await hub.context());
  for (const connection of connections) {
    hub.connections.set(connection.id, connection);
    hub.audience.members.get(connection.userId)!.connections.add(connection);
    if (connection.socket) hub.bySocket.set(connection.socket, connection);
  }
  for (const userId of lost) hub.presence.leave(userId);
  if (connections.length !== saved.length || lost.length > 0) hub.journal.touch();
  if (!hub.rests || hub.connections.size > 0) await hub.setAlarm();
}
