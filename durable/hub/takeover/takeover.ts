import type { Effect } from "../../../workers/events/envelope.ts";
import type { Entry } from "../../relay/stream/stream.ts";
import { Audience, type Member } from "../audience/audience.ts";
import { Connection } from "../connection/connection.ts";
import { deliver } from "../connection/deliver.ts";
import { type Checkpoint, markBefore } from "./checkpoint.ts";
import type { History } from "./history.ts";

export interface Return {
  id: string;
  /** The next event that the client expects. */
  seq: number;
  postedAck: boolean;
}

/**
 * Rebuilds another node's connection from its checkpoint and the stream: the same events get the same numbers, for in a
 * cluster both nodes number what the stream holds for this user and nothing else.
 *
 * `member` is what this hub knows of the user now, after all of `history`. Returns the connection, ready to be resumed
 * at `seq`; undefined where it cannot be proved that nothing is missing.
 */
export function takeOver(
  { id, seq, postedAck }: Return,
  checkpoint: Checkpoint,
  member: Member,
  history: History,
): Connection | undefined {
  if (checkpoint.run !== history.run || checkpoint.user !== member.id) return undefined;
  const mark = markBefore(checkpoint.marks, seq);
  const entries = mark && history.after(mark[0]);
  if (!mark || !entries) return undefined;
  const [, next, digest] = mark;
  const connection = new Connection(member.id, checkpoint.session, "");
  connection.id = id;
  connection.postedAck = postedAck;
  connection.next = next;
  connection.sent = next;
  const audience = audienceBefore(member, entries);
  const past = audience.members.get(member.id)!;
  // One of the two nodes knew more than the stream had told then (a load just after a commit).
  if (past.digest !== digest) return undefined;
  past.connections.add(connection);
  if (!replay(connection, audience, entries, seq)) return undefined;
  // The client has seen more of the stream than this node has read.
  if (seq > connection.next) return undefined;
  connection.sent = seq;
  return connection;
}

function replay(connection: Connection, audience: Audience, entries: Entry[], seq: number): boolean {
  let overflown = false;
  const outlet = {
    exact: true,
    send: () => undefined,
    expired: () => undefined,
    overflow: () => {
      overflown = true;
    },
  };
  for (const { bundle } of entries) {
    for (const effect of bundle.effects) audience.apply(effect);
    for (const event of bundle.events) {
      deliver(event, audience, outlet);
      // What the client has does not wait for it.
      connection.sent = Math.min(seq, connection.next);
    }
    if (overflown) return false;
  }
  return true;
}

/** The user alone, with the memberships before `entries`: what is known now, with their effects undone. */
export function audienceBefore(member: Member, entries: Entry[]): Audience {
  const channels = new Set(member.channels);
  const teams = new Set(member.teams);
  const undo = (effect: Effect) => {
    if ((effect.kind !== "channel_member" && effect.kind !== "team_member") || effect.user !== member.id)
      return;
    if (effect.op === "change") return;
    const [set, id] = effect.kind === "channel_member" ? [channels, effect.channel] : [teams, effect.team];
    if (effect.op === "add") set.delete(id);
    else set.add(id);
  };
  for (const { bundle } of entries.toReversed())
    for (const effect of bundle.effects.toReversed()) undo(effect);
  const audience = new Audience();
  audience.add(member.id, channels, teams, member.admin);
  return audience;
}
