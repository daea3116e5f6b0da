import type { Route } from "../../../http/route.ts";
import { changeRoutes } from "./change.ts";
import { findRoutes } from "./find.ts";

export const emoji: Route[] = [...findRoutes, ...changeRoutes];
