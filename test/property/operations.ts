import { newId } from "../../workers/model/id.ts";
import type { Actor, Crowd } from "./crowd.ts";
import type { Random } from "./random.ts";

/** One thing that a person does; answers the status, or undefined where there is nothing to do it with. */
type Operation = (crowd: Crowd, actor: Actor, random: Random) => Promise<number | undefined>;

const EMOJI = ["rocket", "tada", "heart", "eyes"];
let words = 0;

/** A text that nobody has said before, sometimes for somebody. */
function text(crowd: Crowd, random: Random): string {
  const word = `word${++words}`;
  const person = random.of(crowd.actors)!.person.username;
  return random.of([
    word,
    word,
    `${word} for @${person}`,
    `${word} for @all`,
    `@channel ${word}`,
    `@here ${word}`,
  ])!;
}

async function send(
  actor: Actor,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: any }> {
  const answer = await actor.person.request(method, path, body);
  if (answer.status >= 500)
    throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${answer.status} ${answer.text}`);
  return answer;
}

const status = async (answer: ReturnType<typeof send>) => (await answer).status;

const channelOf = (crowd: Crowd, actor: Actor, random: Random) => random.of(crowd.channelsOf(actor));

/** Of the posts that the person sees, by a rule. */
function postOf(crowd: Crowd, actor: Actor, random: Random, accept: (post: any, id: string) => boolean) {
  const channel = channelOf(crowd, actor, random);
  if (!channel) return;
  const posts = Object.entries(actor.model.state.posts[channel] ?? {}).filter(
    ([id, post]) => !post.type.startsWith("system_") && accept(post, id),
  );
  const found = random.of(posts);
  return found && { channel, id: found[0], post: found[1] };
}

export async function post(
  crowd: Crowd,
  actor: Actor,
  random: Random,
  channel: string,
  root = "",
): Promise<number> {
  const body = {
    channel_id: channel,
    root_id: root,
    message: text(crowd, random),
    pending_post_id: random.chance(0.5) ? `${actor.person.id}:${newId()}` : "",
  };
  const answer = await send(actor, "POST", "posts", body);
  if (answer.status === 201) crowd.acknowledge(answer.body);
  // A client that got no answer sends it again.
  if (body.pending_post_id && random.chance(0.3)) await send(actor, "POST", "posts", body);
  return answer.status;
}

export async function reaction(crowd: Crowd, actor: Actor, random: Random): Promise<number | undefined> {
  const found = postOf(crowd, actor, random, () => true);
  if (!found) return;
  const emoji_name = random.of(EMOJI)!;
  return status(
    send(actor, "POST", "reactions", { user_id: actor.person.id, post_id: found.id, emoji_name }),
  );
}

const mine = (actor: Actor) => (one: any) => one.user_id === actor.person.id;

function thread(crowd: Crowd, actor: Actor, random: Random) {
  const team = crowd.world.team.id;
  const followed = random.of(Object.keys(actor.model.state.threads));
  return { team, followed, path: `users/${actor.person.id}/teams/${team}/threads` };
}

/** Each with its weight. */
export const OPERATIONS: Record<string, [weight: number, operation: Operation]> = {
  post: [
    10,
    async (crowd, actor, random) => {
      const channel = channelOf(crowd, actor, random);
      return channel ? post(crowd, actor, random, channel) : undefined;
    },
  ],
  reply: [
    10,
    async (crowd, actor, random) => {
      const root = postOf(crowd, actor, random, (one) => one.root_id === "");
      return root ? post(crowd, actor, random, root.channel, root.id) : undefined;
    },
  ],
  edit: [
    4,
    async (crowd, actor, random) => {
      const found = postOf(crowd, actor, random, mine(actor));
      if (!found) return;
      return status(send(actor, "PUT", `posts/${found.id}/patch`, { message: text(crowd, random) }));
    },
  ],
  delete: [
    3,
    async (crowd, actor, random) => {
      const found = postOf(crowd, actor, random, mine(actor));
      return found ? status(send(actor, "DELETE", `posts/${found.id}`)) : undefined;
    },
  ],
  react: [5, reaction],
  unreact: [
    3,
    async (crowd, actor, random) => {
      const own = (key: string) => key.startsWith(actor.person.id);
      const found = postOf(crowd, actor, random, (one) => Object.keys(one.reactions).some(own));
      if (!found) return;
      const [, emoji] = Object.keys(found.post.reactions).find(own)!.split(" ");
      return status(send(actor, "DELETE", `users/${actor.person.id}/posts/${found.id}/reactions/${emoji}`));
    },
  ],
  pin: [
    3,
    async (crowd, actor, random) => {
      const found = postOf(crowd, actor, random, () => true);
      if (!found) return;
      return status(send(actor, "POST", `posts/${found.id}/${found.post.is_pinned ? "unpin" : "pin"}`));
    },
  ],
  view: [
    6,
    async (crowd, actor, random) => {
      const channel_id = channelOf(crowd, actor, random);
      if (!channel_id) return;
      return status(
        send(actor, "POST", "channels/members/me/view", { channel_id, collapsed_threads_supported: true }),
      );
    },
  ],
  set_unread: [
    4,
    async (crowd, actor, random) => {
      const found = postOf(crowd, actor, random, () => true);
      if (!found) return;
      const body = { collapsed_threads_supported: true };
      return status(send(actor, "POST", `users/${actor.person.id}/posts/${found.id}/set_unread`, body));
    },
  ],
  follow: [
    2,
    async (crowd, actor, random) => {
      const found = postOf(crowd, actor, random, (one) => one.root_id === "");
      if (!found) return;
      const { path } = thread(crowd, actor, random);
      return status(send(actor, random.chance(0.6) ? "PUT" : "DELETE", `${path}/${found.id}/following`));
    },
  ],
  read_thread: [
    3,
    async (crowd, actor, random) => {
      const { path, followed } = thread(crowd, actor, random);
      return followed ? status(send(actor, "PUT", `${path}/${followed}/read/${Date.now()}`)) : undefined;
    },
  ],
  unread_thread: [
    2,
    async (crowd, actor, random) => {
      const { path, followed } = thread(crowd, actor, random);
      const { channel_id } = (followed && actor.model.state.threads[followed]) || {};
      const replies = Object.entries(actor.model.state.posts[channel_id ?? ""] ?? {});
      const reply = random.of(replies.filter(([, one]) => one.root_id === followed));
      return reply ? status(send(actor, "POST", `${path}/${followed}/set_unread/${reply[0]}`)) : undefined;
    },
  ],
  read_threads: [
    1,
    (crowd, actor, random) => status(send(actor, "PUT", `${thread(crowd, actor, random).path}/read`)),
  ],
  make_channel: [
    2,
    async (crowd, actor, random) => {
      if (crowd.members.size > 8) return;
      const { team } = crowd.world;
      const body = {
        team_id: team.id,
        name: `c${newId()}`,
        display_name: `C${++words}`,
        type: random.of(["O", "P"]),
      };
      const answer = await send(actor, "POST", "channels", body);
      if (answer.status === 201) crowd.made(answer.body, [actor.person.id]);
      return answer.status;
    },
  ],
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
        ? status(send(actor, "PUT", `channels/${channel}/patch`, { [field]: `New ${++words}` }))
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
  prefer: [
    3,
    (_, { person, ...actor }, random) => {
      const name = random.of(["one", "two", "three"]);
      const preference = { user_id: person.id, category: "property", name, value: String(++words) };
      return status(send({ person, ...actor }, "PUT", `users/${person.id}/preferences`, [preference]));
    },
  ],
  forget_preference: [
    1,
    (_, { person, ...actor }, random) => {
      const preference = {
        user_id: person.id,
        category: "property",
        name: random.of(["one", "two"]),
        value: "",
      };
      return status(
        send({ person, ...actor }, "POST", `users/${person.id}/preferences/delete`, [preference]),
      );
    },
  ],
  profile: [
    2,
    (_, actor, random) =>
      status(send(actor, "PUT", "users/me/patch", { [random.of(["nickname", "position"])!]: `n${++words}` })),
  ],
  status: [
    2,
    (_, actor, random) => {
      const { id } = actor.person;
      const body = { user_id: id, status: random.of(["online", "away", "dnd", "offline"]), dnd_end_time: 0 };
      return status(send(actor, "PUT", `users/${id}/status`, body));
    },
  ],
  category: [
    2,
    async (crowd, actor, random) => {
      const path = `users/${actor.person.id}/teams/${crowd.world.team.id}/channels/categories`;
      const own = Object.entries(actor.model.state.categories).filter(([, { type }]) => type === "custom");
      const [id, category] = random.of(own) ?? [];
      if (id && random.chance(0.3)) return status(send(actor, "DELETE", `${path}/${id}`));
      const body = {
        user_id: actor.person.id,
        team_id: crowd.world.team.id,
        type: "custom",
        display_name: `Category ${++words}`,
        channel_ids: random.shuffled(crowd.channelsOf(actor)).slice(0, 2),
      };
      if (!category) return status(send(actor, "POST", path, body));
      return status(send(actor, "PUT", `${path}/${id}`, { ...body, id }));
    },
  ],
  team: [
    1,
    (crowd, actor, random) =>
      status(
        send(actor, "PUT", `teams/${crowd.world.team.id}/patch`, {
          [random.of(["display_name", "description"])!]: `T${++words}`,
        }),
      ),
  ],
};

const NAMES = Object.entries(OPERATIONS).flatMap(([name, [weight]]) =>
  Array.from({ length: weight }, () => name),
);

export const anyOperation = (random: Random): string => random.of(NAMES)!;
