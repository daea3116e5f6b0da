import { z } from "zod";
import { DEFAULT_CHANNEL } from "../../../model/channel.ts";
import { checkTexts } from "../../channels/check.ts";
import { checkTeamFields, checkTeamName } from "../../teams/check.ts";
import { checkedBy, maybe, text, time, unlicensed, username } from "./fields.ts";

const lower = z.string().transform((value) => value.trim().toLowerCase());
/** Names as references: where they lead is looked up. */
export const teamName = lower;
export const channelName = lower;

export const version = z.strictObject({
  type: z.literal("version"),
  version: z.literal(1, "is not version 1 of the format"),
  info: maybe(z.looseObject({})),
});

const PERMISSION = /^[a-z][a-z0-9_]{0,127}$/;

export const role = z.strictObject({
  name: z.string().regex(/^[a-z0-9_]{1,64}$/, "is no name of a role"),
  display_name: maybe(text(128)),
  description: maybe(text(1_024)),
  permissions: maybe(z.array(z.string().regex(PERMISSION, "is no permission")).max(1_000)),
  scheme_managed: maybe(z.boolean()),
});

export const scheme = z
  .any()
  .refine(() => false, "permission schemes need a licence, and this server has none");

export const team = z
  .strictObject({
    name: teamName,
    display_name: z.string(),
    type: z.enum(["O", "I"]),
    description: maybe(z.string()),
    allow_open_invite: maybe(z.boolean()),
    scheme: unlicensed("permission schemes"),
  })
  .superRefine(
    checkedBy(({ name, display_name, description = "" }) => {
      checkTeamName(name);
      checkTeamFields({ display_name, description });
    }),
  )
  .transform((line) => ({ ...line, ...checkTeamFields({ display_name: line.display_name }) }));

export const channel = z
  .strictObject({
    team: teamName,
    name: channelName,
    display_name: z.string().min(1),
    type: z.enum(["O", "P"]),
    header: maybe(z.string()),
    purpose: maybe(z.string()),
    deleted_at: maybe(time),
    scheme: unlicensed("permission schemes"),
  })
  .superRefine(
    checkedBy(({ name, display_name, header = "", purpose = "" }) =>
      checkTexts({ name, display_name, header, purpose }),
    ),
  )
  .refine(({ name, type, deleted_at }) => name !== DEFAULT_CHANNEL || (type === "O" && !deleted_at), {
    path: ["name"],
    message: "the default channel is open and cannot be archived",
  });

export const emoji = z.strictObject({ name: z.string(), image: z.string().min(1).max(1_024) });

/** The users of a direct channel: one or two, or three to eight of a group. */
export const members = z
  .array(username)
  .transform((names) => [...new Set(names)].sort())
  .refine((names) => names.length >= 1 && names.length <= 8, "has not 1 to 8 users");

export type RoleLine = z.infer<typeof role>;
export type TeamLine = z.infer<typeof team>;
export type ChannelLine = z.infer<typeof channel>;
export type EmojiLine = z.infer<typeof emoji>;
