import { z } from "zod";
import { requireOwner } from "../../../access/integrations.ts";
import { rightsOf } from "../../../access/permissions.ts";
import { type CommandFields, checkCommand } from "../../../actions/commands/custom/check.ts";
import {
  commandById,
  doCreateCommand,
  doDeleteCommand,
  doMoveCommand,
  doRegenCommandToken,
  doUpdateCommand,
  offeredCommands,
  teamCommands,
} from "../../../actions/commands/custom/store.ts";
import { builtInCommands } from "../../../actions/commands/suggest.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { badBody, badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { mergeFields } from "../../../http/merge-fields.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import type { Command } from "../../../model/command.ts";
import { isId } from "../../../model/id.ts";

const PATH = "/api/v4/commands";
const ONE = `${PATH}/{command_id}`;
const OWN = "manage_own_slash_commands";
const OTHERS = "manage_others_slash_commands";

const text = z.string().nullish();
const fields = {
  trigger: text,
  url: text,
  method: text,
  username: text,
  icon_url: text,
  auto_complete: z.boolean().nullish(),
  auto_complete_desc: text,
  auto_complete_hint: text,
  display_name: text,
  description: text,
};
const create = z.object({ ...fields, team_id: z.string(), creator_id: text });
const update = z.object({ ...fields, id: z.string(), team_id: text });
const move = z.object({ team_id: z.string() });

const EMPTY: CommandFields = {
  trigger: "",
  url: "",
  method: "",
  username: "",
  icon_url: "",
  auto_complete: false,
  auto_complete_desc: "",
  auto_complete_hint: "",
  display_name: "",
  description: "",
};

const FIELDS = Object.keys(EMPTY) as (keyof CommandFields)[];

/** The fields that were sent, and of the others what there was before. */
function fieldsOf(sent: Partial<Record<keyof CommandFields, unknown>>, before: CommandFields): CommandFields {
  const merged = mergeFields(sent, before, FIELDS);
  return { ...merged, trigger: merged.trigger.toLowerCase() };
}

function requireEnabled(r: Req<any>): void {
  if (!r.ctx.config.ServiceSettings.EnableCommands) throw fail("api.command.disabled.app_error");
}

/** The command of the path, if the session may manage it; who may manage none of the team's gets 404. Throws 403, 404. */
async function requireCommand(r: Req<any>): Promise<Command> {
  requireEnabled(r);
  const id = r.param("command_id");
  const rights = await rightsOf(r);
  const command = await commandById(r.ctx, id);
  if (!command || !rights.team(command.team_id, "view_team") || !rights.team(command.team_id, OWN))
    throw fail("store.sql_command.get.missing.app_error");
  if (command.creator_id !== r.userId && !rights.team(command.team_id, OTHERS)) throw forbidden();
  return command;
}

interface Listing {
  teamId: string;
  customOnly: boolean;
  /** Whose commands are listed in full: everybody's, one's own, or none. */
  manages: "all" | "own" | "none";
}

async function requireList(r: Req<any>): Promise<Listing> {
  requireEnabled(r);
  const teamId = r.text("team_id");
  if (!isId(teamId)) throw badUrl("team_id");
  const rights = await rightsOf(r);
  if (!rights.team(teamId, "view_team")) throw forbidden();
  const own = rights.team(teamId, OWN);
  const manages = own && rights.team(teamId, OTHERS) ? "all" : own ? "own" : "none";
  const customOnly = r.bool("custom_only");
  if (customOnly && manages === "none") throw forbidden();
  return { teamId, customOnly, manages };
}

/** Custom slash commands (semantics 19.5). */
export const manageRoutes = [
  route({
    method: "GET",
    path: PATH,
    auth: "session",
    access: requireList,
    async handle(r, { teamId, customOnly, manages }) {
      if (manages === "none") return [...builtInCommands(), ...(await offeredCommands(r.ctx, teamId))];
      const custom = await teamCommands(r.ctx, teamId, manages === "own" ? r.userId : undefined);
      return customOnly ? custom : [...builtInCommands(), ...custom];
    },
  }),
  route<z.infer<typeof create>, string>({
    method: "POST",
    path: PATH,
    auth: "session",
    status: 201,
    body: create,
    async access(r) {
      requireEnabled(r);
      const { team_id, creator_id } = r.body;
      if (!isId(team_id)) throw badBody("team_id");
      const rights = await rightsOf(r);
      if (!rights.team(team_id, OWN)) throw forbidden();
      return requireOwner(r, rights, {
        teamId: team_id,
        owner: creator_id,
        field: "creator_id",
        others: OTHERS,
      });
    },
    async handle(r, creatorId) {
      const wanted = fieldsOf(r.body, EMPTY);
      checkCommand(wanted);
      const command = await doCreateCommand(r.ctx, creatorId, r.body.team_id, wanted);
      audit(r, "success");
      return command;
    },
  }),
  route({
    method: "GET",
    path: ONE,
    auth: "session",
    access: requireCommand,
    handle: (_r, command) => command,
  }),
  route<z.infer<typeof update>, Command>({
    method: "PUT",
    path: ONE,
    auth: "session",
    body: update,
    async access(r) {
      if (r.body.id !== r.param("command_id")) throw badBody("command_id");
      const command = await requireCommand(r);
      if (r.body.team_id && r.body.team_id !== command.team_id)
        throw fail("api.command.team_mismatch.app_error");
      return command;
    },
    async handle(r, command) {
      const wanted = fieldsOf(r.body, command);
      checkCommand(wanted);
      const changed = await doUpdateCommand(r.ctx, command, wanted);
      audit(r, "success");
      return changed;
    },
  }),
  route<z.infer<typeof move>, Command>({
    method: "PUT",
    path: `${ONE}/move`,
    auth: "session",
    body: move,
    async access(r) {
      requireEnabled(r);
      const { team_id } = r.body;
      if (!isId(team_id)) throw badBody("team_id");
      const rights = await rightsOf(r);
      if (!rights.team(team_id, OWN)) throw forbidden();
      const command = await requireCommand(r);
      if (command.creator_id !== r.userId && !rights.team(team_id, OTHERS)) throw forbidden();
      return command;
    },
    async handle(r, command) {
      await doMoveCommand(r.ctx, command, r.body.team_id);
      audit(r, "success");
      return OK;
    },
  }),
  route({
    method: "DELETE",
    path: ONE,
    auth: "session",
    access: requireCommand,
    async handle(r, command) {
      await doDeleteCommand(r.ctx, command);
      audit(r, "success");
      return OK;
    },
  }),
  route({
    method: "PUT",
    path: `${ONE}/regen_token`,
    auth: "session",
    access: requireCommand,
    async handle(r, command) {
      const token = await doRegenCommandToken(r.ctx, command);
      audit(r, "success");
      return { token };
    },
  }),
];
