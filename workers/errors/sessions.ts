import type { Entry } from "./catalogue.ts";

export const sessions = {} as const satisfies Record<string, Entry>;
