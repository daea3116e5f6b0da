import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import type { Channel } from "../../model/channel.ts";
import { type FileInfo, type FilePaths, toFileInfo } from "../../model/file.ts";
import { newId } from "../../model/id.ts";
import type { Param, Statement } from "../../ports/sql/sql.ts";
import { notifyStored } from "./extract.ts";
import { withImageBytes } from "./image-budget.ts";
import { imageParts } from "./images.ts";
import { type Incoming, type IncomingFile, streamOf } from "./incoming.ts";
import { mimeOf } from "./mime.ts";
import { baseName, extensionOf, storedName } from "./names.ts";

/** One request's files; a bound on what it may cost besides its bytes. */
const MAX_FILES = 100;

export type StoredFile = FileInfo & FilePaths;

export interface Target {
  channel: Pick<Channel, "id">;
  userId: string;
  /** The files are to be a bookmark's: they belong to the channel, not to who uploads them (semantics 11.6). */
  bookmark?: boolean;
}

/**
 * Stores every file and its renditions, then all rows in one statement; all or nothing (semantics 11.2 to 11.6).
 * Throws AppError 400, 413, 503.
 */
export async function doUploadFiles(
  ctx: Context,
  target: Target,
  incoming: Incoming,
): Promise<{ file_infos: FileInfo[]; client_ids: string[] }> {
  const stored: StoredFile[] = [];
  const written: string[] = [];
  try {
    for (let file = await incoming.next(); file; file = await incoming.next()) {
      if (stored.length === MAX_FILES)
        throw fail("api.file.upload_file.incorrect_number_of_files.app_error", { limit: MAX_FILES });
      stored.push(await storeFile(ctx, target, file, incoming.expectedBytes, stored.length, written));
    }
    if (stored.length === 0)
      throw fail("api.file.upload_file.incorrect_number_of_files.app_error", { limit: MAX_FILES });
    const { clientIds } = incoming;
    if (clientIds.length > 0 && clientIds.length !== stored.length)
      throw fail("api.file.upload_file.incorrect_number_of_client_ids.app_error");
    await insertFiles(ctx, stored);
  } catch (error) {
    await Promise.allSettled(written.map((path) => ctx.files.remove(path)));
    throw error;
  }
  notifyStored(ctx, stored);
  return { file_infos: stored.map(toFileInfo), client_ids: [...incoming.clientIds] };
}

/**
 * Stores one file, without its row (`filesStatement`). What it has written, or may have, is in `written` when it throws.
 * Throws AppError 400, 413, 503.
 */
export async function storeFile(
  ctx: Context,
  { channel, userId, bookmark = false }: Target,
  file: IncomingFile,
  expected: number | undefined,
  index: number,
  written: string[],
): Promise<StoredFile> {
  const id = file.id ?? newId();
  // Files of one request keep their order: posts list files by time.
  const at = (file.at ?? Date.now()) + index;
  const name = baseName(file.filename);
  const extension = extensionOf(name);
  const mime = mimeOf(extension);
  const path = bookmark
    ? `bookmark/teams/noteam/channels/${channel.id}/${id}/${storedName(name)}`
    : uploadPath(at, channel.id, userId, id, name);
  const limited = limitedFile(ctx, file, name);
  const write = (to: string, body: Uint8Array | ReadableStream<Uint8Array>, type: string) => {
    written.push(to);
    return ctx.files.write(to, body, type);
  };
  const image = mime.startsWith("image/")
    ? await withImageBytes(ctx, expected, () => imageParts(ctx, limited, name, { path, mime, write }))
    : { size: await write(path, streamOf(limited.read), mime) };
  return {
    id,
    user_id: bookmark ? "bookmark" : userId,
    post_id: "",
    channel_id: channel.id,
    create_at: at,
    update_at: at,
    delete_at: 0,
    name,
    extension,
    mime_type: mime,
    width: 0,
    height: 0,
    has_preview_image: false,
    mini_preview: null,
    remote_id: "",
    archived: false,
    path,
    thumbnail_path: "",
    preview_path: "",
    ...image,
  };
}

/** The file's bytes, up to MaxFileSize (semantics 11.2). */
function limitedFile(ctx: Context, file: IncomingFile, name: string): IncomingFile {
  const limit = ctx.config.FileSettings.MaxFileSize;
  let size = 0;
  return {
    filename: file.filename,
    async read() {
      const chunk = await file.read();
      size += chunk?.length ?? 0;
      if (size > limit) throw fail("api.file.upload_file.too_large_detailed.app_error", { name, limit });
      return chunk;
    },
  };
}

async function insertFiles(ctx: Context, files: StoredFile[]): Promise<void> {
  const { text, params } = filesStatement(files);
  await ctx.sql.query(text, params);
}

/** The rows of stored files; those whose id is there already are left alone. */
export function filesStatement(files: StoredFile[]): Statement & { params: Param[] } {
  return {
    text: `INSERT INTO fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath, name, extension,
       size, mimetype, width, height, haspreviewimage, minipreview, content, remoteid, archived, channelid)
     SELECT r.id, r.user_id, r.post_id, r.create_at, r.create_at, 0, r.path, r.thumbnail_path, r.preview_path, r.name, r.extension,
       r.size, r.mime_type, r.width, r.height, r.has_preview_image, decode(r.mini_preview, 'base64'), '', '', false, r.channel_id
     FROM jsonb_to_recordset($1::jsonb) AS r(id varchar, user_id varchar, post_id varchar, create_at bigint, path varchar, thumbnail_path varchar,
       preview_path varchar, name varchar, extension varchar, size bigint, mime_type varchar, width int, height int,
       has_preview_image boolean, mini_preview text, channel_id varchar) ON CONFLICT (id) DO NOTHING`,
    params: [JSON.stringify(files)],
  };
}

/** Where people of a conversation must share a team, its files must not go to one where they do not (semantics 11.1). Throws 400. */
export async function checkDirect(ctx: Context, channel: Channel): Promise<void> {
  if (
    ctx.config.TeamSettings.RestrictDirectMessage !== "team" ||
    (channel.type !== "D" && channel.type !== "G")
  )
    return;
  const [row] = await ctx.sql.query<{ shared: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM teammembers t JOIN channelmembers c ON c.userid = t.userid AND c.channelid = $1 WHERE t.deleteat = 0
       GROUP BY t.teamid HAVING count(*) = (SELECT count(*) FROM channelmembers WHERE channelid = $1)) AS shared`,
    [channel.id],
  );
  if (!row?.shared) throw fail("api.file.upload_file.direct_restricted.app_error");
}

/** Where an upload is stored (schema-notes 5). */
export function uploadPath(at: number, channelId: string, userId: string, id: string, name: string): string {
  const date = new Date(at).toISOString().slice(0, 10).replaceAll("-", "");
  return `${date}/teams/noteam/channels/${channelId}/users/${userId}/${id}/${storedName(name)}`;
}
