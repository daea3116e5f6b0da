import type { Effect } from "../../workers/events/envelope.ts";
import type { Connection } from "./connection.ts";

/** What the hub knows of a user with connections here. */
export interface Member {
  id: string;
  connections: Set<Connection>;
  channels: Set<string>;
  teams: Set<string>;
  /** Has manage_system (events with contains_sanitized_data / contains_sensitive_data). */
  admin: boolean;
}

/** Who of this hub's users is in which channel and team. Grows with the users connected here, never with the install. */
export class Audience {
  readonly members = new Map<string, Member>();
  private readonly channels = new Map<string, Set<Member>>();
  private readonly teams = new Map<string, Set<Member>>();

  channel(id: string): Iterable<Member> {
    return this.channels.get(id) ?? [];
  }

  team(id: string): Iterable<Member> {
    return this.teams.get(id) ?? [];
  }

  add(id: string, channels: Iterable<string>, teams: Iterable<string>, admin: boolean): Member {
    const member: Member = { id, connections: new Set(), channels: new Set(), teams: new Set(), admin };
    this.members.set(id, member);
    for (const channel of channels) this.join(member, "channels", channel);
    for (const team of teams) this.join(member, "teams", team);
    return member;
  }

  remove(member: Member): void {
    this.members.delete(member.id);
    for (const channel of member.channels) this.leave(member, "channels", channel);
    for (const team of member.teams) this.leave(member, "teams", team);
  }

  /** Replaces what is known of a user's memberships, after a change whose parts are not told. */
  reload(member: Member, channels: Iterable<string>, teams: Iterable<string>, admin: boolean): void {
    for (const channel of [...member.channels]) this.leave(member, "channels", channel);
    for (const team of [...member.teams]) this.leave(member, "teams", team);
    for (const channel of channels) this.join(member, "channels", channel);
    for (const team of teams) this.join(member, "teams", team);
    member.admin = admin;
  }

  /** Membership changes take effect before the events of their bundle are addressed. */
  apply(effect: Effect): void {
    if (effect.kind !== "channel_member" && effect.kind !== "team_member") return;
    const member = this.members.get(effect.user);
    if (!member || effect.op === "change") return;
    const kind = effect.kind === "channel_member" ? "channels" : "teams";
    const id = effect.kind === "channel_member" ? effect.channel : effect.team;
    if (effect.op === "add") this.join(member, kind, id);
    else this.leave(member, kind, id);
  }

  private join(member: Member, kind: "channels" | "teams", id: string): void {
    member[kind].add(id);
    let members = this[kind].get(id);
    if (!members) {
      members = new Set();
      this[kind].set(id, members);
    }
    members.add(member);
  }

  private leave(member: Member, kind: "channels" | "teams", id: string): void {
    member[kind].delete(id);
    const members = this[kind].get(id);
    members?.delete(member);
    if (members?.size === 0) this[kind].delete(id);
  }
}
