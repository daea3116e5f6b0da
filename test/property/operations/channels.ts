import { channelOf, nextWord, type Operations, send, status } from "./acts.ts";

/** Who is where. */
export const CHANNELS: Operations = {
  direct: [
    1,
    async (crowd, actor, random) => {
      const other = random.of(crowd.actors)!.person.id;
      if (other === actor.person.id) return;
      const answer = await send(actor, "POST", "channels/direct", [actor.person.id, other]);
      if (answer.status === 201) crowd.made(answer.body, [actor.person.id, other]);
      return answer.status;
    },
  ],
  add: [
    5,
    async (crowd, actor, random) => {
      const channel = channelOf(crowd, actor, random);
      const user = random.of(crowd.actors)!.person.id;
      if (!channel || crowd.members.get(channel)!.has(user)) return;
      const answer = await send(actor, "POST", `channels/${channel}/members`, { user_id: user });
      if (answer.status === 201) crowd.members.get(channel)!.add(user);
      return answer.status;
    },
  ],
  join: [
    4,
    async (crowd, actor, random) => {
      const others = [...crowd.members].filter(([, people]) => !people.has(actor.person.id));
      const found = random.of(others);
      if (!found) return;
      const answer = await send(actor, "POST", `channels/${found[0]}/members`, { user_id: actor.person.id });
      if (answer.status === 201) found[1].add(actor.person.id);
      return answer.status;
    },
  ],
  remove: [
    3,
    async (crowd, actor, random) => {
      const channel = channelOf(crowd, actor, random);
      if (!channel || channel === crowd.world.channel.id) return;
      const user = random.of([...crowd.members.get(channel)!])!;
      const answer = await send(actor, "DELETE", `channels/${channel}/members/${user}`);
      if (answer.status === 200) crowd.members.get(channel)!.delete(user);
      return answer.status;
    },
  ],
  patch_channel: [
    3,
    async (crowd, actor, random) => {
      const channel = channelOf(crowd, actor, random);
      const field = random.of(["header", "purpose", "display_name"])!;
      return channel
        ? status(send(actor, "PUT", `channels/${channel}/patch`, { [field]: `New ${nextWord()}` }))
        : undefined;
    },
  ],
  archive: [
    1,
    async (crowd, actor, random) => {
      const channel = channelOf(crowd, actor, random);
      if (!channel || channel === crowd.world.channel.id) return;
      const answer = await send(actor, "DELETE", `channels/${channel}`);
      if (answer.status === 200) {
        crowd.archived.set(channel, crowd.members.get(channel)!);
        crowd.members.delete(channel);
      }
      return answer.status;
    },
  ],
  restore: [
    2,
    async (crowd, actor, random) => {
      const channel = random.of([...crowd.archived.keys()]);
      if (!channel) return;
      const answer = await send(actor, "POST", `channels/${channel}/restore`);
      if (answer.status === 200) {
        crowd.members.set(channel, crowd.archived.get(channel)!);
        crowd.archived.delete(channel);
      }
      return answer.status;
    },
  ],
  notify_props: [
    2,
    async (crowd, actor, random) => {
      const channel = channelOf(crowd, actor, random);
      const body = {
        mark_unread: random.of(["all", "mention"]),
        desktop: random.of(["default", "all", "mention"]),
      };
      return channel
        ? status(send(actor, "PUT", `channels/${channel}/members/me/notify_props`, body))
        : undefined;
    },
  ],
};
