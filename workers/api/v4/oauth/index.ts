import type { Route } from "../../../http/route.ts";
import { apps } from "./apps.ts";
import { grant } from "./grant.ts";
import { registration } from "./register.ts";

/** The OAuth 2.0 provider (semantics 22.1 to 22.6). */
export const oauth: Route[] = [...registration, ...apps, ...grant];
