import { channelAndRights } from "../../../access/permissions.ts";
import { postRow } from "../../../access/posts.ts";
import { teamById } from "../../../access/teams.ts";
import { fail } from "../../../errors/app-error.ts";
import { route } from "../../../http/route.ts";

/** GET /posts/{id}/info: where a post is, for those who read there or could join (semantics 4.6). Others get 404. */
export const postInfo = route({
  method: "GET",
  path: "/api/v4/posts/{post_id}/info",
  auth: "session",
  async access(r) {
    const row = await postRow(r.ctx, r.param("post_id"));
    if (!row || row.delete_at > 0) throw fail("app.post.get.app_error");
    const [channel, rights] = await channelAndRights(r, row.channel_id);
    const team = channel.team_id ? await teamById(r.ctx, channel.team_id) : undefined;
    const joinable =
      team !== undefined &&
      channel.type === "O" &&
      (rights.inTeam(team.id) ||
        rights.system(team.allow_open_invite ? "join_public_teams" : "join_private_teams"));
    if (!rights.readChannel(channel) && !joinable) throw fail("app.post.get.app_error");
    return { channel, team, rights };
  },
  handle: (_, { channel, team, rights }) => ({
    channel_id: channel.id,
    channel_type: channel.type,
    channel_display_name: channel.display_name,
    has_joined_channel: rights.isMember(channel.id),
    team_id: team?.id ?? "",
    team_type: team?.type ?? "",
    team_display_name: team?.display_name ?? "",
    has_joined_team: team ? rights.inTeam(team.id) : false,
  }),
});
