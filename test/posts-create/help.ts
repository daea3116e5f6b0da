import type { Post } from "@mattermost/types/posts";
import { newId } from "../../workers/model/id.ts";
import type { Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

/** POST /posts as `person`, whatever it answers. */
export function create(
  person: Person,
  channel: { id: string },
  message: string,
  more: Record<string, unknown> = {},
  query = "",
) {
  return person.request("POST", `posts${query}`, { channel_id: channel.id, message, ...more });
}

/** The post that a create answers; it must have been stored. */
export async function stored(answer: ReturnType<typeof create>): Promise<Post> {
  const { status, body, text } = await answer;
  if (status !== 201) throw new Error(`${status} ${text}`);
  return body;
}

/** Round trips to the database and calls to objects that an answer cost. */
export const cost = ({ headers }: { headers: Headers }) => ({
  sql: Number(headers.get("x-edgemost-sql")),
  objects: Number(headers.get("x-edgemost-objects")),
});

/** Read and mention counters of members, by user. */
export async function counters(
  person: Person,
  channel: { id: string },
): Promise<Record<string, Record<string, number>>> {
  const rows = await database(person.node)`
    select userid, msgcount, msgcountroot, mentioncount, mentioncountroot, urgentmentioncount, lastviewedat
    from channelmembers where channelid = ${channel.id}`;
  return Object.fromEntries(rows.map(({ userid, ...row }) => [userid, row]));
}

/** A direct or group channel by the API. */
export async function direct(...people: Person[]): Promise<{ id: string; name: string }> {
  const path = people.length === 2 ? "channels/direct" : "channels/group";
  const answer = await people[0]!.request(
    "POST",
    path,
    people.map((person) => person.id),
  );
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
}

/** Sets notification properties of a user. */
export async function notify(person: Person, props: Record<string, string>): Promise<void> {
  const me = await person.client.getMe();
  const answer = await person.request("PUT", "users/me/patch", {
    notify_props: { ...me.notify_props, ...props },
  });
  if (answer.status !== 200) throw new Error(answer.text);
}

/** Sets notification properties of a user in a channel. */
export async function notifyIn(
  person: Person,
  channel: { id: string },
  props: Record<string, string>,
): Promise<void> {
  const answer = await person.request(
    "PUT",
    `channels/${channel.id}/members/${person.id}/notify_props`,
    props,
  );
  if (answer.status !== 200) throw new Error(answer.text);
}

/** A file as an upload leaves it. */
export async function uploaded(
  owner: Person,
  channel: { id: string },
  more: { name?: string; mimetype?: string; creator?: string } = {},
): Promise<string> {
  const { name = "a.txt", mimetype = "text/plain", creator = owner.id } = more;
  const [id, now] = [newId(), Date.now()];
  const extension = name.split(".").at(-1)!;
  await database(
    owner.node,
  )`insert into fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath,
      name, extension, size, mimetype, width, height, haspreviewimage, content, remoteid, archived, channelid)
    values (${id}, ${creator}, '', ${now}, ${now}, 0, ${`x/${id}`}, '', '', ${name}, ${extension}, 3, ${mimetype}, 0, 0, false, '', '', false, ${channel.id})`;
  return id;
}
