import type { Context } from "../../../context.ts";
import type { Team } from "../../../model/team.ts";
import { removeControlCharacters, truncateRunes } from "../../../text/clean.ts";
import { isValidChannelName } from "../../../text/names.ts";
import type { Of } from "../lines/parse.ts";
import type { SlackPlace } from "./archive.ts";
import { lineOf } from "./line.ts";
import type { ImportLog } from "./log.ts";
import { type Lookup, toMarkdown } from "./markup.ts";
import type { People } from "./people.ts";

/** Most users of a direct channel. */
const MAX_GROUP = 8;
const SUFFIXES = ["", "-slack", "-slack-2", "-slack-3"];

/** Where messages of a place go: a channel of the team by its name, or a direct channel by usernames; undefined for nowhere. */
export type Target = { channel: string } | { members: string[] } | undefined;

export interface Places {
  targets: Map<SlackPlace, Target>;
  /** Names here, by ids of Slack. */
  names: Map<string, string>;
  /** Channels to be made. */
  lines: Of<"channel">[];
}

interface Found {
  name: string;
  type: string;
  deleteat: number;
}

/**
 * Finds channels by their names, and says what the others are to be. One that is archived here, or of which other people may read
 * than in Slack (open and private), is left alone: messages go to a channel "…-slack" beside it. One query.
 */
export async function placesOf(
  ctx: Context,
  team: Team,
  all: SlackPlace[],
  people: People,
  log: ImportLog,
): Promise<Places> {
  const targets = new Map<SlackPlace, Target>();
  const inTeam: SlackPlace[] = [];
  for (const place of all) {
    const { kind, channel } = place;
    const group = kind === "group" && channel.members.length <= MAX_GROUP;
    if (kind !== "direct" && !group) {
      inTeam.push(place);
      continue;
    }
    const members = channel.members.map((id) => people.members.get(id)?.fields.username);
    const known = [...new Set(members)].filter((name) => name !== undefined);
    const complete = known.length > 0 && !members.includes(undefined);
    targets.set(place, complete ? { members: known } : undefined);
    if (!complete)
      log.note(
        "Conversations not imported",
        `${channel.name || channel.id}: not all of its people are users here.`,
      );
  }

  const rows = await ctx.sql.query<Found>(
    "SELECT name, type, deleteat FROM channels WHERE teamid = $1 AND name = ANY($2::text[])",
    [team.id, inTeam.flatMap((place) => candidatesOf(place))],
  );
  const found = new Map(rows.map((row) => [row.name, row]));
  const names = new Map<string, string>();
  const used = new Set<string>();
  const made: { place: SlackPlace; name: string; type: "O" | "P" }[] = [];
  for (const place of inTeam) {
    const type = place.kind === "open" ? "O" : "P";
    const fits = (name: string) => {
      const here = found.get(name);
      return !used.has(name) && (!here || (here.type === type && here.deleteat === 0));
    };
    const name = candidatesOf(place).find(fits);
    if (!name) {
      log.note("Channels not imported", `${place.channel.name}: its name is taken.`);
      continue;
    }
    used.add(name);
    names.set(place.channel.id, name);
    targets.set(place, { channel: name });
    const renamed = name === place.channel.name ? "" : ` (was ${place.channel.name} in Slack)`;
    log.note(
      found.has(name) ? "Channels merged into those that were here" : "Channels created",
      `${name}${renamed}`,
    );
    if (!found.has(name)) made.push({ place, name, type });
  }

  const lookup = lookupOf(people, names);
  const lines = made.map(({ place: { channel }, name, type }) =>
    lineOf("channel", {
      team: team.name,
      name,
      type,
      display_name: fitting(channel.name, 64).trim() || name,
      header: fitting(toMarkdown(channel.topic?.value ?? "", lookup), 1024),
      purpose: fitting(toMarkdown(channel.purpose?.value ?? "", lookup), 250),
    }),
  );
  return { targets, names, lines };
}

/** What ids in texts stand for. */
export const lookupOf = (people: People, channels: Map<string, string>): Lookup => ({
  user: (id) => people.members.get(id)?.fields.username ?? people.robots.get(id),
  channel: (id) => channels.get(id),
});

const fitting = (text: string, max: number) => truncateRunes(removeControlCharacters(text), max);

/** What the channel may be called, the best first. */
function candidatesOf({ channel: { id, name } }: SlackPlace): string[] {
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9\-_]/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 56);
  const base = isValidChannelName(clean) ? clean : `slack-channel-${id.toLowerCase().slice(0, 40)}`;
  return SUFFIXES.map((suffix) => `${base}${suffix}`);
}
