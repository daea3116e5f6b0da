import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import type { Team } from "../../model/team.ts";
import { doSetIconTime } from "./update.ts";

const SIZE = 128;

const pathOf = (teamId: string) => `teams/${teamId}/teamIcon.png`;

/** The stored icon. Throws 404 for a team that has none. */
export async function teamIcon(ctx: Context, team: Team): Promise<ReadableStream> {
  const file = team.last_team_icon_update > 0 ? await ctx.files.read(pathOf(team.id)) : null;
  if (!file) throw fail("api.team.get_team_icon.read_file.app_error");
  return file.body;
}

/** Makes a 128x128 PNG of `bytes` the team's icon (semantics 13.9). Throws 400 for what is no image, or too large a one. */
export async function doSetTeamIcon(ctx: Context, team: Team, bytes: Uint8Array): Promise<void> {
  const maxPixels = ctx.config.FileSettings.MaxImageResolution;
  const result = await ctx.compute.runImageJob({ op: "square", size: SIZE, bytes, maxPixels });
  if (result.status === "too_large") throw fail("api.team.set_team_icon.check_image_limits.app_error");
  if (result.status !== "ok") throw fail("api.team.set_team_icon.decode.app_error");
  await ctx.files.write(pathOf(team.id), result.image!.bytes, "image/png");
  await doSetIconTime(ctx, team.id, Date.now());
}

export async function doRemoveTeamIcon(ctx: Context, team: Team): Promise<void> {
  await doSetIconTime(ctx, team.id, 0);
  await ctx.files.remove(pathOf(team.id)).catch(() => undefined);
}
