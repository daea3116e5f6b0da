import type { Route } from "../../../http/route.ts";
import { createRoutes } from "./create.ts";
import { licensedRoutes } from "./licensed.ts";
import { listRoutes } from "./lists.ts";
import { memberRoutes } from "./members.ts";
import { membershipRoutes } from "./membership.ts";
import { readRoutes } from "./read.ts";
import { searchRoutes } from "./search.ts";
import { updateRoutes } from "./update.ts";
import { viewRoutes } from "./view.ts";

export const channels: Route[] = [
  ...createRoutes,
  ...readRoutes,
  ...listRoutes,
  ...searchRoutes,
  ...updateRoutes,
  ...memberRoutes,
  ...membershipRoutes,
  ...viewRoutes,
  ...licensedRoutes,
];
