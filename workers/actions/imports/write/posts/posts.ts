import type { Statement } from "../../../../ports/sql/sql.ts";
import { filesStatement } from "../../../files/upload.ts";
import type { Of } from "../../lines/parse.ts";
import { directIds } from "../direct.ts";
import { preferenceStatements } from "../people/preferences.ts";
import { run, type Work } from "../work.ts";
import { announceAttachments, storeAttachments } from "./attachments.ts";
import { type Flat, flatten, type Occurrences, type Said } from "./flat.ts";
import { findKnown } from "./known.ts";
import {
  countThreads,
  insertFollowers,
  insertPosts,
  insertReactions,
  lockChannels,
  type ReactionRow,
  updatePosts,
} from "./posts-sql.ts";

/** Posts of one transaction: enough that the round trip does not matter, few enough that channels are not held for long. */
export const CHUNK = 500;
/** Characters of one transaction: what goes to the database at once is bounded, whatever the posts hold. */
const CHUNK_TEXT = 4 * 1024 * 1024;

export async function writePosts(work: Work, lines: Of<"post">[], occurrences: Occurrences): Promise<void> {
  const { names } = work;
  await names.teams(lines.map(({ value }) => value.team));
  const teamOf = ({ number, kind, value }: Of<"post">) => names.team(number, kind, value.team);
  await names.channels(lines.map((line) => `${teamOf(line)}/${line.value.channel}`));
  const ids = lines.map((line) => names.channel(line.number, line.kind, teamOf(line), line.value.channel));
  await writeSaid(work, lines, ids, occurrences);
}

export async function writeDirectPosts(
  work: Work,
  lines: Of<"direct_post">[],
  occurrences: Occurrences,
): Promise<void> {
  await writeSaid(work, lines, await directIds(work, lines), occurrences);
}

/** Lines' posts in `channelIds`, each with its replies, reactions, files and followers. */
async function writeSaid(
  work: Work,
  lines: Said[],
  channelIds: string[],
  occurrences: Occurrences,
): Promise<void> {
  await work.names.users(lines.flatMap(usersOf));
  const posts = lines.flatMap((line, i) => flatten(work, line, channelIds[i]!, occurrences));
  for (const chunk of chunksOf(posts)) await writeChunk(work, chunk);
  occurrences.turn();
}

function* chunksOf(posts: Flat[]): Generator<Flat[]> {
  let chunk: Flat[] = [];
  let text = 0;
  for (const post of posts) {
    const { message = "", props } = post.said;
    const size = message.length + (props ? JSON.stringify(props).length : 0);
    if (chunk.length === CHUNK || (chunk.length > 0 && text + size > CHUNK_TEXT)) {
      yield chunk;
      chunk = [];
      text = 0;
    }
    chunk.push(post);
    text += size;
  }
  if (chunk.length > 0) yield chunk;
}

function usersOf({ value }: Said): string[] {
  return [value, ...(value.replies ?? [])]
    .flatMap(({ user, flagged_by = [], reactions = [] }) => [
      user,
      ...flagged_by,
      ...reactions.map((one) => one.user),
    ])
    .concat((value.thread_followers ?? []).map(({ user }) => user));
}

/** One query, and one transaction; one query more where posts with files are here already. */
async function writeChunk(work: Work, posts: Flat[]): Promise<void> {
  await work.step();
  await findKnown(work, posts);
  const files = await storeAttachments(work, posts);
  const made = posts.filter(({ known }) => !known);
  for (const { known, channelId } of posts) if (!known || known.imported) work.channels.add(channelId);
  const known = posts.filter((post) => post.known);
  const roots = made.filter(({ root }) => !root);
  const replies = made.filter(({ root }) => root);
  const statements: Statement[] = [lockChannels([...new Set(posts.map(({ channelId }) => channelId))])];
  if (files.length > 0) statements.push(filesStatement(files));
  if (roots.length > 0) statements.push(insertPosts(roots));
  if (replies.length > 0) statements.push(insertPosts(replies));
  if (known.length > 0) statements.push(updatePosts(known, work.at));
  if (replies.length > 0) statements.push(countThreads([...new Set(replies.map(({ root }) => root!.id))]));
  const reactions = posts.flatMap((post) => reactionsOf(work, post));
  if (reactions.length > 0) statements.push(insertReactions(reactions));
  const followers = posts.flatMap((post) =>
    post.followers.map(({ user, last_viewed, unread_mentions }) => ({
      post_id: post.id,
      user_id: work.names.user(post.number, post.kind, user),
      last_viewed,
      unread_mentions,
    })),
  );
  if (followers.length > 0) statements.push(insertFollowers(followers, work.at));
  statements.push(...preferenceStatements(posts.flatMap((post) => flagsOf(work, post))));
  await run(work, statements);
  announceAttachments(work, files);
}

function reactionsOf(work: Work, { id, number, kind, said }: Flat): ReactionRow[] {
  return (said.reactions ?? []).map(({ user, emoji_name, create_at }) => ({
    post_id: id,
    user_id: work.names.user(number, kind, user),
    emoji_name,
    at: create_at,
  }));
}

const flagsOf = (work: Work, { id, number, kind, said }: Flat) =>
  (said.flagged_by ?? []).map((user) => ({
    user_id: work.names.user(number, kind, user),
    category: "flagged_post",
    name: id,
    value: "true",
  }));
