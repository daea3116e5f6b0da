// Tables that this server reads and writes.

export * from "./channels.ts";
export * from "./files.ts";
export * from "./integrations.ts";
export * from "./oauth.ts";
export * from "./posts.ts";
export * from "./preferences.ts";
export * from "./roles.ts";
export * from "./sessions.ts";
export * from "./system.ts";
export * from "./teams.ts";
export * from "./threads.ts";
export * from "./users.ts";
