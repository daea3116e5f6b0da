import { subjectOf } from "../../../access/identity.ts";
import { Rights, rolePermissions } from "../../../access/permissions.ts";
import { type Channel, DEFAULT_CHANNEL } from "../../../model/channel.ts";
import { doOpenDirect, doOpenGroup } from "../../channels/direct.ts";
import { doAddMembers } from "../../channels/members/add.ts";
import { doRemoveMember } from "../../channels/members/leave.ts";
import { doSavePreferences } from "../../preferences/save.ts";
import { postAsUser } from "../post.ts";
import type { BuiltIn, Call, Outcome } from "../types.ts";
import { channelsNamed, linkTo, MAX_NAMES, reachOf, usersNamed } from "./find.ts";

async function join(call: Call): Promise<Outcome> {
  const { r, ctx, rights, text } = call;
  const name = text.split(/\s/, 1)[0]!;
  const [channel] = name ? await channelsNamed(call, [name]) : [];
  if (!channel) return { text: "There is no such channel that you could join." };
  if (!rights.isMember(channel.id)) {
    if (!rights.team(channel.team_id, "join_public_channels"))
      return { text: "You may not join this channel." };
    await doAddMembers(ctx, r.me.user, channel, [r.userId]);
  }
  return { goto: linkTo(call, "channels", channel.name) };
}

/** Direct and group channels are not left, but no longer shown. */
async function leave(call: Call): Promise<Outcome> {
  const { r, ctx, channel } = call;
  const user_id = r.userId;
  if (channel.type === "D") {
    const name = channel.name.split("__").find((id) => id !== user_id) ?? user_id;
    const category = "direct_channel_show";
    await doSavePreferences(ctx, user_id, [{ user_id, category, name, value: "false" }]);
  } else if (channel.type === "G") {
    const category = "group_channel_show";
    await doSavePreferences(ctx, user_id, [{ user_id, category, name: channel.id, value: "false" }]);
  } else {
    await doRemoveMember(ctx, channel, user_id, r.me.user, r.me.user);
  }
  return { goto: linkTo(call, "channels", DEFAULT_CHANNEL) };
}

async function message(call: Call): Promise<Outcome> {
  const [, name = "", text = ""] = /^(\S*)\s*([\s\S]*)$/.exec(call.text)!;
  const reach = reachOf(call, "create_direct_channel");
  if (!reach) return { text: "You may not send direct messages." };
  const [user] = name ? await usersNamed(call, [name]) : [];
  if (!user) return { text: "There is no such user." };
  const channel = await doOpenDirect(call.ctx, call.r.userId, [call.r.userId, user.id], reach);
  await post(call, channel, text);
  return { goto: linkTo(call, "messages", `@${user.username}`) };
}

async function groupMessage(call: Call): Promise<Outcome> {
  const [, list = "", text = ""] = /^((?:[^\s,]+\s*,\s*)*[^\s,]*)\s*([\s\S]*)$/.exec(call.text)!;
  const names = list.split(",").flatMap((name) => name.trim() || []);
  if (names.length > MAX_NAMES) return { text: "These are too many users." };
  const users = await usersNamed(call, names);
  if (users.length < new Set(names.map((name) => name.replace(/^@/, "").toLowerCase())).size)
    return { text: "Not all of these users exist." };
  const others = users.filter(({ id }) => id !== call.r.userId);
  if (others.length === 1) return message({ ...call, text: `@${others[0]!.username} ${text}` });
  const reach = reachOf(call, "create_group_channel");
  if (!reach) return { text: "You may not start group messages." };
  if (others.length < 2 || others.length > 7) return { text: "A group has 2 to 7 other users." };
  const ids = [call.r.userId, ...others.map(({ id }) => id)];
  const channel = await doOpenGroup(call.ctx, call.r.userId, ids, reach);
  await post(call, channel, text);
  return { goto: linkTo(call, "messages", channel.name) };
}

/** Posts into a channel that may be new: the caller's memberships are read again. */
async function post({ r, ctx }: Call, channel: Channel, message: string): Promise<void> {
  if (!message) return;
  const subject = await subjectOf(ctx, r.userId);
  const rights = new Rights(await rolePermissions(ctx), subject ?? r.me);
  await postAsUser(r, { channel, rights, message });
}

export const goingPlaces: BuiltIn[] = [
  { trigger: "join", aliases: ["open"], hint: "~[channel]", description: "Join a channel", run: join },
  { trigger: "leave", hint: "", description: "Leave this channel", run: leave },
  { trigger: "msg", hint: "@[username] [message]", description: "Write to a user", run: message },
  {
    trigger: "groupmsg",
    hint: "@[username],@[username] [message]",
    description: "Write to several users",
    run: groupMessage,
  },
];
