import type { Effect } from "../../workers/events/envelope.ts";
import type { Entry } from "../relay.ts";
import { Audience, type Member } from "./audience.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { markBefore } from "./checkpoint.ts";
import { Connection } from "./connection.ts";
import { deliver } from "./deliver.ts";
import type { History } from "./history.ts";

/**
 * Rebuilds another node's connection from its checkpoint and the stream: the same events get the same numbers, for in a
 * cluster both nodes number what the stream holds for this user and nothing else.
 *
 * `member` is what this hub knows of the user now, after all of `history`. Returns the connection, ready to be resumed
 * at `seq`; undefined where it cannot be proved that nothing is missing.
 */
export function takeOver(
  id: string,
  seq: number,
  checkpoint: Checkpoint,
  member: Member,
  history: History,
): Connection | undefined {
  const mark = markBefore(checkpoint.marks, seq);
  const entries = mark && history.after(mark[0]);
  if (!mark || !entries) return undefined;
  const connection = new Connection(member.id, checkpoint.session, "");
  connection.id = id;
  connection.next = mark[1];
  connection.sent = mark[1];
  if (!replay(connection, member, entries)) return undefined;
  // The client has seen more of the stream than this node has read.
  if (seq > connection.next) return undefined;
  connection.sent = seq;
  return connection;
}

function replay(connection: Connection, member: Member, entries: Entry[]): boolean {
  const past = membershipsBefore(member, entries);
  const audience = new Audience();
  audience.add(member.id, past.channels, past.teams, member.admin).connections.add(connection);
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
    for (const event of bundle.events) deliver(event, audience, outlet);
    if (overflown) return false;
  }
  return true;
}

/** The user's memberships before `entries`: what is known now, with their effects undone. */
export function membershipsBefore(
  member: Member,
  entries: Entry[],
): { channels: Set<string>; teams: Set<string> } {
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
  return { channels, teams };
}
