import { z } from "zod";
import { channelAndRights } from "../../../access/permissions.ts";
import { teamById } from "../../../access/teams.ts";
import { doExecute, parseCommand } from "../../../actions/commands/execute.ts";
import type { Call } from "../../../actions/commands/types.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";

const body = z.object({
  command: z.string(),
  channel_id: z.string(),
  team_id: z.string().nullish(),
  root_id: z.string().nullish(),
});

type Place = Pick<Call, "channel" | "rights" | "team">;

/** create_post in the channel, and view_team of the team that a direct or group channel is shown in (semantics 19.1). */
async function access(r: Req<z.infer<typeof body>>): Promise<Place> {
  const { channel_id, team_id, root_id } = r.body;
  if (!isId(channel_id)) throw badBody("channel_id");
  if (team_id && !isId(team_id)) throw badBody("team_id");
  if (root_id && !isId(root_id)) throw badBody("root_id");
  const [channel, rights] = await channelAndRights(r, channel_id);
  if (!rights.channel(channel, "create_post")) throw forbidden();
  const teamId = channel.team_id || team_id;
  if (!channel.team_id && teamId && !rights.team(teamId, "view_team")) throw forbidden();
  if (channel.delete_at > 0) throw fail("api.command.execute_command.deleted.error");
  return { channel, rights, team: teamId ? await teamById(r.ctx, teamId) : undefined };
}

/** POST /commands/execute (semantics 19.1, 19.2). */
export const executeCommand = route<z.infer<typeof body>, Place>({
  method: "POST",
  path: "/api/v4/commands/execute",
  auth: "session",
  body,
  access,
  handle: (r, place) =>
    doExecute({ r, ctx: r.ctx, ...place, ...parseCommand(r.body.command), rootId: r.body.root_id ?? "" }),
});
