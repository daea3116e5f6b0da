/**
 * What this process tells itself across objects. Self-hosted only: there the worker and its objects share an isolate.
 * Ids, not instances: an object is called through its stub, in its own I/O context.
 */
export const live = {
  /** Topics with followers, by name. */
  followed: new Map<string, DurableObjectId>(),
  hubs: new Map<string, DurableObjectId>(),
  /** Topics with something that a drain must save, or with followers. */
  topics: new Map<string, DurableObjectId>(),
  /** The process drains: from now on every change is saved at once. */
  ending: false,
};
