import type { SocketEvent } from "../harness/contract/events.ts";
import {
  type ChannelState,
  channelState,
  differences,
  memberState,
  postState,
  reactionKey,
  type State,
  threadState,
  userState,
} from "./state.ts";

/** These do not count as unread, nor do clients count them (semantics 1.17). */
const UNCOUNTED = new Set([
  "system_join_leave",
  "system_add_remove",
  "system_join_channel",
  "system_leave_channel",
  "system_join_team",
  "system_leave_team",
  "system_add_to_channel",
  "system_remove_from_channel",
  "system_add_to_team",
  "system_remove_from_team",
]);

/**
 * A client of one person: what it fetched, and what it makes of each event, by the rules of the official clients (websocket.md
 * 6, client-flows). Where an official client fetches something afresh on an event, the model does not know it until then
 * (`stale`), and takes it over from the next fetch.
 */
export class Model {
  state: State;
  /** What should not have happened. */
  readonly surprises: string[] = [];
  private readonly me: string;
  private readonly stale = { channels: new Set<string>(), threads: new Set<string>(), categories: false };

  constructor(me: string, state: State) {
    this.me = me;
    this.state = structuredClone(state);
  }

  apply(event: SocketEvent): void {
    const rule = this.rules[event.event];
    if (!rule) return;
    const channel = event.broadcast.channel_id;
    if (channel && this.stale.channels.has(channel) && event.event !== "user_removed") return;
    rule(event.parsed, event);
  }

  /** Differences from what the API tells; what the client would have fetched by now is taken over first. */
  compare(fresh: State): string[] {
    const state = structuredClone(this.state);
    const channelsOf = ({ channels, members, people, posts }: State) => [channels, members, people, posts];
    for (const id of this.stale.channels) {
      for (const [i, part] of channelsOf(state).entries()) take<unknown>(part, channelsOf(fresh)[i]!, id);
    }
    const follows = new Set(this.stale.threads);
    for (const threads of [state.threads, fresh.threads]) {
      for (const [id, thread] of Object.entries(threads)) {
        if (this.stale.channels.has(thread.channel_id)) follows.add(id);
      }
    }
    for (const id of follows) take(state.threads, fresh.threads, id);
    if (this.stale.categories) state.categories = structuredClone(fresh.categories);
    const found = differences(shown(state), shown(fresh));
    if (found.length > 0) return found;
    this.state = state;
    this.stale.channels.clear();
    this.stale.threads.clear();
    this.stale.categories = false;
    return [];
  }

