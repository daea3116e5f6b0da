/** A cluster node trusts its caches only while it hears the others: a revoked right must not outlive a second anywhere. */
const FRESH_MS = 900;

/** Whether this node hears what changes elsewhere. Kept by the relay; always true where there is nobody to hear. */
export const hearing = {
  required: false,
  /** When the stream last answered, with news or without. */
  heardAt: 0,

  /** Nothing cached counts until the stream answers again. */
  distrust(): void {
    this.heardAt = 0;
  },

  fresh(): boolean {
    return !this.required || Date.now() - this.heardAt < FRESH_MS;
  },
};
