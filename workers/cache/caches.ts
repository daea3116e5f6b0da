import type { Memberships } from "../access/identity.ts";
import type { LinkFacts } from "../actions/posts/metadata/fetch/fetch.ts";
import type { PostPage } from "../actions/posts/read/page.ts";
import { forgetUnreads, type Unreads } from "../actions/posts/read/unread.ts";
import type { Effect } from "../events/envelope.ts";
import type { Channel } from "../model/channel.ts";
import type { OutgoingWebhook } from "../model/outgoing-webhook.ts";
import type { Session } from "../model/session.ts";
import type { StatusRow } from "../model/status.ts";
import type { Team } from "../model/team.ts";
import type { User } from "../model/user.ts";
import { nodeState } from "../node-state.ts";
import { serverBusy } from "../server-busy.ts";
import { Cache } from "./cache.ts";
import type { KeywordIndex } from "./types.ts";

/**
 * What an isolate remembers. Self-hosted, one isolate runs the worker and its Durable Objects and sees every effect,
 * so entries live until invalidated and channel counters are kept current. On the edge isolates come and go unseen:
 * there an entry lives for EDGE_LIFE_MS, which is how long a revoked right may still work.
 */
function createCaches(lifeMs: number) {
  return {
    /** Whether every change reaches this isolate, so that a cached value is the current one. */
    coherent: lifeMs === Number.POSITIVE_INFINITY,
    /** By token. */
    sessions: new Cache<Session>(35_000, lifeMs),
    users: new Cache<User>(50_000, lifeMs),
    /** By user. */
    memberships: new Cache<Memberships>(20_000, lifeMs),
    channels: new Cache<Channel>(100_000, lifeMs),
    teams: new Cache<Team>(10_000, lifeMs),
    /** Role name to permissions; one entry under ROLES_KEY, for roles are few and always read together. */
    roles: new Cache<ReadonlyMap<string, ReadonlySet<string>>>(1, lifeMs),
    /** One entry: see KeywordIndex. A user's new keywords may take this long to work on the edge. */
    keywords: new Cache<KeywordIndex>(
      1,
      lifeMs === Number.POSITIVE_INFINITY ? lifeMs : KEYWORDS_EDGE_LIFE_MS,
    ),
    /** Users whose keywords may be others than in the index, each with a mark of its latest change. */
    changedKeywords: new Map<string, symbol>(),
    /** Members whose threads follow themselves (channel_auto_follow_threads), by channel. */
    autoFollow: new Cache<readonly string[]>(20_000, lifeMs),
    /** Active members of a channel. */
    memberCounts: new Cache<{ members: number; guests: number }>(20_000, lifeMs),
    /** Newest pages of posts, by channel and then by shape of the request; only used where `coherent`. */
    pages: new Cache<ReadonlyMap<string, PostPage>>(500, lifeMs),
    /** What a booting client is about to ask for, by user. */
    unreads: new Cache<Unreads>(200, Math.min(lifeMs, UNREADS_LIFE_MS)),
    /** By user, of those without a row, too. `last_activity_at` may be newer than the database's (semantics 15.3). */
    statuses: new Cache<StatusRow>(50_000, lifeMs),
    /** The preference collapsed_reply_threads, by user; "" where there is none (semantics 3.2). */
    collapsedThreads: new Cache<string>(50_000, lifeMs),
    /** Live outgoing webhooks of a team. */
    outgoingHooks: new Cache<readonly OutgoingWebhook[]>(10_000, lifeMs),
    /** What a URL led to when it was last asked for, for an hour (semantics 8.9). */
    links: new Cache<LinkFacts>(10_000, 3_600_000),
    /** Where a short link leads to, "" for nowhere. */
    redirects: new Cache<string>(10_000, 3_600_000),
    /** The channel of a post, which never changes, by post id. */
    postChannels: new Cache<string>(50_000),
  };
}

