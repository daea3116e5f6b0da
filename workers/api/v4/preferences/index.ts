import type { Route } from "../../../http/route.ts";
import { readPreferences } from "./read.ts";
import { writePreferences } from "./write.ts";

export const preferences: Route[] = [...readPreferences, ...writePreferences];
