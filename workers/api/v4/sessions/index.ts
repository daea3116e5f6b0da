import type { Route } from "../../../http/route.ts";
import { audits } from "./audits.ts";
import { sessions as routes } from "./sessions.ts";

export const sessions: Route[] = [...routes, ...audits];
