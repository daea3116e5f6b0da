import { doImportSlack } from "../../../actions/imports/slack/import.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { fail } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { inTeam } from "../teams/access.ts";

/** The form's file, where it says that it is of Slack. Throws 400. */
async function fileOf(r: Req): Promise<Blob> {
  const form = await r.raw.formData().catch(() => {
    throw fail("api.team.import_team.parse.app_error");
  });
  const from = form.get("importFrom");
  if (!from) throw fail("api.team.import_team.no_import_from.app_error");
  if (from !== "slack") throw fail("api.team.import_team.unknown_import_from.app_error");
  const size = form.get("filesize");
  if (size === null) throw fail("api.team.import_team.unavailable.app_error");
  if (typeof size !== "string" || !/^\d{1,15}$/.test(size))
    throw fail("api.team.import_team.integer.app_error");
  const file: unknown = form.get("file");
  if (!(file instanceof Blob)) throw fail("api.team.import_team.no_file.app_error");
  const limit = r.ctx.config.FileSettings.MaxFileSize;
  if (file.size > limit) throw fail("api.team.import_team.too_large.app_error", { limit });
  return file;
}

/** Imports a Slack export into a team, within the request. */
export const slackImport = route({
  method: "POST",
  path: "/api/v4/teams/{team_id}/import",
  auth: "session",
  upload: true,
  access: inTeam("import_team"),
  async handle(r, { team }) {
    const log = await doImportSlack(r.ctx, team, r.userId, await fileOf(r));
    audit(r, `team_id=${team.id}`);
    return { results: Buffer.from(log).toString("base64") };
  },
});
