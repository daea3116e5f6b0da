import { envelope } from "../../../workers/events/envelope.ts";
import { metrics } from "../../../workers/metrics/metrics.ts";
import { newId } from "../../../workers/model/id.ts";
import type { Hub } from "../../hub.ts";
import type { Member } from "../audience/audience.ts";
import type { Checkpoint } from "../takeover/checkpoint.ts";
import { announceMove } from "../takeover/checkpoints.ts";
import { takeOver } from "../takeover/takeover.ts";
import { CLOSE, close } from "./close-codes.ts";
import { Connection } from "./connection.ts";
import type { Login } from "./upgrade.ts";

/** What a client wants to go on with; `id` is "" where it wants a new connection. */
export interface Resume {
  id?: string;
  seq?: number;
  postedAck: boolean;
}

/**
 * Lets a socket in: as the connection that its client resumes, as one of another node (cluster), or as a new one.
 * Undefined where it was closed instead.
 */
export async function enter(
  hub: Hub,
  socket: WebSocket,
  login: Login,
  { id = "", seq = 0, postedAck }: Resume,
): Promise<Connection | undefined> {
  const { userId, sessionId, token } = login;
  const { versionId } = await hub.context();
  while (!hub.audience.members.has(userId)) {
    if (await hub.members.load(userId)) continue;
    return void close(socket, CLOSE.notAuthenticated);
  }
  const checkpoint = id && !hub.connections.has(id) ? await hub.checkpoints?.find(id) : undefined;
  // The user's last connection here may have gone meanwhile.
  while (!hub.audience.members.has(userId)) {
    if (await hub.members.load(userId)) continue;
    return void close(socket, CLOSE.notAuthenticated);
  }
  // From here to the check of the session nothing else runs.
  const member = hub.audience.members.get(userId)!;
  if (hub.lobby.isGone(socket) || hub.draining) {
    if (member.connections.size === 0) hub.audience.remove(member);
    return void close(socket, CLOSE.goingAway);
  }
  const own = takeBack(hub, socket, userId, id, seq);
  const resumed = own ?? adopt(hub, socket, member, { id, seq, postedAck }, checkpoint);
  if (id) metrics.resumes.add(own ? "hit" : resumed ? "takeover" : "miss");
  const connection = resumed ?? open(hub, socket, login, versionId);
  connection.sessionId = sessionId;
  connection.token = token;
  connection.postedAck = postedAck;
  hub.connections.set(connection.id, connection);
  hub.bySocket.set(socket, connection);
  member.connections.add(connection);
  if (hub.rests) socket.serializeAttachment({ id: connection.id, user: userId });
  hub.journal.touch();
  hub.presence.arrive(userId);
  hub.checkpoints?.touch(connection);
  await Promise.all([hub.recheck(connection), hub.setAlarm()]);
  if (!connection.revoked) return connection;
  return void close(socket, CLOSE.notAuthenticated);
}

/** The connection that a client resumes, if that can be done without a gap. */
function takeBack(
  hub: Hub,
  socket: WebSocket,
  userId: string,
  id: string,
  seq: number,
): Connection | undefined {
  const connection = id ? hub.connections.get(id) : undefined;
  if (!connection || connection.userId !== userId) return undefined;
  const old = connection.socket;
  if (old) {
    // The client came back before the loss of its socket was noticed.
    hub.bySocket.delete(old);
    connection.detach();
    close(old, CLOSE.replaced);
  }
  if (connection.resume(socket, seq)) return connection;
  hub.connections.delete(id);
  hub.checkpoints?.drop(connection);
  hub.audience.members.get(userId)!.connections.delete(connection);
  return undefined;
}

/** Another node's connection, rebuilt where that can be done without a gap (cluster). */
function adopt(
  hub: Hub,
  socket: WebSocket,
  member: Member,
  resume: Required<Resume>,
  checkpoint?: Checkpoint,
): Connection | undefined {
  if (!checkpoint) return undefined;
  const connection = takeOver(resume, checkpoint, member, hub.history);
  if (!connection?.resume(socket, resume.seq)) return undefined;
  hub.checkpoints!.adopt(connection, checkpoint);
  hub.background(
    hub.context().then(({ bus }) => announceMove(bus, resume.id, member.id, hub.nodeName, newId())),
  );
  return connection;
}

function open(
  hub: Hub,
  socket: WebSocket,
  { userId, sessionId, token }: Login,
  versionId: string,
): Connection {
  const connection = new Connection(userId, sessionId, token);
  connection.attach(socket);
  const data = { connection_id: connection.id, server_version: versionId, server_hostname: hub.nodeName };
  const { head, tail } = envelope("hello", data, { user_id: userId });
  connection.push({ head, tail });
  return connection;
}
