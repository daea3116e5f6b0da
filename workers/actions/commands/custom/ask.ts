import { ZodError } from "zod";
import type { Context } from "../../../context.ts";
import { AppError, fail } from "../../../errors/app-error.ts";
import { COMMAND_COLUMNS, type Command } from "../../../model/command.ts";
import { newId } from "../../../model/id.ts";
import { OutboundError } from "../../../ports/outbound/outbound.ts";
import { channelLinks } from "../../../text/channel-links.ts";
import { mentionTokens } from "../../../text/mentions.ts";
import { integrationLimits } from "../../hooks/limits.ts";
import { type CommandResponse, responseOf } from "../response.ts";
import type { Call } from "../types.ts";

/** How long a response_url is good (semantics 19.4). */
export const HOOK_LIFE_MS = 1_800_000;

/** A command as it is about to run. */
export interface Found {
  command: Command;
  /** Of the row that response_url names. */
  hookId: string;
  users: { id: string; name: string }[];
  channels: { id: string; name: string }[];
}

interface FoundRow {
  command: Command;
  users: { id: string; name: string }[] | null;
  channels: { id: string; name: string; type: string }[] | null;
}

/**
 * The team's command of that name, the users of the team and the channels that its text mentions, and a fresh row for its
 * response_url; a few rows that have expired go. Undefined where there is no such command. One query.
 */
export async function findCommand(call: Call): Promise<Found | undefined> {
  const { ctx, team, trigger, text, channel, rights, r, rootId } = call;
  if (!team || !ctx.config.ServiceSettings.EnableCommands) return undefined;
  const [hookId, now] = [newId(), Date.now()];
  const [row] = await ctx.sql.query<FoundRow>(
    `WITH found AS (SELECT ${COMMAND_COLUMNS} FROM commands d WHERE d.teamid = $1 AND d.trigger = $2 AND d.deleteat = 0
        ORDER BY d.createat LIMIT 1),
      made AS (INSERT INTO commandwebhooks (id, createat, commandid, userid, channelid, rootid, usecount)
        SELECT $3::text, $4::bigint, found.id, $5::text, $6::text, $7::text, 0 FROM found),
      old AS (DELETE FROM commandwebhooks WHERE id IN (SELECT h.id FROM commandwebhooks h, found WHERE h.createat < $8::bigint
        ORDER BY h.createat LIMIT 100 FOR UPDATE OF h SKIP LOCKED))
     SELECT row_to_json(found) AS command,
      (SELECT json_agg(json_build_object('id', u.id, 'name', u.username) ORDER BY u.username) FROM users u
        JOIN teammembers m ON m.userid = u.id AND m.teamid = $1 AND m.deleteat = 0
        WHERE u.username = ANY($9::text[]) AND u.deleteat = 0) AS users,
      (SELECT json_agg(json_build_object('id', c.id, 'name', c.name, 'type', c.type) ORDER BY c.name) FROM channels c
        WHERE c.teamid = $1 AND c.name = ANY($10::text[]) AND c.type IN ('O', 'P') AND c.deleteat = 0) AS channels
     FROM found`,
    [
      team.id,
      trigger,
      hookId,
      now,
      r.userId,
      channel.id,
      rootId,
      now - HOOK_LIFE_MS,
      text.includes("@") ? mentionTokens([text]).usernames : [],
      channelLinks(text),
    ],
  );
  if (!row) return undefined;
  const channels = (row.channels ?? []).filter(({ id, type }) => type === "O" || rights.isMember(id));
  return { command: row.command, hookId, users: row.users ?? [], channels };
}

/** Asks the command's integration what to do (semantics 19.3). Throws 400. */
export async function askCommand(call: Call, found: Found, triggerId: string): Promise<CommandResponse> {
  const { ctx, trigger } = call;
  try {
    const answer = await send(ctx, found.command, factsOf(call, found, triggerId));
    const { status } = answer;
    if (status !== 200) throw fail("api.command.execute_command.failed_resp.app_error", { trigger, status });
    const text = answer.text();
    if (text.trim() === "null") throw fail("api.command.execute_command.failed_empty.app_error", { trigger });
    return responseOf(answer.headers.get("content-type") ?? "", text);
  } catch (error) {
    if (error instanceof AppError && error.id.startsWith("api.command.")) throw error;
    if (error instanceof OutboundError || error instanceof AppError || error instanceof ZodError)
      throw fail("api.command.execute_command.failed.app_error", { trigger });
    throw error;
  }
}

function send(ctx: Context, command: Command, facts: [string, string][]) {
  const get = command.method === "G";
  const url = new URL(command.url);
  if (get) for (const [name, value] of facts) url.searchParams.append(name, value);
  return ctx.outbound.fetch(url.href, {
    method: get ? "GET" : "POST",
    headers: {
      Accept: "application/json",
      Authorization: `Token ${command.token}`,
      ...(get ? {} : { "Content-Type": "application/x-www-form-urlencoded" }),
    },
    ...(get ? {} : { body: new URLSearchParams(facts).toString() }),
    ...integrationLimits(ctx),
  });
}

/** What is told; each mention is a value of its own under one name. */
function factsOf(call: Call, { command, hookId, users, channels }: Found, triggerId: string) {
  const { ctx, team, channel, r, rootId, trigger, text } = call;
  const facts: [string, string][] = [
    ["token", command.token],
    ["team_id", team?.id ?? ""],
    ["team_domain", team?.name ?? ""],
    ["channel_id", channel.id],
    ["channel_name", channel.name],
    ["user_id", r.userId],
    ["user_name", r.me.user.username],
    ["command", `/${trigger}`],
    ["text", text],
    ["trigger_id", triggerId],
    ["response_url", `${ctx.config.ServiceSettings.SiteURL}/hooks/commands/${hookId}`],
  ];
  if (rootId) facts.push(["root_id", rootId]);
  const mentioned = (kind: string, list: { id: string; name: string }[]) => {
    for (const { name } of list) facts.push([`${kind}_mentions`, name]);
    for (const { id } of list) facts.push([`${kind}_mentions_ids`, id]);
  };
  mentioned("user", users);
  mentioned("channel", channels);
  return facts;
}
