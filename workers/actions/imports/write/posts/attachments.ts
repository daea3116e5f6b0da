import { notifyStored } from "../../../files/extract.ts";
import { baseName } from "../../../files/names.ts";
import { type StoredFile, storeFile } from "../../../files/upload.ts";
import { MAX_FILES } from "../../../posts/draft.ts";
import { LineFailure, onLine } from "../../failure.ts";
import { fileOf } from "../people/images.ts";
import type { Work } from "../work.ts";
import { type Flat, idOf } from "./flat.ts";

/** Files copied at the same time. */
const AT_ONCE = 4;

interface Wanted {
  post: Flat;
  path: string;
  id: string;
  index: number;
}

/**
 * Copies the files of posts out of the archive to where files of the API are, with their renditions; `post.fileIds` is set. What a
 * post has already, by id or by name and size, is not copied again. Answers the rows to insert.
 */
export async function storeAttachments(work: Work, posts: Flat[]): Promise<StoredFile[]> {
  const wanted: Wanted[] = [];
  const present = await filesOf(work, posts);
  for (const post of posts) {
    const mine = present.get(post.id) ?? [];
    (post.said.attachments ?? []).forEach(({ path }, index) => {
      const id = idOf("file", post.id, index, path);
      const { size } = fileOf(work, post, path);
      const name = baseName(path);
      const at = mine.findIndex((file) => file.id === id || (file.name === name && file.size === size));
      if (at >= 0) mine.splice(at, 1);
      else wanted.push({ post, path, id, index });
    });
  }
  const stored: StoredFile[] = [];
  const worker = async () => {
    for (let next = wanted.shift(); next; next = wanted.shift()) {
      await work.step();
      const file = await copy(work, next);
      stored.push(file);
      next.post.fileIds.push(file.id);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, wanted.length) }, worker));
  stored.sort((a, b) => a.create_at - b.create_at || (a.id < b.id ? -1 : 1));
  for (const post of posts) {
    const order = new Map(stored.map((file, i) => [file.id, i]));
    post.fileIds.sort((a, b) => order.get(a)! - order.get(b)!);
    if ((post.known?.file_ids.length ?? 0) + post.fileIds.length > MAX_FILES)
      throw new LineFailure(
        post.number,
        post.kind,
        `a post has at most ${MAX_FILES} files, with those that it has already`,
      );
  }
  return stored;
}

/** Told once the rows are there, as of every upload. */
export function announceAttachments(work: Work, stored: StoredFile[]): void {
  if (stored.length > 0 && work.extract) notifyStored(work.ctx, stored);
}

async function copy(work: Work, { post, path, id, index }: Wanted): Promise<StoredFile> {
  const file = fileOf(work, post, path);
  const incoming = { id, at: post.said.create_at, filename: path, read: file.open() };
  const target = { channel: { id: post.channelId }, userId: post.userId };
  const stored = await onLine(post.number, post.kind, () =>
    storeFile(work.ctx, target, incoming, file.size, index, []),
  );
  return { ...stored, post_id: post.id };
}

async function filesOf(
  work: Work,
  posts: Flat[],
): Promise<Map<string, { id: string; name: string; size: number }[]>> {
  const ids = posts
    .filter(({ known, said }) => known?.file_ids.length && said.attachments)
    .map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const rows = await work.ctx.sql.query<{ id: string; post_id: string; name: string; size: number }>(
    "SELECT id, postid AS post_id, name, size FROM fileinfo WHERE postid = ANY($1::text[]) AND deleteat = 0",
    [ids],
  );
  return Map.groupBy(rows, ({ post_id }) => post_id);
}
