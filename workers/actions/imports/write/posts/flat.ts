import { createHash } from "node:crypto";
import { encodeId } from "../../../../model/id.ts";
import type { PostLine, ReplyLine } from "../../lines/posts.ts";
import type { Work } from "../work.ts";

/** A post or reply of a line. */
export interface Flat {
  number: number;
  kind: string;
  said: ReplyLine;
  channelId: string;
  userId: string;
  root: Flat | undefined;
  /** Of the channel, author, time, message and root: the same in every run. */
  key: string;
  id: string;
  /** The row that is there already. */
  known?: { file_ids: string[] /** An import has made it. */; imported: boolean } | undefined;
  /** What of the new files belongs to the post. */
  fileIds: string[];
  followers: NonNullable<PostLine["thread_followers"]>;
}

const digest = (...parts: (string | number)[]) => createHash("sha256").update(parts.join("\0")).digest();

/** An id that follows from `parts`: what is imported twice is there once. */
export const idOf = (...parts: (string | number)[]) => encodeId(digest(...parts).subarray(0, 16));

/**
 * Tells posts of the same channel, author, time and message apart by their place in the file. Such posts are near each other, so
 * the keys of two batches are remembered.
 */
export class Occurrences {
  private now = new Map<string, number>();
  private before = new Map<string, number>();

  /** How many of `key` there were. */
  next(key: string): number {
    const seen = this.now.get(key) ?? this.before.get(key) ?? 0;
    this.now.set(key, seen + 1);
    return seen;
  }

  turn(): void {
    this.before = this.now;
    this.now = new Map();
  }
}

export interface Said {
  number: number;
  kind: string;
  value: Pick<PostLine, "replies" | "thread_followers"> & ReplyLine;
}

/** A line's post with its replies after it. */
export function flatten(work: Work, line: Said, channelId: string, occurrences: Occurrences): Flat[] {
  const { number, kind } = line;
  const { replies = [], thread_followers = [], ...post } = line.value;
  const flat = (said: ReplyLine, root: Flat | undefined): Flat => {
    const userId = work.names.user(number, kind, said.user);
    const key = digest(channelId, userId, said.create_at, root?.id ?? "", said.message ?? "").toString("hex");
    const id = idOf(key, occurrences.next(key));
    return {
      number,
      kind,
      said,
      channelId,
      userId,
      root,
      key,
      id,
      fileIds: [],
      followers: root ? [] : thread_followers,
    };
  };
  const root = flat(post as ReplyLine, undefined);
  return [root, ...replies.map((reply) => flat(reply, root))];
}
