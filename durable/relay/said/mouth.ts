import type { Bundle } from "../../../workers/events/envelope.ts";
import { NoAnswer } from "../stream/redis.ts";
import type { Stream } from "../stream/stream.ts";
import { asLate } from "./late.ts";

/** How long a publication waits for Redis to come back before the request fails (its retry stores nothing twice). */
const PATIENCE_MS = 4_000;
/** A bundle that comes later than this may have been overtaken by what others have written since. */
const LATE_MS = 500;
const RETRY_MS = 50;
const MAX_UNSAID = 10_000;

/** Says what this node has committed, sooner or later. */
export class Mouth {
  private readonly stream: () => Stream | undefined;
  /** What could not be published while Redis was away: said when it is back, for it has been committed. */
  private unsaid: Bundle[] = [];
  /** The node ends: nobody waits any more. */
  closed = false;

  constructor(stream: () => Stream | undefined) {
    this.stream = stream;
  }

  /** Resolves once the bundle is in the stream. A bundle may get there twice: its id tells. */
  async say(bundle: Bundle): Promise<void> {
    const asked = Date.now();
    for (;;) {
      const waited = Date.now() - asked;
      const stream = this.stream();
      try {
        if (!stream) throw new Error("Redis is away");
        await stream.append(waited > LATE_MS ? asLate(bundle) : bundle);
        return;
      } catch (error) {
        // Into a black hole: what reads must not go on believing in this connection.
        if (error instanceof NoAnswer) stream?.close();
        if (waited > PATIENCE_MS || this.closed) {
          if (this.unsaid.length < MAX_UNSAID) this.unsaid.push(asLate(bundle));
          throw error;
        }
      }
      await scheduler.wait(RETRY_MS);
    }
  }

  /** Says what is left, in order, before anything new. */
  async catchUp(stream: Stream): Promise<void> {
    while (this.unsaid.length > 0) {
      await stream.append(this.unsaid[0]!);
      this.unsaid.shift();
    }
  }
}
