import type { Person } from "../harness/people.ts";

/** What a client of one person holds, as far as events keep it current. By id. */
export interface State {
  team: { display_name: string; description: string };
  users: Record<string, { username: string; nickname: string; position: string }>;
  channels: Record<string, ChannelState>;
  /** The person's own membership, by channel. */
  members: Record<string, MemberState>;
  /** Who is in each channel. */
  people: Record<string, Record<string, true>>;
  /** By channel. */
  posts: Record<string, Record<string, PostState>>;
  /** Followed threads. */
  threads: Record<string, ThreadState>;
  /** By "category/name". */
  preferences: Record<string, string>;
  status: string;
  categories: Record<string, CategoryState>;
}

export interface ChannelState {
  type: string;
  display_name: string;
  header: string;
  purpose: string;
  total_msg_count: number;
  total_msg_count_root: number;
}

export interface MemberState {
  msg_count: number;
  msg_count_root: number;
  mention_count: number;
  mention_count_root: number;
  last_viewed_at: number;
  mark_unread: string;
  desktop: string;
  roles: string;
}

export interface PostState {
  user_id: string;
  root_id: string;
  type: string;
  message: string;
  create_at: number;
  edit_at: number;
  is_pinned: boolean;
  /** "<user> <emoji>" */
  reactions: Record<string, true>;
}

export interface ThreadState {
  channel_id: string;
  reply_count: number;
  last_reply_at: number;
  last_viewed_at: number;
  unread_replies: number;
  unread_mentions: number;
}

export interface CategoryState {
  type: string;
  display_name: string;
  /** Of those that hold what was put there; the others hold the rest (semantics 16.5). */
  channel_ids: string[];
}

export const channelState = (channel: any): ChannelState => ({
  type: channel.type,
  display_name: channel.display_name,
  header: channel.header,
  purpose: channel.purpose,
  total_msg_count: channel.total_msg_count,
  total_msg_count_root: channel.total_msg_count_root,
});

export const memberState = (member: any): MemberState => ({
  msg_count: member.msg_count,
  msg_count_root: member.msg_count_root,
  mention_count: member.mention_count,
  mention_count_root: member.mention_count_root,
  last_viewed_at: member.last_viewed_at,
  mark_unread: member.notify_props.mark_unread,
  desktop: member.notify_props.desktop,
  roles: member.roles,
});

export const postState = (post: any): PostState => ({
  user_id: post.user_id,
  root_id: post.root_id,
  type: post.type,
  message: post.message,
  create_at: post.create_at,
  edit_at: post.edit_at,
  is_pinned: post.is_pinned ?? false,
  reactions: Object.fromEntries(
    (post.metadata?.reactions ?? []).map((reaction: any) => [reactionKey(reaction), true]),
  ),
});

export const reactionKey = (reaction: { user_id: string; emoji_name: string }) =>
  `${reaction.user_id} ${reaction.emoji_name}`;

export const threadState = (thread: any): ThreadState => ({
  channel_id: thread.post.channel_id,
  reply_count: thread.reply_count,
  last_reply_at: thread.last_reply_at,
  last_viewed_at: thread.last_viewed_at,
  unread_replies: thread.unread_replies,
  unread_mentions: thread.unread_mentions,
});

export const userState = ({ username, nickname, position }: any) => ({ username, nickname, position });

const byId = <T>(list: any[], of: (item: any) => T): Record<string, T> =>
  Object.fromEntries(list.map((item) => [item.id, of(item)]));

/** The state as the API tells it: what the official client asks for when it starts. */
export async function fetchState(person: Person, teamId: string, userIds: string[]): Promise<State> {
  const get = async (method: string, path: string, body?: unknown) => {
    const answer = await person.request(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const [team, users, channels, members, threads, preferences, status, sidebar] = await Promise.all([
    get("GET", `teams/${teamId}`),
    get("POST", "users/ids", userIds),
    get("GET", "users/me/channels"),
    get("GET", `users/me/teams/${teamId}/channels/members`),
    get("GET", `users/me/teams/${teamId}/threads?per_page=200`),
    get("GET", "users/me/preferences"),
    get("GET", `users/${person.id}/status`),
    get("GET", `users/${person.id}/teams/${teamId}/channels/categories`),
  ]);
  const ids: string[] = channels.map((channel: any) => channel.id);
  const [people, pages] = await Promise.all([
    Promise.all(ids.map((id) => get("GET", `channels/${id}/members?per_page=200`))),
    Promise.all(ids.map((id) => allPosts(get, id))),
  ]);
  const of = <T>(make: (i: number) => T) => Object.fromEntries(ids.map((id, i) => [id, make(i)]));
  return {
    team: { display_name: team.display_name, description: team.description },
    users: byId(users, userState),
    channels: byId(channels, channelState),
    members: Object.fromEntries(
      members
        .filter((member: any) => ids.includes(member.channel_id))
        .map((member: any) => [member.channel_id, memberState(member)]),
    ),
    people: of((i) => Object.fromEntries(people[i].map((member: any) => [member.user_id, true]))),
    posts: of((i) => byId(pages[i]!, postState)),
    threads: byId(threads.threads, threadState),
    preferences: Object.fromEntries(
      preferences.map((one: any) => [`${one.category}/${one.name}`, one.value]),
    ),
    status: status.status,
    categories: byId(sidebar.categories, (category) => ({
      type: category.type,
      display_name: category.display_name,
      channel_ids: category.type === "custom" || category.type === "favorites" ? category.channel_ids : [],
    })),
  };
}

async function allPosts(
  get: (method: string, path: string) => Promise<any>,
  channel: string,
): Promise<any[]> {
  const found: any[] = [];
  for (let page = 0; ; page++) {
    const { order, posts } = await get("GET", `channels/${channel}/posts?page=${page}&per_page=200`);
    found.push(...order.map((id: string) => posts[id]));
    if (order.length < 200) return found;
  }
}

/** Where two states differ, one line each. */
export function differences(model: unknown, fresh: unknown, path = ""): string[] {
  if (typeof model !== "object" || typeof fresh !== "object" || model === null || fresh === null) {
    return model === fresh ? [] : [`${path}: events say ${show(model)}, the API ${show(fresh)}`];
  }
  const keys = new Set([...Object.keys(model), ...Object.keys(fresh)]);
  return [...keys]
    .sort()
    .flatMap((key) => differences((model as any)[key], (fresh as any)[key], `${path}/${key}`));
}

const show = (value: unknown) => JSON.stringify(value)?.slice(0, 300) ?? "nothing";
