import type { Random } from "../random.ts";
import type { Operations } from "./acts.ts";
import { CHANNELS } from "./channels.ts";
import { MESSAGES } from "./messages.ts";
import { PEOPLE } from "./people.ts";

export const OPERATIONS: Operations = { ...MESSAGES, ...CHANNELS, ...PEOPLE };

const NAMES = Object.entries(OPERATIONS).flatMap(([name, [weight]]) =>
  Array.from({ length: weight }, () => name),
);

export const anyOperation = (random: Random): string => random.of(NAMES)!;
