import { runeCount } from "../../../text/clean.ts";
import type { ChannelTexts } from "../../channels/check.ts";
import { doUpdateNotifyProps } from "../../channels/members/settings.ts";
import { doPatchChannel } from "../../channels/update.ts";
import type { BuiltIn, Call, Outcome } from "../types.ts";
import { channelsNamed, mayInChannel } from "./find.ts";

const PROPERTIES = { O: "manage_public_channel_properties", P: "manage_private_channel_properties" };

async function patch(call: Call, texts: Partial<ChannelTexts>): Promise<Outcome> {
  const { r, ctx, channel, rights } = call;
  const direct = channel.type === "D" || channel.type === "G";
  if (direct && texts.header === undefined) return { text: "This channel has only a header to change." };
  if (!mayInChannel(rights, channel, PROPERTIES)) return { text: "You may not change this channel." };
  if (call.text === "") return { text: `A text must follow \`/${call.trigger}\`.` };
  await doPatchChannel(ctx, r.me.user, channel, texts);
  return {};
}

function rename(call: Call): Promise<Outcome> | Outcome {
  if (runeCount(call.text) > 64) return { text: "A channel's name has at most 64 characters." };
  return patch(call, { display_name: call.text });
}

async function mute(call: Call): Promise<Outcome> {
  const { r, ctx, text } = call;
  const name = text.split(/\s/, 1)[0]!;
  const channel = name ? (await channelsNamed(call, [name]))[0] : call.channel;
  if (!channel) return { text: "There is no such channel." };
  const [member] = await ctx.sql.query<{ unread: string | null }>(
    "SELECT notifyprops ->> 'mark_unread' AS unread FROM channelmembers WHERE channelid = $1 AND userid = $2",
    [channel.id, r.userId],
  );
  if (!member) return { text: "You are not in this channel." };
  const muted = member.unread === "mention";
  await doUpdateNotifyProps(ctx, channel.id, r.userId, { mark_unread: muted ? "all" : "mention" });
  return {
    text: muted ? "You hear of this channel again." : "This channel is muted until you say /mute again.",
  };
}

export const aboutChannel: BuiltIn[] = [
  {
    trigger: "header",
    hint: "[text]",
    description: "Change the channel's header",
    run: (call) => patch(call, { header: call.text }),
  },
  {
    trigger: "purpose",
    hint: "[text]",
    description: "Change the channel's purpose",
    run: (call) => patch(call, { purpose: call.text }),
  },
  { trigger: "rename", hint: "[text]", description: "Rename the channel", run: rename },
  {
    trigger: "mute",
    hint: "~[channel]",
    description: "Turn off notifications of this channel, or of another one",
    run: mute,
  },
];
