import type { Context } from "../../../context.ts";
import { AppError, fail } from "../../../errors/app-error.ts";
import type { Team } from "../../../model/team.ts";
import { SqlError } from "../../../ports/sql/sql.ts";
import { JobFailure } from "../../jobs/failure.ts";
import type { Archive } from "../archive/archive.ts";
import { newWork, type Work } from "../write/work.ts";
import { writeAll } from "../write/write.ts";
import { readExport, type SlackExport } from "./archive.ts";
import { lineOf, reasonOf } from "./line.ts";
import { ImportLog } from "./log.ts";
import { postsOf } from "./messages.ts";
import { type People, peopleOf } from "./people.ts";
import { lookupOf, type Places, placesOf } from "./places.ts";

/** Posts' lines name no files: Slack's exports have links only. */
const NO_FILES: Archive = {
  size: 0,
  async *lines() {},
  find: () => undefined,
};
const DEADLOCK = "40P01";

/**
 * Imports a Slack export into `team`: its people, channels and messages become lines of a bulk import, and are written as such,
 * so the same again changes nothing. `userId` becomes the owner of the bot that posts what programs have said. Answers the log.
 * Throws 400. Two queries, and those of the writers: a few per 200 people, 500 channels and 500 messages.
 */
export async function doImportSlack(ctx: Context, team: Team, userId: string, file: Blob): Promise<string> {
  const found = await readExport(file);
  const log = new ImportLog();
  const work = newWork({
    ctx,
    archive: NO_FILES,
    at: Date.now(),
    extract: false,
    step: async () => undefined,
  });
  const written = write(work, team, userId, found, log).catch((error) => {
    throw refusalOf(error);
  });
  // One that has gone away leaves no half of an import, and no node with what it knew before.
  ctx.background(written.catch(() => undefined));
  await written;
  return log.text(
    `Slack import into ${team.display_name}. Nobody has got a password: new users set one by "Forgot your password?".`,
  );
}

async function write(
  work: Work,
  team: Team,
  userId: string,
  { users, places: all, strays }: SlackExport,
  log: ImportLog,
): Promise<void> {
  const { ctx, at } = work;
  const people = await peopleOf(ctx, users, at, log);
  const places = await placesOf(ctx, team, all, people, log);
  for (const name of strays) log.note("Directories of no channel, not imported", name);
  await writeAll(work, async (batches) => {
    if (people.robot.made)
      await batches.add(
        lineOf("bot", {
          username: people.robot.username,
          owner: userId,
          display_name: "Slack import",
          description: "Posts what programs said in Slack.",
        }),
        0,
      );
    for (const line of places.lines) await batches.add(line, 0);
    for (const line of userLines(team, people, places)) await batches.add(line, 0);
    // Batches hold lines of one type: those of the team first.
    for (const direct of [false, true])
      for (const [place, target] of places.targets) {
        if (!target) {
          if (direct) log.count("Messages of conversations not imported", place.messages.length);
          continue;
        }
        if ("members" in target !== direct) continue;
        for (const root of postsOf(place.messages, people, lookupOf(people, places.names), at, log)) {
          const line =
            "members" in target
              ? lineOf("direct_post", { channel_members: target.members, ...root })
              : lineOf("post", { team: team.name, channel: target.channel, ...root });
          await batches.add(line, JSON.stringify(root).length);
        }
      }
  });
}

/** Everybody with the channels that he was in; who has two accounts in Slack and one here is in those of both. */
function* userLines(team: Team, people: People, { targets }: Places) {
  const channels = new Map<string, Set<string>>();
  for (const [{ channel }, target] of targets) {
    if (!target || !("channel" in target)) continue;
    for (const id of channel.members) {
      const username = people.members.get(id)?.fields.username;
      if (!username) continue;
      const own = channels.get(username) ?? new Set();
      channels.set(username, own.add(target.channel));
    }
  }
  const said = new Map([...people.members.values()].map((member) => [member.fields.username, member]));
  for (const { fields, deleted } of said.values()) {
    const names = [...(channels.get(fields.username) ?? [])];
    const teams = [{ name: team.name, channels: names.map((name) => ({ name })) }];
    yield lineOf("user", deleted ? fields : { ...fields, teams });
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof JobFailure)
    return fail("api.slackimport.slack_import.convert.app_error", { reason: reasonOf(error) });
  if (error instanceof SqlError && (error.isDuplicate() || error.code === DEADLOCK))
    return fail("api.slackimport.slack_import.concurrent.app_error");
  return error;
}
