import type { Context } from "../../context.ts";
import { COMMAND_COLUMNS, type Command } from "../../model/command.ts";

/** The team's own commands that are offered while typing; secrets left out. One query, none where they are turned off. */
export async function offeredCommands(ctx: Context, teamId: string): Promise<Command[]> {
  if (!ctx.config.ServiceSettings.EnableCommands) return [];
  const rows = await ctx.sql.query<Command>(
    `SELECT ${COMMAND_COLUMNS} FROM commands d WHERE d.teamid = $1 AND d.deleteat = 0 AND d.autocomplete ORDER BY d.trigger`,
    [teamId],
  );
  return rows.map((command) => ({ ...command, token: "", url: "", method: "", username: "", icon_url: "" }));
}
