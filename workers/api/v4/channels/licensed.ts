import { requireChannel, requireSelf, requireSystem } from "../../../access/permissions.ts";
import { fail } from "../../../errors/app-error.ts";
import type { ErrorId } from "../../../errors/catalogue.ts";
import type { Req } from "../../../http/request.ts";
import { type Method, type Route, route } from "../../../http/route.ts";
import { requireViewChannel } from "./access.ts";

/** A route of a feature that needs a licence: authorised as ever, then refused (client-flows 22). */
const licensed = (method: Method, path: string, error: ErrorId, access: (r: Req) => unknown): Route =>
  route({
    method,
    path: `/api/v4/channels/{channel_id}${path}`,
    auth: "session",
    access,
    handle() {
      throw fail(error);
    },
  });

const system = (permission: string) => (r: Req) => {
  r.param("channel_id");
  return requireSystem(r, permission);
};
const own = (r: Req) => {
  r.param("channel_id");
  return requireSelf(r);
};
const member = (r: Req) => requireChannel(r, r.param("channel_id"), "read_channel");

/** Moderation, schemes, groups, translation, access rules. */
export const licensedRoutes: Route[] = [
  licensed(
    "GET",
    "/moderations",
    "api.channel.get_channel_moderations.license.error",
    system("sysconsole_read_user_management_channels"),
  ),
  licensed(
    "PUT",
    "/moderations/patch",
    "api.channel.patch_channel_moderations.license.error",
    system("sysconsole_write_user_management_channels"),
  ),
  licensed("PUT", "/scheme", "api.channel.update_channel_scheme.license.error", system("manage_system")),
  licensed(
    "GET",
    "/member_counts_by_group",
    "api.channel.channel_member_counts_by_group.license.error",
    member,
  ),
  licensed(
    "GET",
    "/members_minus_group_members",
    "api.license_error",
    system("sysconsole_read_user_management_channels"),
  ),
  licensed("GET", "/groups", "api.license_error", requireViewChannel),
  licensed("GET", "/access_control/attributes", "api.license_error", member),
  licensed(
    "PUT",
    "/members/{user_id}/autotranslation",
    "api.channel.update_channel_member_autotranslation.feature_not_available.app_error",
    own,
  ),
];
