import type { Effect } from "../../../workers/events/envelope.ts";
import type { Connection } from "../connection/connection.ts";

/** What the hub knows of a user with connections here. */
export interface Member {
  id: string;
  connections: Set<Connection>;
  channels: Set<string>;
  teams: Set<string>;
  /** Has manage_system (events with contains_sanitized_data / contains_sensitive_data). */
  admin: boolean;
  /** Stands for the channels, the teams and `admin`: two nodes that know the same have the same. */
  digest: number;
  /** How often what was known turned out not to follow from the effects alone (a load that was ahead of them). */
  surprises: number;
}

/** Any bits that no id is likely to have. */
const ADMIN = 0x2545f491;

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
    const member: Member = {
      id,
      connections: new Set(),
      channels: new Set(),
      teams: new Set(),
      admin,
      digest: admin ? ADMIN : 0,
      surprises: 0,
    };
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
    const before = member.digest;
    for (const channel of [...member.channels]) this.leave(member, "channels", channel);
    for (const team of [...member.teams]) this.leave(member, "teams", team);
    for (const channel of channels) this.join(member, "channels", channel);
    for (const team of teams) this.join(member, "teams", team);
    this.grade(member, admin);
    if (member.digest !== before) member.surprises++;
  }

  /** Sets whether the user is an administrator. */
  grade(member: Member, admin: boolean): void {
    if (member.admin === admin) return;
    member.admin = admin;
    member.digest ^= ADMIN;
  }

  /** Membership changes take effect before the events of their bundle are addressed. */
  apply(effect: Effect): void {
    if (effect.kind !== "channel_member" && effect.kind !== "team_member") return;
    const member = this.members.get(effect.user);
    if (!member || effect.op === "change") return;
    const kind = effect.kind === "channel_member" ? "channels" : "teams";
    const id = effect.kind === "channel_member" ? effect.channel : effect.team;
    const news = effect.op === "add" ? this.join(member, kind, id) : this.leave(member, kind, id);
    if (!news) member.surprises++;
  }

  private join(member: Member, kind: "channels" | "teams", id: string): boolean {
    if (member[kind].has(id)) return false;
    member[kind].add(id);
    member.digest ^= hash(id);
    let members = this[kind].get(id);
    if (!members) {
      members = new Set();
      this[kind].set(id, members);
    }
    members.add(member);
    return true;
  }

  private leave(member: Member, kind: "channels" | "teams", id: string): boolean {
    if (!member[kind].delete(id)) return false;
    member.digest ^= hash(id);
    const members = this[kind].get(id);
    members?.delete(member);
    if (members?.size === 0) this[kind].delete(id);
    return true;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}
