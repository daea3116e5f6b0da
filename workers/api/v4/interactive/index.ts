import type { Route } from "../../../http/route.ts";
import { dialogRoutes } from "./dialogs.ts";
import { pressAction } from "./press.ts";

export const interactive: Route[] = [pressAction, ...dialogRoutes];
