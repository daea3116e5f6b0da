import { audit } from "../../../actions/sessions/audit.ts";
import { doRemoveTeamIcon, doSetTeamIcon, teamIcon } from "../../../actions/teams/icon.ts";
import { fail } from "../../../errors/app-error.ts";
import { notModified, OK, Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { inTeam } from "./access.ts";

const PATH = "/api/v4/teams/{team_id}/image";
const CACHED = { "Cache-Control": "max-age=86400, private" };

/** The bytes of the form's field `image`. */
async function imageOf(r: Req): Promise<Uint8Array> {
  const form = await r.raw.formData().catch(() => {
    throw fail("api.team.set_team_icon.no_file.app_error");
  });
  const image: unknown = form.get("image");
  if (!(image instanceof Blob)) throw fail("api.team.set_team_icon.no_file.app_error");
  if (image.size > r.ctx.config.FileSettings.MaxFileSize)
    throw fail("api.team.set_team_icon.too_large.app_error");
  return new Uint8Array(await image.arrayBuffer());
}

export const icon = [
  route({
    method: "GET",
    path: PATH,
    auth: "session",
    trusted: true,
    access: inTeam("view_team"),
    async handle(r, { team }) {
      const etag = String(team.last_team_icon_update);
      if (team.last_team_icon_update > 0 && r.header("if-none-match") === etag)
        return notModified(etag, CACHED);
      return new Reply(await teamIcon(r.ctx, team), {
        headers: { "Content-Type": "image/png", ...CACHED, ETag: etag },
      });
    },
  }),
  route({
    method: "POST",
    path: PATH,
    auth: "session",
    upload: true,
    access: inTeam("manage_team"),
    async handle(r, { team }) {
      await doSetTeamIcon(r.ctx, team, await imageOf(r));
      audit(r, `team_id=${team.id}`);
      return OK;
    },
  }),
  route({
    method: "DELETE",
    path: PATH,
    auth: "session",
    access: inTeam("manage_team"),
    async handle(r, { team }) {
      await doRemoveTeamIcon(r.ctx, team);
      audit(r, `team_id=${team.id}`);
      return OK;
    },
  }),
];