  private readonly rules: Record<string, (data: any, event: SocketEvent) => void> = {
    posted: ({ post, mentions }) => {
      const [channel, member] = [this.state.channels[post.channel_id], this.state.members[post.channel_id]];
      if (!channel || !member) {
        this.surprises.push(
          `posted in ${post.channel_id}, which is none of ${this.me}'s channels: ${post.message}`,
        );
        return;
      }
      this.state.posts[post.channel_id]![post.id] = postState(post);
      const root = post.root_id === "";
      if (!UNCOUNTED.has(post.type)) {
        channel.total_msg_count++;
        if (root) channel.total_msg_count_root++;
      }
      if (mentions?.includes(this.me)) {
        member.mention_count++;
        if (root) member.mention_count_root++;
      }
      // What one has said one has seen; the server tells one's other clients only where there was more (semantics 1.20).
      if (post.user_id === this.me && root && !post.type.startsWith("system_"))
        this.viewed(post.channel_id, post.create_at);
    },
    multiple_channels_viewed: ({ channel_times }) => {
      for (const [id, time] of Object.entries(channel_times)) this.viewed(id, time as number);
    },
    post_edited: ({ post }) => {
      const posts = this.state.posts[post.channel_id];
      if (posts?.[post.id]) posts[post.id] = postState(post);
    },
    post_deleted: ({ post }) => {
      const posts = this.state.posts[post.channel_id];
      if (!posts) return;
      for (const [id, { root_id }] of Object.entries(posts))
        if (id === post.id || root_id === post.id) delete posts[id];
      if (post.root_id) this.stale.threads.add(post.root_id);
      else delete this.state.threads[post.id];
    },
    post_unread: (
      { msg_count, msg_count_root, mention_count, mention_count_root, last_viewed_at },
      { broadcast },
    ) => {
      const member = this.state.members[broadcast.channel_id];
      if (member)
        Object.assign(member, {
          msg_count,
          msg_count_root,
          mention_count,
          mention_count_root,
          last_viewed_at,
        });
    },
    reaction_added: ({ reaction }, { broadcast }) => {
      const post = this.state.posts[broadcast.channel_id]?.[reaction.post_id];
      if (post) post.reactions[reactionKey(reaction)] = true;
    },
    reaction_removed: ({ reaction }, { broadcast }) => {
      const post = this.state.posts[broadcast.channel_id]?.[reaction.post_id];
      if (post) delete post.reactions[reactionKey(reaction)];
    },
    thread_updated: ({ thread, previous_unread_mentions, previous_unread_replies }) => {
      const before = this.state.threads[thread.id];
      const known = before && !this.stale.threads.has(thread.id) && previous_unread_replies !== undefined;
      if (known && before.unread_mentions !== previous_unread_mentions)
        this.surprises.push(
          `thread_updated takes ${before.unread_mentions} for ${previous_unread_mentions} unread mentions`,
        );
      if (known && before.unread_replies !== previous_unread_replies)
        this.surprises.push(
          `thread_updated takes ${before.unread_replies} for ${previous_unread_replies} unread replies`,
        );
      this.state.threads[thread.id] = threadState(thread);
      this.stale.threads.delete(thread.id);
    },
    thread_follow_changed: ({ thread_id, state }) => {
      if (state) this.stale.threads.add(thread_id);
      else delete this.state.threads[thread_id];
    },
    thread_read_changed: ({ thread_id, timestamp, unread_mentions, unread_replies }, { broadcast }) => {
      if (thread_id) {
        const thread = this.state.threads[thread_id];
        if (thread) Object.assign(thread, { last_viewed_at: timestamp, unread_mentions, unread_replies });
        return;
      }
      for (const [id, thread] of Object.entries(this.state.threads)) {
        if (broadcast.channel_id && thread.channel_id !== broadcast.channel_id) continue;
        Object.assign(thread, { unread_mentions: 0, unread_replies: 0 });
        // No client knows the moment; it matters once something new comes, which brings it.
        this.stale.threads.add(id);
      }
    },
    channel_created: ({ channel_id }) => this.refetchChannel(channel_id),
    channel_restored: ({ channel_id }) => this.refetchChannel(channel_id),
    direct_added: (_, { broadcast }) => this.refetchChannel(broadcast.channel_id),
    group_added: (_, { broadcast }) => this.refetchChannel(broadcast.channel_id),
    channel_deleted: ({ channel_id }) => this.forgetChannel(channel_id),
    channel_updated: ({ channel }) => {
      const known = this.state.channels[channel.id];
      if (!known) return;
      const next: ChannelState = channelState(channel);
      for (const counter of ["total_msg_count", "total_msg_count_root"] as const)
        next[counter] = Math.max(next[counter], known[counter]);
      this.state.channels[channel.id] = next;
    },
    channel_member_updated: ({ channelMember }) => {
      if (this.state.members[channelMember.channel_id])
        this.state.members[channelMember.channel_id] = memberState(channelMember);
    },
    user_added: ({ user_id }, { broadcast }) => {
      if (user_id === this.me) this.refetchChannel(broadcast.channel_id);
      else if (this.state.people[broadcast.channel_id])
        this.state.people[broadcast.channel_id]![user_id] = true;
    },
    user_removed: ({ user_id, channel_id }, { broadcast }) => {
      if (broadcast.user_id !== this.me) {
        delete this.state.people[broadcast.channel_id]?.[user_id];
        return;
      }
      this.forgetChannel(channel_id);
      for (const [id, thread] of Object.entries(this.state.threads)) {
        if (thread.channel_id === channel_id) delete this.state.threads[id];
      }
      for (const category of Object.values(this.state.categories))
        category.channel_ids = category.channel_ids.filter((id) => id !== channel_id);
    },
    sidebar_category_created: () => this.refetchCategories(),
    sidebar_category_deleted: () => this.refetchCategories(),
    sidebar_category_order_updated: () => this.refetchCategories(),
    sidebar_category_updated: (_, { broadcast }) => {
      if (broadcast.team_id) this.refetchCategories();
    },
    preferences_changed: ({ preferences }) => {
      for (const { category, name, value } of preferences)
        this.state.preferences[`${category}/${name}`] = value;
    },
    preferences_deleted: ({ preferences }) => {
      for (const { category, name } of preferences) delete this.state.preferences[`${category}/${name}`];
    },
    status_change: ({ status, user_id }) => {
      if (user_id === this.me) this.state.status = status;
    },
    user_updated: ({ user }) => {
      if (this.state.users[user.id]) this.state.users[user.id] = userState(user);
    },
    update_team: ({ team }) => {
      this.state.team = { display_name: team.display_name, description: team.description };
    },
    // A new connection: what came in between is lost, and everything is fetched.
    hello: () => {},
  };

  private viewed(id: string, time: number): void {
    const [channel, member] = [this.state.channels[id], this.state.members[id]];
    if (!channel || !member) return;
    Object.assign(member, {
      msg_count: channel.total_msg_count,
      msg_count_root: channel.total_msg_count_root,
      mention_count: 0,
      mention_count_root: 0,
      last_viewed_at: Math.max(member.last_viewed_at, time),
    });
  }

  private refetchChannel(id: string): void {
    this.stale.channels.add(id);
  }

  private refetchCategories(): void {
    this.stale.categories = true;
  }

  private forgetChannel(id: string): void {
    this.stale.channels.delete(id);
    for (const part of [this.state.channels, this.state.members, this.state.people, this.state.posts])
      delete part[id];
  }
}

function take<T>(into: Record<string, T>, from: Record<string, T>, id: string): void {
  if (id in from) into[id] = structuredClone(from[id]!);
  else delete into[id];
}

/** What a client shows: categories hold archived channels too, which nobody sees. */
function shown(state: State): State {
  const categories = Object.entries(state.categories).map(([id, category]) => [
    id,
    { ...category, channel_ids: category.channel_ids.filter((channel) => channel in state.channels) },
  ]);
  return { ...state, categories: Object.fromEntries(categories) };
}
