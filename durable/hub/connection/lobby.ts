import { CLOSE } from "./close-codes.ts";

const AUTH_TIMEOUT_MS = 5_000;

interface Guest {
  postedAck: boolean;
  timer: ReturnType<typeof setTimeout>;
}

/** Sockets that have not logged in, and those that closed while they did. */
export class Lobby {
  private readonly guests = new Map<WebSocket, Guest>();
  private readonly gone = new WeakSet<WebSocket>();

  /** Waits for the challenge; closes the socket when none comes. */
  admit(socket: WebSocket, postedAck: boolean): void {
    const timer = setTimeout(() => {
      this.guests.delete(socket);
      socket.close(CLOSE.notAuthenticated.code, CLOSE.notAuthenticated.reason);
    }, AUTH_TIMEOUT_MS);
    this.guests.set(socket, { postedAck, timer });
  }

  /** Takes a socket out to log it in; undefined for one that is not (or no longer) waiting. */
  leave(socket: WebSocket): { postedAck: boolean } | undefined {
    const guest = this.guests.get(socket);
    if (guest) clearTimeout(guest.timer);
    this.guests.delete(socket);
    return guest;
  }

  get sockets(): Iterable<WebSocket> {
    return this.guests.keys();
  }

  closed(socket: WebSocket): void {
    this.leave(socket);
    this.gone.add(socket);
  }

  /** Whether the socket closed before it had a connection. */
  isGone(socket: WebSocket): boolean {
    return this.gone.has(socket);
  }
}
