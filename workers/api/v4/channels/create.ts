import { z } from "zod";
import { requireTeam, rightsOf } from "../../../access/permissions.ts";
import { doCreateChannel } from "../../../actions/channels/create.ts";
import { doOpenDirect, doOpenGroup, type Reach } from "../../../actions/channels/direct.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import * as schema from "./schemas.ts";

/** Whom the session may open a direct or group channel with (cfg RestrictDirectMessage, view restrictions). */
async function requireOpen(r: Req<string[]>, permission: string): Promise<Reach> {
  const rights = await rightsOf(r);
  if (!rights.system(permission)) throw forbidden();
  const restricted = r.ctx.config.TeamSettings.RestrictDirectMessage === "team";
  return { team: restricted && !rights.system("manage_system"), visible: !rights.system("view_members") };
}

export const createRoutes = [
  route({
    method: "POST",
    path: "/api/v4/channels",
    auth: "session",
    status: 201,
    body: z.object({
      team_id: schema.id,
      name: schema.text,
      display_name: schema.text,
      type: z.enum(["O", "P"]),
      header: schema.optionalText,
      purpose: schema.optionalText,
    }),
    access: (r) =>
      requireTeam(
        r,
        r.body.team_id,
        r.body.type === "O" ? "create_public_channel" : "create_private_channel",
      ),
    handle: (r) =>
      doCreateChannel(r.ctx, r.me.user, {
        ...r.body,
        header: r.body.header ?? "",
        purpose: r.body.purpose ?? "",
      }),
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/direct",
    auth: "session",
    status: 201,
    body: z.array(schema.id).length(2),
    async access(r) {
      const reach = await requireOpen(r, "create_direct_channel");
      if (!r.body.includes(r.userId) && !(await rightsOf(r)).system("manage_system")) throw forbidden();
      return reach;
    },
    handle: (r, reach) => doOpenDirect(r.ctx, r.userId, r.body as [string, string], reach),
  }),
  route({
    method: "POST",
    path: "/api/v4/channels/group",
    auth: "session",
    status: 201,
    body: schema.ids,
    access: (r) => requireOpen(r, "create_group_channel"),
    handle(r, reach) {
      const members = [...new Set([...r.body, r.userId])];
      if (members.length < 3 || members.length > 8) throw fail("api.channel.create_group.bad_size.app_error");
      return doOpenGroup(r.ctx, r.userId, members, reach);
    },
  }),
];
