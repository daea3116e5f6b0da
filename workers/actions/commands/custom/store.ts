import type { Context } from "../../../context.ts";
import { fail } from "../../../errors/app-error.ts";
import { COMMAND_COLUMNS, type Command } from "../../../model/command.ts";
import { newId } from "../../../model/id.ts";
import { lock } from "../../../ports/sql/lock.ts";
import type { Param } from "../../../ports/sql/sql.ts";
import type { CommandFields } from "./check.ts";

const LIVE = `SELECT ${COMMAND_COLUMNS} FROM commands d WHERE d.deleteat = 0`;

export async function commandById(ctx: Context, id: string): Promise<Command | undefined> {
  const [found] = await ctx.sql.query<Command>(`${LIVE} AND d.id = $1`, [id]);
  return found;
}

/** The team's own commands; of `creatorId` only where given. One query. */
export function teamCommands(ctx: Context, teamId: string, creatorId?: string): Promise<Command[]> {
  return ctx.sql.query<Command>(
    `${LIVE} AND d.teamid = $1 AND ($2::text IS NULL OR d.creatorid = $2) ORDER BY d.trigger, d.id`,
    [teamId, creatorId ?? null],
  );
}

/** Without what only those who manage commands may know. */
export const withoutSecrets = (command: Command): Command => ({
  ...command,
  token: "",
  url: "",
  method: "",
  username: "",
  icon_url: "",
});

/** The team's own commands that are offered while typing; secrets left out. One query, none where they are turned off. */
export async function offeredCommands(ctx: Context, teamId: string): Promise<Command[]> {
  if (!ctx.config.ServiceSettings.EnableCommands) return [];
  const rows = await teamCommands(ctx, teamId);
  return rows.filter(({ auto_complete }) => auto_complete).map(withoutSecrets);
}

/** Another live command of team $2 that has trigger $3 (semantics 19.5). */
const SAME =
  "SELECT FROM commands o WHERE o.teamid = $2::text AND o.trigger = $3::text AND o.deleteat = 0 AND o.id <> $1::text";

/** Runs a statement that looks for `SAME`; those of one team and trigger take turns. Throws 400 where it writes nothing. One round trip. */
async function write(ctx: Context, teamId: string, trigger: string, text: string, params: Param[]) {
  const [, rows] = await ctx.sql.batch([lock(`command ${teamId} ${trigger}`), { text, params }]);
  if (!rows?.[0]) throw fail("api.command.duplicate_trigger.app_error");
  return rows[0] as unknown as Command;
}

const valuesOf = (id: string, teamId: string, fields: CommandFields) => [
  id,
  teamId,
  fields.trigger,
  fields.method,
  fields.username,
  fields.icon_url,
  fields.auto_complete,
  fields.auto_complete_desc,
  fields.auto_complete_hint,
  fields.display_name,
  fields.description,
  fields.url,
  Date.now(),
];

/** `fields` have been checked. Throws 400 where the team has such a command. One round trip. */
export function doCreateCommand(
  ctx: Context,
  creatorId: string,
  teamId: string,
  fields: CommandFields,
): Promise<Command> {
  return write(
    ctx,
    teamId,
    fields.trigger,
    `INSERT INTO commands AS d (id, teamid, trigger, method, username, iconurl, autocomplete, autocompletedesc, autocompletehint,
       displayname, description, url, createat, updateat, deleteat, creatorid, token, pluginid)
     SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::boolean, $8::text, $9::text, $10::text, $11::text,
       $12::text, $13::bigint, $13::bigint, 0, $14::text, $15::text, ''
     WHERE NOT EXISTS (${SAME}) RETURNING ${COMMAND_COLUMNS}`,
    [...valuesOf(newId(), teamId, fields), creatorId, newId()],
  );
}

/** `fields` have been checked. Throws 400 where the team has another such command, or this one has gone. One round trip. */
export function doUpdateCommand(ctx: Context, command: Command, fields: CommandFields): Promise<Command> {
  return write(
    ctx,
    command.team_id,
    fields.trigger,
    `UPDATE commands AS d SET trigger = $3::text, method = $4, username = $5, iconurl = $6, autocomplete = $7, autocompletedesc = $8,
       autocompletehint = $9, displayname = $10, description = $11, url = $12, updateat = $13::bigint
     WHERE d.id = $1::text AND d.teamid = $2::text AND d.deleteat = 0 AND NOT EXISTS (${SAME}) RETURNING ${COMMAND_COLUMNS}`,
    valuesOf(command.id, command.team_id, fields),
  );
}

/** To another team. Throws 400 where that has such a command. One round trip. */
export async function doMoveCommand(ctx: Context, command: Command, teamId: string): Promise<void> {
  await write(
    ctx,
    teamId,
    command.trigger,
    `UPDATE commands AS d SET teamid = $2::text, updateat = $4::bigint
     WHERE d.id = $1::text AND d.deleteat = 0 AND NOT EXISTS (${SAME}) RETURNING d.id`,
    [command.id, teamId, command.trigger, Date.now()],
  );
}

/** From then on nobody can run it. One query. */
export async function doDeleteCommand(ctx: Context, command: Command): Promise<void> {
  await ctx.sql.query(
    "UPDATE commands SET deleteat = $2::bigint, updateat = $2::bigint WHERE id = $1 AND deleteat = 0",
    [command.id, Date.now()],
  );
}

/** Another token from now on. Throws 404. One query. */
export async function doRegenCommandToken(ctx: Context, command: Command): Promise<string> {
  const token = newId();
  const [after] = await ctx.sql.query(
    "UPDATE commands SET token = $2, updateat = $3::bigint WHERE id = $1 AND deleteat = 0 RETURNING id",
    [command.id, token, Date.now()],
  );
  if (!after) throw fail("store.sql_command.get.missing.app_error");
  return token;
}