export const EDGE_LIFE_MS = 900;
/** A boot takes seconds. */
const UNREADS_LIFE_MS = 30_000;
const KEYWORDS_EDGE_LIFE_MS = 60_000;

export let caches = createCaches(Number.POSITIVE_INFINITY);

let prepared = false;

/** Called by whatever an isolate runs, worker or Durable Object, before it looks at the caches: on the edge they share none. */
export function prepareCaches(profile: string): void {
  if (prepared) return;
  prepared = true;
  configureCaches(profile);
}

function configureCaches(profile: string): void {
  caches = createCaches(profile === "edge" ? EDGE_LIFE_MS : Number.POSITIVE_INFINITY);
}

/** Applies what a bundle says has changed. Idempotent. */
export function applyEffects(effects: Effect[]): void {
  for (const effect of effects) applyEffect(effect);
}

function applyEffect(effect: Effect): void {
  switch (effect.kind) {
    case "user":
      caches.users.delete(effect.id);
      // Activation changes the counts of all the user's channels.
      caches.memberCounts.clear();
      if (effect.keywords) caches.changedKeywords.set(effect.id, Symbol());
      return;
    case "session":
    case "session_changed":
      caches.sessions.delete(effect.token);
      return;
    case "all_sessions":
      caches.sessions.clear();
      return;
    case "sessions":
      sessionsOfUser(effect.user);
      return;
    case "status":
      caches.statuses.delete(effect.user);
      return;
    case "preferences":
      caches.collapsedThreads.delete(effect.user);
      return;
    case "team":
      caches.teams.delete(effect.id);
      return;
    case "team_member":
      if (effect.op === "remove") caches.memberCounts.clear();
      caches.memberships.delete(effect.user);
      return;
    case "channel":
      caches.channels.delete(effect.id);
      // Archived or gone, it takes its webhooks along.
      if (hasHooks(effect.id)) caches.outgoingHooks.deleteWhere((hooks) => hooks.some(isOf(effect.id)));
      return;
    case "channel_member":
      caches.autoFollow.delete(effect.channel);
      caches.memberCounts.delete(effect.channel);
      caches.memberships.delete(effect.user);
      return;
    case "viewed":
      forgetUnreads(caches.unreads.get(effect.user), effect.channels);
      return;
    case "posts":
      caches.pages.delete(effect.channel);
      return;
    case "emoji":
      caches.pages.clear();
      return;
    case "counters": {
      caches.pages.delete(effect.channel);
      const channel = caches.channels.get(effect.channel);
      // Not cached: a load under way may have read older counters, so what it brings must not be kept.
      if (!channel) {
        caches.channels.delete(effect.channel);
        return;
      }
      for (const name of [
        "total_msg_count",
        "total_msg_count_root",
        "last_post_at",
        "last_root_post_at",
      ] as const) {
        channel[name] = Math.max(channel[name], effect.counters[name]);
      }
      return;
    }
    case "outgoing_hooks":
      caches.outgoingHooks.delete(effect.team);
      return;
    case "role":
      caches.roles.clear();
      return;
    case "config":
      nodeState.forget();
      // What is shown of links and images goes by the configuration.
      caches.pages.clear();
      return;
    case "server_busy":
      serverBusy.set(effect.until);
      return;
    case "all":
      nodeState.forget();
      // In place: loads under way hold these, and must not keep what they bring.
      for (const cache of Object.values(caches)) if (cache instanceof Cache) cache.clear();
      for (const id of caches.changedKeywords.keys()) caches.changedKeywords.set(id, Symbol());
      return;
  }
}

const isOf = (channel: string) => (hook: OutgoingWebhook) => hook.channel_id === channel;

const hasHooks = (channel: string) =>
  caches.outgoingHooks.values().some((hooks) => hooks.some(isOf(channel)));

/** Sessions are cached by token; the few that belong to one user are found by walking (rare: revoke all, deactivate). */
function sessionsOfUser(user: string): void {
  caches.sessions.deleteWhere((session) => session.user_id === user);
}
