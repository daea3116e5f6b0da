import type { Envelope, Personal } from "../../../workers/events/envelope.ts";
import type { Audience, Member } from "../audience/audience.ts";
import { type Connection, SEND_QUEUE, type Shared } from "./connection.ts";

/** Events withheld from a connection that looks elsewhere (websocket.md 5, rule 8). */
const SCOPED = new Set(["typing", "reaction_added", "reaction_removed"]);
/** Events that a client far behind does without (websocket.md 5, rule 2). */
const LOSSY = new Set(["typing", "status_change", "multiple_channels_viewed"]);

/** What becomes of an event at each connection. */
export interface Outlet {
  /** What a connection gets, and so its numbers, must follow from the stream alone: nothing is left out by what only this node knows (cluster). */
  exact: boolean;
  send(connection: Connection): void;
  /** A client that is away has too much waiting. */
  overflow(connection: Connection): void;
  /** Its session has ended by time, unless it was extended meanwhile. */
  expired(connection: Connection): void;
}

/** Gives an event to every connection it is meant for (websocket.md 5). The hot path: nothing here is done per event that can be done per change. */
export function deliver(event: Envelope, audience: Audience, outlet: Outlet): void {
  const { broadcast, each } = event;
  const scoped = SCOPED.has(event.event);
  const lossy = LOSSY.has(event.event);
  const personal = event.personal && new Personals(event, event.personal);
  const common: Shared = { head: event.head, tail: event.tail };
  const now = Date.now();
  for (const member of receivers(event, audience)) {
    if (broadcast.omit_users?.[member.id]) continue;
    if (broadcast.contains_sanitized_data && member.admin) continue;
    if (broadcast.contains_sensitive_data && !member.admin) continue;
    for (const connection of member.connections) {
      if (broadcast.connection_id && broadcast.connection_id !== connection.id) continue;
      if (broadcast.omit_connection_id && broadcast.omit_connection_id === connection.id) continue;
      if (scoped && !outlet.exact && looksElsewhere(connection, broadcast.channel_id)) continue;
      if (lossy && !outlet.exact && connection.waiting >= SEND_QUEUE / 2) continue;
      if (connection.expiresAt > 0 && connection.expiresAt <= now) outlet.expired(connection);
      const own = each?.[member.id];
      const item = own
        ? { shared: common, own }
        : personal
          ? personal.of(common, member, connection)
          : common;
      if (connection.push(item)) outlet.send(connection);
      else outlet.overflow(connection);
    }
  }
}

function receivers({ broadcast, each }: Envelope, audience: Audience): Iterable<Member> {
  if (each) return Object.keys(each).flatMap((id) => audience.members.get(id) ?? []);
  if (broadcast.user_id) {
    const member = audience.members.get(broadcast.user_id);
    return member ? [member] : [];
  }
  if (broadcast.channel_id) return audience.channel(broadcast.channel_id);
  if (broadcast.team_id) return audience.team(broadcast.team_id);
  return audience.members.values();
}

function looksElsewhere({ hints }: Connection, channelId: string): boolean {
  const elsewhere = (value: string | undefined) => value !== undefined && value !== channelId;
  return elsewhere(hints.channel) && elsewhere(hints.rhsThreadChannel) && elsewhere(hints.viewThreadChannel);
}

/** The receivers' own parts of a `posted` event (semantics 1.23). */
class Personals {
  private readonly mentions: Set<string>;
  private readonly followers: Set<string>;
  private readonly ack: "all" | Set<string>;
  private readonly author: string | undefined;
  private readonly restricted:
    | { channels: { id: string; team_id: string; open: boolean }[]; shared: Shared }
    | undefined;

  constructor({ tail }: Envelope, { mentions, followers, ack, author, restricted }: Personal) {
    this.mentions = new Set(mentions);
    this.followers = new Set(followers);
    this.ack = ack === "all" ? ack : new Set(ack);
    this.author = author;
    this.restricted = restricted && {
      channels: restricted.channels,
      shared: { head: restricted.head, tail },
    };
  }

  of(common: Shared, member: Member, { userId, postedAck }: Connection) {
    const shared = this.restricted && this.mayRead(member) ? this.restricted.shared : common;
    const mentioned = this.mentions.has(userId);
    const follows = this.followers.has(userId);
    let own = "";
    if (mentioned) own += `,"mentions":"[\\"${userId}\\"]"`;
    if (follows) own += `,"followers":"[\\"${userId}\\"]"`;
    const acks = mentioned || follows || this.ack === "all" || this.ack.has(userId);
    if (postedAck && acks && userId !== this.author) own += ',"should_ack":true';
    return own ? { shared, own } : shared;
  }

  /** Links and previews of other channels are for those who may read all of them. */
  private mayRead(member: Member): boolean {
    return this.restricted!.channels.every(
      ({ id, team_id, open }) => member.channels.has(id) || (open && member.teams.has(team_id)),
    );
  }
}
