import { z } from "zod";

/** Slack writes null, or nothing, for what is not there. */
const maybe = <S extends z.ZodType>(schema: S) => schema.nullish().transform((value) => value ?? undefined);
const text = maybe(z.string()).transform((value) => value ?? "");
const flag = maybe(z.boolean()).transform((value) => value ?? false);
const id = z.string().regex(/^[A-Za-z0-9]{1,64}$/, "is no id of Slack");

const profile = maybe(
  z.object({
    email: text,
    first_name: text,
    last_name: text,
    real_name: text,
    display_name: text,
    title: text,
  }),
);

/** An entry of users.json. */
export const slackUser = z.object({
  id,
  name: text,
  real_name: text,
  deleted: flag,
  is_bot: flag,
  is_restricted: flag,
  profile,
});

const note = maybe(z.object({ value: text }));

/** An entry of channels.json, groups.json, mpims.json or dms.json; the last have no name. */
export const slackChannel = z.object({
  id,
  name: text,
  members: maybe(z.array(id)).transform((value) => value ?? []),
  topic: note,
  purpose: note,
});

const file = z.object({ name: text, title: text, permalink: text, url_private: text });

/** An entry of a day's file. */
export const slackMessage = z.object({
  type: text,
  subtype: text,
  user: text,
  bot_id: text,
  username: text,
  text,
  topic: text,
  purpose: text,
  old_name: text,
  name: text,
  ts: text,
  thread_ts: text,
  reactions: maybe(z.array(z.object({ name: z.string(), users: z.array(z.string()) }))),
  attachments: maybe(z.array(z.unknown())),
  file: maybe(file),
  files: maybe(z.array(file)),
});

export type SlackUser = z.infer<typeof slackUser>;
export type SlackChannel = z.infer<typeof slackChannel>;
export type SlackMessage = z.infer<typeof slackMessage>;
