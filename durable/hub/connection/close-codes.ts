/**
 * Every code with which the server closes a socket. Official clients reconnect after any of them, with the same
 * connection_id and sequence number; what differs is whether there is something to resume (websocket.md 2, 4).
 */
export const CLOSE = {
  /** The node drains: the connection is kept, the client resumes it here or on another node. */
  goingAway: { code: 1001, reason: "server restarts" },
  /** The same client has come back with another socket. */
  replaced: { code: 1001, reason: "replaced" },
  /** No valid login in time: nothing to resume. */
  notAuthenticated: { code: 1008, reason: "not authenticated" },
  /** Undecodable frame. */
  badMessage: { code: 1007, reason: "undecodable message" },
  /** Frame above the limit. */
  tooLarge: { code: 1009, reason: "message too large" },
  /** The client does not read as fast as it is written to: it resumes, or starts afresh if it is too far behind. */
  slowConsumer: { code: 1013, reason: "slow consumer" },
  /** Silent for too long after it used to ping. */
  ghost: { code: 1002, reason: "no ping" },
  /** Resume parameters that are no id or number. */
  badResume: { code: 1008, reason: "bad resume parameters" },
  /** A follower of a channel may not read it any more (Topic). */
  noRight: { code: 1008, reason: "no right to read this channel" },
} as const;

export type Close = (typeof CLOSE)[keyof typeof CLOSE];

/** Closes a socket, whatever its state. */
export function close(socket: WebSocket, { code, reason }: Close): void {
  try {
    socket.close(code, reason);
  } catch {
    // Already closed.
  }
}
