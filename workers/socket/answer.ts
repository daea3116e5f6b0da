import type { AppError } from "../errors/app-error.ts";

/** Writes a reply; replies carry no `seq` (websocket.md 3). A socket that is gone needs none. */
export function answer(
  socket: WebSocket,
  seq: number,
  data?: Record<string, unknown>,
  error?: AppError,
): void {
  const reply = error
    ? {
        status: "FAIL",
        seq_reply: seq,
        error: { id: error.id, message: error.message, detailed_error: "", status_code: error.status },
      }
    : { status: "OK", seq_reply: seq, ...(data ? { data } : {}) };
  try {
    socket.send(JSON.stringify(reply));
  } catch {
    // Closed meanwhile.
  }
}
