/** A node of this install, as `clusterdiscovery` tells. */
export interface NodeInfo {
  /** The row's id: new at every start. */
  id: string;
  name: string;
  address: string;
  version: string;
  schemaVersion: string;
  configHash: string;
  lastPingAt: number;
}

/** A node that has not been heard of for this long is dead. */
export const DEAD_AFTER_MS = 9_000;
/** How long a leader leads without renewing; another takes over after that. */
export const LEASE_MS = 9_000;
export const BEAT_MS = 2_000;
