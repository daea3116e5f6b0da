/** To whom an event goes, as clients see it (websocket.md 3 and 5). */
export interface Broadcast {
  omit_users: Record<string, true> | null;
  user_id: string;
  channel_id: string;
  team_id: string;
  connection_id: string;
  omit_connection_id: string;
  contains_sanitized_data?: true;
  contains_sensitive_data?: true;
}

/**
 * One event, serialised once: the frame for a connection is
 * `head + (what is this receiver's own) + tail + seq + "}"`.
 */
export interface Envelope {
  event: string;
  head: string;
  tail: string;
  broadcast: Broadcast;
  personal?: Personal;
  /** Instead of the broadcast's scope: these users get it, each with its own part between `head` and `tail` (`envelopeEach`). */
  each?: Record<string, string>;
}

/** What differs per receiver of `posted` (semantics 1.23). */
export interface Personal {
  /** Users mentioned: get `mentions` with their own id only. */
  mentions?: string[];
  /** Thread followers to notify: get `followers` likewise. */
  followers?: string[];
  /** `should_ack` goes to these besides mentioned and following users; "all" in a direct channel. */
  ack?: string[] | "all";
  /** The author never acknowledges. */
  author?: string;
  /** Receivers that may read all of these channels get `head` of this instead (links and previews of other channels). */
  restricted?: { channels: { id: string; team_id: string; open: boolean }[]; head: string };
}

/** What a node must forget or change once something has been committed; applied before the bundle's events. */
export type Effect =
  /** `keywords`: what the user is mentioned by has changed (username, first name, notification settings, activation). */
  | { kind: "user"; id: string; keywords?: true }
  | { kind: "session"; id: string; token: string }
  | { kind: "sessions"; user: string }
  /** Every session of everyone has ended. */
  | { kind: "all_sessions" }
  /** A session that goes on holds other values. */
  | { kind: "session_changed"; token: string }
  | { kind: "status"; user: string }
  | { kind: "preferences"; user: string }
  | { kind: "team"; id: string }
  | { kind: "team_member"; op: "add" | "remove" | "change"; team: string; user: string }
  | { kind: "channel"; id: string }
  | { kind: "channel_member"; op: "add" | "remove" | "change"; channel: string; user: string }
  /** New absolute values; a node keeps the greater of these and its own (counters never go down). */
  | { kind: "counters"; channel: string; counters: Counters }
  | { kind: "posts"; channel: string }
  /** The user's place in channels has moved. */
  | { kind: "viewed"; user: string; channels: string[] }
  /** A custom emoji came or went: posts that name it look different. */
  | { kind: "emoji" }
  /** Outgoing webhooks of the team. */
  | { kind: "outgoing_hooks"; team: string }
  | { kind: "role"; name: string }
  | { kind: "config" }
  /** The server is marked busy up to then (ms; 0: no more). */
  | { kind: "server_busy"; until: number }
  /** Every node's connections to PostgreSQL are to be replaced (relay). */
  | { kind: "recycle_database" }
  /** The node that leads has a job to run (relay). */
  | { kind: "work" }
  /** A client has come back to another node (cluster). */
  | { kind: "connection_moved"; id: string; node: string }
  | { kind: "all" };

export interface Counters {
  total_msg_count: number;
  total_msg_count_root: number;
  last_post_at: number;
  last_root_post_at: number;
}

/** What one action publishes: kept together and in order on its way to every hub. */
export interface Bundle {
  /** Publishing the same id again on the same topic does nothing: a retried request announces once. */
  id: string;
  /** `channel:<id>`, `team:<id>`, `user:<id>` or `system`. */
  topic: string;
  events: Envelope[];
  effects: Effect[];
}

const NOBODY: Broadcast = {
  omit_users: null,
  user_id: "",
  channel_id: "",
  team_id: "",
  connection_id: "",
  omit_connection_id: "",
};

/** Serialises an event. `data` holds plain values; JSON-in-string fields are the caller's to stringify. */
export function envelope(
  event: string,
  data: Record<string, unknown>,
  to: Partial<Omit<Broadcast, "omit_users">> & { omit_users?: string[] },
  personal?: Personal,
): Envelope {
  const { omit_users, ...scope } = to;
  const broadcast: Broadcast = { ...NOBODY, ...scope };
  if (omit_users?.length) broadcast.omit_users = Object.fromEntries(omit_users.map((id) => [id, true]));
  return {
    event,
    head: headOf(event, data),
    tail: `},"broadcast":${JSON.stringify(broadcast)},"seq":`,
    broadcast,
    ...(personal ? { personal } : {}),
  };
}

/**
 * Serialises an event of which each of `users` gets another ending, so that what they share is there once. `head` is the
 * frame up to that ending; the ending closes `data` with the broadcast (`broadcastOf`).
 */
export function envelopeEach(event: string, head: string, users: Record<string, string>): Envelope {
  return { event, head, tail: ',"seq":', broadcast: NOBODY, each: users };
}

/** The end of a frame's data and its broadcast, for `envelopeEach`. */
export function broadcastOf(scope: Partial<Omit<Broadcast, "omit_users">>): string {
  return `},"broadcast":${JSON.stringify({ ...NOBODY, ...scope })}`;
}

/** The opening of a frame, up to but without the brace that closes `data`. */
export function headOf(event: string, data: Record<string, unknown>): string {
  return `{"event":${JSON.stringify(event)},"data":${JSON.stringify(data).slice(0, -1)}`;
}
