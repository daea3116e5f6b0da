import { channelAndRights, type Rights, rightsOf } from "../../../access/permissions.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import type { Channel } from "../../../model/channel.ts";

/** Whether the session may see that a channel is there, and what it is called: not the same as reading its posts. */
export function mayView(rights: Rights, channel: Channel): boolean {
  return (
    rights.channel(channel, "read_channel") ||
    (channel.type === "O" && rights.team(channel.team_id, "read_public_channel"))
  );
}

/** The channel of the path, if the session may see it. Throws 404 or 403. */
export async function requireViewChannel(r: Req<any>): Promise<Channel> {
  const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
  if (!mayView(rights, channel)) throw forbidden();
  return channel;
}

/** The channel of the path, if the session has the permission that channels of its kind ask for; no D and G. */
export async function requireByType(r: Req<any>, permissions: { O: string; P: string }): Promise<Channel> {
  const [channel, rights] = await channelAndRights(r, r.param("channel_id"));
  if (!mayByType(rights, channel, permissions)) throw forbidden();
  return channel;
}

export function mayByType(rights: Rights, channel: Channel, permissions: { O: string; P: string }): boolean {
  if (channel.type === "O" || channel.type === "P") return rights.channel(channel, permissions[channel.type]);
  return rights.channel(channel, "read_channel");
}

export const MANAGE_MEMBERS = { O: "manage_public_channel_members", P: "manage_private_channel_members" };
export const MANAGE_PROPERTIES = {
  O: "manage_public_channel_properties",
  P: "manage_private_channel_properties",
};

/** A found channel by name, if the session may see it; private ones of others look as if they were not there. */
export async function viewByName(r: Req<any>, channel: Channel | undefined): Promise<Channel> {
  const missing = fail("app.channel.get_by_name.missing.app_error");
  if (!channel || (channel.delete_at > 0 && !r.bool("include_deleted"))) throw missing;
  const rights = await rightsOf(r);
  if (mayView(rights, channel)) return channel;
  if (channel.type === "O") throw forbidden();
  if (channel.type === "P" && rights.team(channel.team_id, "manage_team")) return channel;
  throw missing;
}

/** Passes at most `max` items. Throws 400. */
export function checkCount(items: unknown[], max: number, name: string): void {
  if (items.length > max) throw badBody(name);
}
