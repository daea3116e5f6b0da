import { type Rights, requireSelf, requireTeam } from "../../../access/permissions.ts";
import { channelOfPost } from "../../../access/posts.ts";
import { forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import type { Channel } from "../../../model/channel.ts";

export interface TeamGrant {
  userId: string;
  teamId: string;
  rights: Rights;
}

/** The path's user, who is the session's own or may be edited, in a team that the session may see. */
export async function accessTeam(r: Req<any>): Promise<TeamGrant> {
  const teamId = r.param("team_id");
  const userId = await requireSelf(r);
  return { userId, teamId, rights: await requireTeam(r, teamId, "view_team") };
}

export interface ThreadGrant extends TeamGrant {
  threadId: string;
  channel: Channel;
}

/** A thread in a channel that the session may read. */
export async function accessThread(r: Req<any>): Promise<ThreadGrant> {
  const teamId = r.param("team_id");
  const threadId = r.param("thread_id");
  const userId = await requireSelf(r);
  const [channel, rights] = await channelOfPost(r, threadId);
  if (!rights.readChannel(channel)) throw forbidden();
  return { userId, teamId, threadId, channel, rights };
}
