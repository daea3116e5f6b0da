import type { Bundle } from "../../events/envelope.ts";

/** Hands a committed bundle to every place where its audience may be connected. */
export interface Bus {
  /** Resolves once the bundle has its place in the topic's log and is on its way; only then may the caller answer. */
  publish(bundle: Bundle): Promise<void>;
  /**
   * Whether this node knows of everything that was published on any node before now; waits a moment until it does.
   * False: what is cached here must not be used for who asks now.
   */
  caughtUp(): Promise<boolean>;
}
