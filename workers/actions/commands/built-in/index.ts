import type { BuiltIn } from "../types.ts";
import { aboutChannel } from "./channel.ts";
import { forClient } from "./client.ts";
import { goingPlaces } from "./going.ts";
import { aboutPeople } from "./people.ts";
import { aboutStatus } from "./status.ts";
import { asText } from "./text.ts";

/**
 * The built-in commands (semantics 19.6), by name. Not here: /test… (load tests), /exportlink (it needs what POST
 * /exports/{name}/presign-url needs, which gives the same), and /share-channel, /secure-connection (licensed).
 */
export const builtIns: readonly BuiltIn[] = [
  ...aboutStatus,
  ...asText,
  ...goingPlaces,
  ...aboutChannel,
  ...aboutPeople,
  ...forClient,
].sort((a, b) => (a.trigger < b.trigger ? -1 : 1));

const byTrigger = new Map(
  builtIns.flatMap((command) => [command.trigger, ...(command.aliases ?? [])].map((name) => [name, command])),
);

export function builtIn(trigger: string): BuiltIn | undefined {
  return byTrigger.get(trigger);
}
