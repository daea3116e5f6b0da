import { z } from "zod";
import { count, maybe, roles, text, time, username } from "./fields.ts";
import { notifyProps, OF_MEMBERS } from "./people.ts";
import { members } from "./places.ts";

/** What a member of a direct channel had read. */
const participant = z.strictObject({
  username,
  last_viewed_at: maybe(time),
  msg_count: maybe(count),
  msg_count_root: maybe(count),
  mention_count: maybe(count),
  mention_count_root: maybe(count),
  urgent_mention_count: maybe(count),
  urgend_mention_count: maybe(count),
  notify_props: notifyProps(OF_MEMBERS),
  roles: maybe(roles),
  explicit_roles: maybe(roles),
  scheme_user: maybe(z.boolean()),
  scheme_admin: maybe(z.boolean()),
  scheme_guest: maybe(z.boolean()),
});

export const directChannel = z
  .strictObject({
    members: maybe(members),
    participants: maybe(z.array(participant).min(1).max(16)),
    header: maybe(text(1_024)),
    favorited_by: maybe(z.array(username)),
    shown_by: maybe(z.array(username)),
  })
  .transform((line, ctx) => {
    const { members: named, participants = [], ...rest } = line;
    const users = named ?? [...new Set(participants.map((one) => one.username))].sort();
    if (users.length < 1 || users.length > 8)
      ctx.addIssue({ code: "custom", message: "has not 1 to 8 members" });
    for (const one of [
      ...participants.map((member) => member.username),
      ...(line.favorited_by ?? []),
      ...(line.shown_by ?? []),
    ])
      if (!users.includes(one)) ctx.addIssue({ code: "custom", message: `"${one}" is not a member` });
    return { ...rest, members: users, participants };
  });
