/**
 * Whether an administrator has marked the server busy (http-conventions 1, step 9): then searches and typing are refused, and nobody
 * is told of statuses. Every isolate remembers until when: it learns so by the effect `server_busy`, and whenever it reads its
 * configuration from the row of `systems`; asking costs nothing.
 */
let until = 0;
/** Counts `set`: what was read before one must not be kept after it. */
let changes = 0;

export const serverBusy = {
  /** The row of `systems`; its value is ms, as text. */
  row: "EdgemostServerBusyUntil",

  /** ms; 0 where the server is not busy. */
  until(now = Date.now()): number {
    return until > now ? until : 0;
  },

  get changes(): number {
    return changes;
  },

  /** What has just been decided. */
  set(at: number): void {
    changes++;
    until = at;
  },

  /** What was read from the row while `changes` was `seen`. */
  read(value: string | undefined, seen: number): void {
    if (seen === changes) until = Number(value) || 0;
  },
};
