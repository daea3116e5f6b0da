import { isId } from "../../../workers/model/id.ts";

export interface Login {
  userId: string;
  sessionId: string;
  token: string;
  /** `seq` of the challenge to answer, where the worker has taken it (workers/socket/lobby.ts). */
  challenge?: number;
}

/** Header by which the worker tells the hub whose request it forwards; stripped from what clients send. */
export const LOGIN_HEADER = "x-edgemost-login";

export function loginOf(request: Request): Login | undefined {
  const header = request.headers.get(LOGIN_HEADER);
  return header ? (JSON.parse(header) as Login) : undefined;
}

/** The resume parameters (websocket.md 1). `malformed`: a connection_id that is no id, or a sequence_number that is no number. */
export function resumeOf(request: Request): {
  id: string;
  seq: number;
  postedAck: boolean;
  malformed: boolean;
} {
  const { searchParams } = new URL(request.url);
  const id = searchParams.get("connection_id") ?? "";
  const seq = searchParams.get("sequence_number") ?? "";
  const malformed = id !== "" && (!isId(id) || !/^\d{1,15}$/.test(seq));
  return { id, seq: Number(seq) || 0, postedAck: searchParams.get("posted_ack") === "true", malformed };
}
