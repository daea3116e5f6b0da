import { channelById } from "../../../access/channels.ts";
import { subjectOf } from "../../../access/identity.ts";
import { Rights, rolePermissions } from "../../../access/permissions.ts";
import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { COMMAND_COLUMNS, type Command } from "../../../model/command.ts";
import { HOOK_LIFE_MS } from "./ask.ts";
import type { Asker } from "./respond.ts";

const MAX_USES = 5;

interface HookRow {
  userid: string;
  channelid: string;
  rootid: string;
  command: Command | null;
}

/** For whom the response_url of that id answers. Throws 404. */
export async function commandHook(ctx: Context, id: string): Promise<Asker> {
  const [row] = await ctx.sql.query<HookRow>(
    `SELECT h.userid, h.channelid, coalesce(h.rootid, '') AS rootid, (SELECT row_to_json(c) FROM (SELECT ${COMMAND_COLUMNS}
       FROM commands d WHERE d.id = h.commandid AND d.deleteat = 0) c) AS command
     FROM commandwebhooks h WHERE h.id = $1 AND h.createat > $2::bigint`,
    [id, Date.now() - HOOK_LIFE_MS],
  );
  if (!row) throw fail("app.command_webhook.get.missing");
  const subject = await subjectOf(ctx, row.userid);
  const channel = await channelById(ctx, row.channelid);
  if (!row.command || !channel || !subject || subject.user.delete_at > 0)
    throw fail("web.command_webhook.command.app_error");
  const rights = new Rights(await rolePermissions(ctx), subject);
  return { ctx, command: row.command, user: subject.user, rights, channel, rootId: row.rootid };
}

/** Counts one use (semantics 19.4). Throws 400 after the last. One query. */
export async function doUseCommandHook(ctx: Context, id: string): Promise<void> {
  const [used] = await ctx.sql.query(
    "UPDATE commandwebhooks SET usecount = usecount + 1 WHERE id = $1 AND usecount < $2::integer RETURNING id",
    [id, MAX_USES],
  );
  if (!used) throw fail("app.command_webhook.try_use.invalid");
}
