import { rightsOf } from "../../../access/permissions.ts";
import { emojiById } from "../../../actions/emoji/read.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import type { Emoji } from "../../../model/emoji.ts";

/** Throws 501 where custom emoji are turned off. */
export function requireEnabled(r: Req<any>): void {
  if (!isEnabled(r)) throw fail("api.emoji.disabled.app_error");
}

export const isEnabled = (r: Req<any>) => r.ctx.config.ServiceSettings.EnableCustomEmoji;

/** System-wide, or in any of the session's teams: emoji belong to no team. */
export async function hasAnywhere(r: Req<any>, permission: string): Promise<boolean> {
  const rights = await rightsOf(r);
  return (
    rights.system(permission) ||
    [...r.me.memberships.teams.keys()].some((teamId) => rights.team(teamId, permission))
  );
}

/** The live emoji of the path. Throws 404. */
export async function requireEmoji(r: Req<any>): Promise<Emoji> {
  requireEnabled(r);
  const emoji = await emojiById(r.ctx, r.param("emoji_id"));
  if (!emoji) throw fail("app.emoji.get.no_result");
  return emoji;
}

/** The emoji of the path, if the session may delete it (semantics 17.7). Throws 404, 403. */
export async function requireDeletable(r: Req<any>): Promise<Emoji> {
  const emoji = await requireEmoji(r);
  const own = emoji.creator_id === r.userId;
  if (!(await hasAnywhere(r, own ? "delete_emojis" : "delete_others_emojis"))) throw forbidden();
  return emoji;
}
