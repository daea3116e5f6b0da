import { OF_MEMBERS, OF_USERS, RENAMED } from "../../imports/lines/people.ts";

/** Notification settings that the format knows, under its names. */
const format = (stored: Iterable<string>): Map<string, string> => {
  const renamed = new Map(Object.entries(RENAMED).map(([name, as]) => [as, name]));
  return new Map([...stored].map((name) => [name, renamed.get(name) ?? name]));
};

export const USER_PROPS = format(OF_USERS);
export const MEMBER_PROPS = format(OF_MEMBERS);

/** The settings of `props` that are in `known`, under the format's names. */
export function keepKnown(
  props: Record<string, unknown> = {},
  known: Map<string, string>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(props)) {
    const as = known.get(name);
    if (as !== undefined && typeof value === "string") kept[as] = value;
  }
  return kept;
}
