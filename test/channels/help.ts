import type { ServerChannel } from "@mattermost/types/channels";
import type { Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

/** Database round trips of an answer. */
export const roundTrips = (answer: { headers: Headers }) => Number(answer.headers.get("x-edgemost-sql"));

/** System posts of a channel, oldest first. */
export async function systemPosts(person: Person, channel: { id: string }) {
  return database(person.node)<
    { type: string; message: string; props: Record<string, any>; userid: string }[]
  >`
    select type, message, props, userid from posts where channelid = ${channel.id} and type like 'system%'
    order by createat, id`;
}

export async function memberRow(person: Person, channel: { id: string }, userId: string) {
  const [row] = await database(person.node)<Record<string, any>[]>`
    select * from channelmembers where channelid = ${channel.id} and userid = ${userId}`;
  return row;
}

/** The channel as the server knows it now. */
export const now = (person: Person, channel: { id: string }): Promise<ServerChannel> =>
  person.client.getChannel(channel.id) as Promise<ServerChannel>;

export const idsOf = (list: { id: string }[]) => list.map(({ id }) => id);
