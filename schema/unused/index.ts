// Tables of licensed or unused features: made so that a real server finds them, never written by this one.

export * from "./compliance.ts";
export * from "./groups.ts";
export * from "./messages.ts";
export * from "./properties.ts";
export * from "./retention.ts";
export * from "./sharedchannels.ts";
