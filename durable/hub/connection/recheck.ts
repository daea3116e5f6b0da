import type { Identity } from "../../../workers/access/identity.ts";
import type { Hub } from "../../hub.ts";
import { validIdentity } from "../audience/session.ts";
import { CLOSE } from "./close-codes.ts";
import type { Connection } from "./connection.ts";

/** Asks whether the session still holds; nothing is written to the socket meanwhile. Costs nothing where it is cached. */
export async function recheck(hub: Hub, connection: Connection): Promise<void> {
  connection.doubts++;
  if (connection.held) return;
  connection.held = true;
  let identity: Identity | undefined;
  try {
    for (let doubts = 0; doubts !== connection.doubts; ) {
      doubts = connection.doubts;
      identity = await validIdentity(await hub.context(), connection.token);
    }
  } catch {
    // Not known now: the client asks again when it comes back.
    connection.held = false;
    if (connection.active) hub.hangUp(connection, CLOSE.goingAway);
    return;
  }
  connection.held = false;
  if (!identity) return hub.silence(connection);
  connection.expiresAt = identity.session.expires_at;
  connection.flush();
}
