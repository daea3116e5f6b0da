import { decode as decodeMsgpack } from "@msgpack/msgpack";

/** Bytes (websocket.md 2). */
const MAX_FRAME = 8_192;
const encoder = new TextEncoder();

/** What a client sends: {action, seq, data}, as JSON text or msgpack bytes (websocket.md 2, 3). */
export interface Frame {
  action: string;
  /** 0 where it is missing or no number. */
  seq: number;
  data: Record<string, unknown>;
}

export function isTooLarge(message: string | ArrayBuffer): boolean {
  if (typeof message !== "string") return message.byteLength > MAX_FRAME;
  if (message.length > MAX_FRAME) return true;
  return message.length * 3 > MAX_FRAME && encoder.encode(message).length > MAX_FRAME;
}

/** Undefined for what is no such message. */
export function decode(message: string | ArrayBuffer): Frame | undefined {
  let value: unknown;
  try {
    value = typeof message === "string" ? JSON.parse(message) : decodeMsgpack(message);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { action, seq, data } = value;
  return {
    action: typeof action === "string" ? action : "",
    seq: Number.isSafeInteger(seq) ? (seq as number) : 0,
    data: isObject(data) ? data : {},
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
