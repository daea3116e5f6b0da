import { publish } from "../../../events/publish.ts";
import type { Kind, Of, Parsed } from "../lines/parse.ts";
import { writeChannels } from "./channels.ts";
import { writeDirectChannels } from "./direct.ts";
import { writeEmoji } from "./emoji.ts";
import { writeBots } from "./people/bots.ts";
import { writeUsers } from "./people/users.ts";
import { Occurrences } from "./posts/flat.ts";
import { CHUNK, writeDirectPosts, writePosts } from "./posts/posts.ts";
import { settle } from "./posts/settle.ts";
import { writeRoles } from "./roles.ts";
import { writeTeams } from "./teams.ts";
import type { Work } from "./work.ts";

/** Lines of one batch. */
const LINES: Record<Kind, number> = {
  role: 100,
  team: 50,
  channel: 500,
  user: 200,
  bot: 100,
  emoji: 50,
  post: CHUNK,
  direct_channel: 300,
  direct_post: CHUNK,
};
/** Characters of one batch: what is in memory. */
const MAX_TEXT = 2 * 1024 * 1024;

/** Gathers lines of one type, and writes them in batches in the order of the file. */
export class Batches {
  private readonly work: Work;
  private readonly occurrences = new Occurrences();
  private lines: Parsed[] = [];
  private posts = 0;
  private text = 0;

  constructor(work: Work) {
    this.work = work;
  }

  /** `text`: characters of the line. */
  async add(line: Parsed, text: number): Promise<void> {
    if (this.lines[0] && this.lines[0].kind !== line.kind) await this.flush();
    this.lines.push(line);
    this.text += text;
    this.posts += 1 + ("replies" in line.value ? (line.value.replies?.length ?? 0) : 0);
    if (this.posts >= LINES[line.kind] || this.text >= MAX_TEXT) await this.flush();
  }

  async flush(): Promise<void> {
    const { lines, work } = this;
    if (lines.length === 0) return;
    this.lines = [];
    this.posts = 0;
    this.text = 0;
    const of = <K extends Kind>() => lines as Of<K>[];
    switch (lines[0]!.kind) {
      case "role":
        return writeRoles(work, of<"role">());
      case "team":
        return writeTeams(work, of<"team">());
      case "channel":
        return writeChannels(work, of<"channel">());
      case "user":
        return writeUsers(work, of<"user">());
      case "bot":
        return writeBots(work, of<"bot">());
      case "emoji":
        return writeEmoji(work, of<"emoji">());
      case "direct_channel":
        return writeDirectChannels(work, of<"direct_channel">());
      case "post":
        return writePosts(work, of<"post">(), this.occurrences);
      case "direct_post":
        return writeDirectPosts(work, of<"direct_post">(), this.occurrences);
    }
  }
}

/**
 * Writes the lines that `feed` adds, and settles the counters; `step` is told how much of the settling is done, from 0 to 1.
 * However it ends, no node goes on with what it knew before.
 */
export async function writeAll(
  work: Work,
  feed: (batches: Batches) => Promise<void>,
  step: (share: number) => Promise<void> = async () => undefined,
): Promise<void> {
  const batches = new Batches(work);
  try {
    await feed(batches);
    await batches.flush();
    await settle(work, step);
  } finally {
    await publish(work.ctx, "system", [], [...work.effects, { kind: "all" }]);
  }
}
