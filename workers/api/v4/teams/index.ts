import type { Route } from "../../../http/route.ts";
import { icon } from "./icon.ts";
import { invites } from "./invites.ts";
import { listing } from "./listing.ts";
import { memberRoles } from "./member-roles.ts";
import { members } from "./members.ts";
import { ofUser } from "./of-user.ts";
import { teamRoutes } from "./teams.ts";

export const teams: Route[] = [
  ...teamRoutes,
  ...listing,
  ...members,
  ...memberRoles,
  ...ofUser,
  ...invites,
  ...icon,
];
