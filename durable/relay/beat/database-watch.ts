import type { Env } from "../../../workers/env.ts";
import { log } from "../../../workers/log/log.ts";
import { reach } from "../../../workers/ports/cluster/reach.ts";
import { abandonConnections } from "../../../workers/ports/sql/create.ts";
import type { DatabaseVoice } from "./database-voice.ts";

/** Where only this node has lost the database, it serves nobody until it has it back: clients go to the others. */
export class DatabaseWatch {
  private readonly env: Env;
  private readonly voice: DatabaseVoice;
  private readonly letGo: () => Promise<void>;

  /** @param letGo lets this node's clients go. */
  constructor(env: Env, voice: DatabaseVoice, letGo: () => Promise<void>) {
    this.env = env;
    this.voice = voice;
    this.letGo = letGo;
  }

  /** After a heartbeat that has reached the database, or has not. */
  async afterBeat(reached: boolean): Promise<void> {
    if (reached) {
      if (reach.lost) log.warn("the database is back");
      reach.lost = false;
      return this.voice.reached();
    }
    // Each heartbeat of a node that is cut off tries connections of its own: old ones may wait for what never comes.
    if (reach.lost) return abandonConnections(this.env);
    if (!(await this.voice.missed())) return;
    reach.lost = true;
    log.warn("this node alone does not reach the database");
    // What waits there would wait for long; its clients ask again elsewhere.
    await abandonConnections(this.env);
    await this.letGo();
  }
}
