import { newId } from "../../../workers/model/id.ts";
import type { Actor, Crowd } from "../crowd.ts";
import type { Random } from "../random.ts";
import { channelOf, nextWord, type Operations, send, status, text } from "./acts.ts";

const EMOJI = ["rocket", "tada", "heart", "eyes"];

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

/** What people say, and do with what was said. */
export const MESSAGES: Operations = {
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
        display_name: `C${nextWord()}`,
        type: random.of(["O", "P"]),
      };
      const answer = await send(actor, "POST", "channels", body);
      if (answer.status === 201) crowd.made(answer.body, [actor.person.id]);
      return answer.status;
    },
  ],
};
