import type { Post, PostList } from "@mattermost/types/posts";
import { newId } from "../../workers/model/id.ts";
import type { Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

/** Posts as `person`; waits a millisecond first, so that no two posts of a test share their time. */
export async function say(
  person: Person,
  channel: { id: string },
  message: string,
  more: Partial<Post> = {},
): Promise<Post> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  return person.client.createPost({ channel_id: channel.id, message, ...more } as Post);
}

/** A list of a channel's posts by its raw query. */
export async function page(
  person: Person,
  channel: { id: string },
  query: Record<string, string | number | boolean> = {},
  headers: Record<string, string> = {},
) {
  const text = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  const answer = await person.request("GET", `channels/${channel.id}/posts?${text}`, undefined, headers);
  return {
    ...answer,
    list: answer.body as PostList,
    etag: answer.headers.get("etag") ?? "",
    sql: Number(answer.headers.get("x-edgemost-sql")),
  };
}

export const messages = (list: PostList) => list.order.map((id) => list.posts[id]!.message);

export const rowTrips = (answer: { headers: Headers }) => Number(answer.headers.get("x-edgemost-sql"));

/** A file as an upload leaves it, not attached yet. */
export async function makeFile(owner: Person, channel: { id: string }, name = "a.txt"): Promise<string> {
  const [id, now] = [newId(), Date.now()];
  await database(
    owner.node,
  )`insert into fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath,
      name, extension, size, mimetype, width, height, haspreviewimage, content, remoteid, archived, channelid)
    values (${id}, ${owner.id}, '', ${now}, ${now}, 0, ${`x/${id}`}, '', '', ${name}, 'txt', 3, 'text/plain', 0, 0, false, '', '', false, ${channel.id})`;
  return id;
}
