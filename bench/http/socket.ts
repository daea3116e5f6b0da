import { type RawData, WebSocket } from "ws";
import { label } from "../failure.ts";
import type { BenchUser } from "../server/target.ts";
import type { Base } from "./http-client.ts";

export interface SocketEvents {
  onFrame?: (frame: Buffer) => void;
  /** Closed without our doing. */
  onClose?: (code: number) => void;
}

const HELLO = Buffer.from('"hello"');
const SEQ = Buffer.from('"seq":');
const REPLY = Buffer.from('"seq_reply"');

/** An authenticated WebSocket. Frames are looked at by substring only: parsing each would cost more than the server. */
export class BenchSocket {
  readonly ws: WebSocket;
  private quiet = false;

  private constructor(ws: WebSocket) {
    this.ws = ws;
  }

  /**
   * Resolves when open, without waiting for hello. `query` is for resuming. Frames that come with the upgrade are
   * not missed.
   */
  static connect(base: Base, user: BenchUser, events: SocketEvents, query = "", timeoutMs = 15_000) {
    return new Promise<BenchSocket>((resolve, reject) => {
      const url = `${base.url.replace(/^http/, "ws")}/api/v4/websocket${query}`;
      const ws = new WebSocket(url, {
        headers: { Authorization: user.auth.slice("Authorization: ".length).trim() },
        perMessageDeflate: false,
        skipUTF8Validation: true,
        handshakeTimeout: timeoutMs,
      });
      const socket = new BenchSocket(ws);
      if (events.onFrame) {
        const onFrame = events.onFrame;
        ws.on("message", (data: RawData) => {
          if (!socket.quiet) onFrame(data as Buffer);
        });
      }
      ws.once("open", () => resolve(socket));
      ws.on("error", (error) => reject(new Error(`socket: ${label(error)}`)));
      ws.on("close", (code) => {
        reject(new Error(`socket closed ${code}`));
        if (!socket.quiet) events.onClose?.(code);
      });
    });
  }

  /** Resolves after hello. */
  static async open(
    base: Base,
    user: BenchUser,
    events: SocketEvents,
    timeoutMs = 15_000,
  ): Promise<BenchSocket> {
    let arrived: () => void = () => {};
    let refused: (error: Error) => void = () => {};
    const hello = new Promise<void>((resolve, reject) => {
      arrived = resolve;
      refused = reject;
    });
    const timer = setTimeout(() => refused(new Error("no hello on the socket")), timeoutMs);
    hello.catch(() => {});
    let greeted = false;
    const onFrame = (frame: Buffer) => {
      if (!greeted && isHello(frame)) {
        greeted = true;
        arrived();
      }
      events.onFrame?.(frame);
    };
    const onClose = (code: number) => {
      refused(new Error(`socket closed ${code} before hello`));
      events.onClose?.(code);
    };
    const socket = await BenchSocket.connect(base, user, { onFrame, onClose }, "", timeoutMs);
    await hello;
    clearTimeout(timer);
    return socket;
  }

  send(text: string): void {
    this.ws.send(text);
  }

  /** Without a close handshake; no frame or close is reported any more. */
  close(): void {
    this.quiet = true;
    this.ws.terminate();
  }
}

export const isHello = (frame: Buffer): boolean => frame.subarray(0, 40).includes(HELLO);

/** An answer to one of our actions; quotes inside event data are escaped, so this cannot match there. */
export const isReply = (frame: Buffer): boolean => frame.includes(REPLY);

/** The event's sequence number, or -1. */
export function seqOf(frame: Buffer): number {
  const at = frame.lastIndexOf(SEQ);
  return at < 0 ? -1 : digitsAt(frame, at + SEQ.length);
}

/** The number that follows `marker`, or -1. */
export function numberAfter(frame: Buffer, marker: Buffer): number {
  const at = frame.indexOf(marker);
  return at < 0 ? -1 : digitsAt(frame, at + marker.length);
}

function digitsAt(frame: Buffer, from: number): number {
  let i = from;
  while (frame[i] === 32) i++;
  const first = i;
  let n = 0;
  for (let c = frame[i]!; c >= 48 && c <= 57; c = frame[++i]!) n = n * 10 + c - 48;
  return i === first ? -1 : n;
}
