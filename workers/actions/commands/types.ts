import type { Rights } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import type { Req } from "../../http/request.ts";
import type { Channel } from "../../model/channel.ts";
import type { Team } from "../../model/team.ts";

/** One use of a command: by whom, where, and what follows its name. */
export interface Call {
  r: Req<any>;
  ctx: Context;
  channel: Channel;
  rights: Rights;
  /** The channel's; in direct and group channels the one the client shows, if it shows one. */
  team: Team | undefined;
  rootId: string;
  trigger: string;
  text: string;
}

/** What comes of it (semantics 19.2). Text without `inChannel` is shown to the caller only. */
export interface Outcome {
  text?: string;
  /** `text` is a post of the caller's. */
  inChannel?: boolean;
  type?: string;
  props?: Record<string, unknown>;
  goto?: string;
}

export interface BuiltIn {
  trigger: string;
  /** What follows, as clients hint at it. */
  hint: string;
  description: string;
  /** Other names of the same, not offered. */
  aliases?: string[];
  run(call: Call): Promise<Outcome> | Outcome;
}
