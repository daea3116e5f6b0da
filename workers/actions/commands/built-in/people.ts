import { AppError } from "../../../errors/app-error.ts";
import type { Channel } from "../../../model/channel.ts";
import type { User } from "../../../model/user.ts";
import { doAddMembers } from "../../channels/members/add.ts";
import { doRemoveMember } from "../../channels/members/leave.ts";
import { addressesOf, doInviteByEmail } from "../../mail/invitations.ts";
import type { BuiltIn, Call, Outcome } from "../types.ts";
import { channelsNamed, MAX_NAMES, mayInChannel, usersNamed } from "./find.ts";

const MEMBERS = { O: "manage_public_channel_members", P: "manage_private_channel_members" };
/** Each channel costs a statement. */
const MAX_CHANNELS = 10;

async function invite(call: Call): Promise<Outcome> {
  const words = [...new Set(call.text.split(/[\s,]+/).filter(Boolean))];
  const names = words.filter((word) => !word.startsWith("~"));
  const places = words.filter((word) => word.startsWith("~"));
  if (names.length === 0) return { text: "Say whom: `/invite @user [~channel]`." };
  if (names.length > MAX_NAMES || places.length > MAX_CHANNELS)
    return { text: "These are too many names at once." };
  const users = await usersNamed(call, names);
  if (users.length === 0) return { text: "There is no such user." };
  const channels = places.length > 0 ? await channelsNamed(call, places) : [call.channel];
  if (channels.length === 0) return { text: "There is no such channel." };
  const texts: string[] = [];
  for (const channel of channels) texts.push(await add(call, channel, users));
  return { text: texts.join("\n") };
}

async function add({ r, ctx, rights }: Call, channel: Channel, users: User[]): Promise<string> {
  const name = `~${channel.name}`;
  if (channel.type === "D" || channel.type === "G") return "Nobody can be added to a direct message.";
  if (!mayInChannel(rights, channel, MEMBERS)) return `You may not add anyone to ${name}.`;
  try {
    const members = await doAddMembers(
      ctx,
      r.me.user,
      channel,
      users.map(({ id }) => id),
    );
    const inside = new Set(members.map(({ user_id }) => user_id));
    const [added, others] = [
      users.filter(({ id }) => inside.has(id)),
      users.filter(({ id }) => !inside.has(id)),
    ];
    const rest = others.length > 0 ? ` Not added: ${listed(others)}.` : "";
    return `${listed(added)} is in ${name}.${rest}`;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${name}: ${error.message}`;
  }
}

const listed = (users: User[]) => users.map(({ username }) => `@${username}`).join(", ");

async function remove(call: Call): Promise<Outcome> {
  const { r, ctx, channel, rights, text } = call;
  if (channel.type === "D" || channel.type === "G")
    return { text: "Nobody can be removed from a direct message." };
  if (!mayInChannel(rights, channel, MEMBERS))
    return { text: "You may not remove anyone from this channel." };
  const name = text.split(/\s/, 1)[0]!;
  const [user] = name ? await usersNamed(call, [name]) : [];
  if (!user) return { text: "There is no such user." };
  await doRemoveMember(ctx, channel, user.id, user, r.me.user);
  return {};
}

/** Addresses among other words; the limits of `POST /teams/{id}/invite/email` are this one's. */
async function invitePeople(call: Call): Promise<Outcome> {
  const { r, ctx, rights, team, text } = call;
  if (!team) return { text: "Say this in a channel of the team that you invite to." };
  if (!ctx.config.ServiceSettings.EnableEmailInvitations || !ctx.mail.configured)
    return { text: "This server sends no invitations by e-mail." };
  if (!rights.team(team.id, "invite_user") || !rights.team(team.id, "add_user_to_team"))
    return { text: "You may not invite anyone to this team." };
  const words = text.split(/[\s,]+/).filter((word) => word.includes("@"));
  if (words.length > MAX_NAMES) return { text: "These are too many addresses at once." };
  const { addresses, accepted } = addressesOf(ctx, team, words);
  if (addresses.length === 0) return { text: "Say whom: `/invite_people name@domain.com`." };
  const sent =
    accepted.length > 0
      ? await doInviteByEmail(ctx, r.me.user, team, accepted, { channels: [], message: "" })
      : new Map();
  const unsent = addresses.filter((address) => !sent.has(address) || sent.get(address));
  if (unsent.length === 0) return { text: "The invitations have been sent." };
  return { text: `No invitation could be sent to: ${unsent.join(", ")}.` };
}

export const aboutPeople: BuiltIn[] = [
  {
    trigger: "invite",
    hint: "@[username]... ~[channel]...",
    description: "Add users to a channel",
    run: invite,
  },
  {
    trigger: "remove",
    aliases: ["kick"],
    hint: "@[username]",
    description: "Remove a user from the channel",
    run: remove,
  },
  {
    trigger: "invite_people",
    hint: "[name@domain.com]...",
    description: "Invite people by e-mail",
    run: invitePeople,
  },
];
