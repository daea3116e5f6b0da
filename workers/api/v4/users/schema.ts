import { z } from "zod";

const texts = z.record(z.string(), z.string());

/** Booleans count as text: the official client's types allow both. */
const timezone = z.record(z.string(), z.union([z.string(), z.boolean().transform(String)]));

/** What of a profile a body may hold; null counts as absent. */
const field = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);

export const profileFields = {
  username: field(z.string()),
  email: field(z.string()),
  nickname: field(z.string()),
  first_name: field(z.string()),
  last_name: field(z.string()),
  position: field(z.string()),
  locale: field(z.string()),
  timezone: field(timezone),
  notify_props: field(texts),
  props: field(texts),
};

export const ids = z.array(z.string()).max(10_000);
