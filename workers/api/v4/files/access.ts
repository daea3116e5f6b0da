import { channelById } from "../../../access/channels.ts";
import { rightsOf } from "../../../access/permissions.ts";
import { fail, forbidden } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { FILE_COLUMNS, FILE_PATH_COLUMNS, type FileInfo, type FilePaths } from "../../../model/file.ts";

/** creatorid of a bookmark's file, which belongs to its channel (semantics 11.6). */
const BOOKMARK = "bookmark";

export interface FoundFile extends FileInfo, FilePaths {
  /** The channel of the file's post; "" while it has none. */
  post_channel_id: string;
}

/** The live file `{file_id}`. Throws 404. */
export async function fileOf(r: Req<any>): Promise<FoundFile> {
  const [file] = await r.ctx.sql.query<FoundFile>(
    `SELECT ${FILE_COLUMNS}, ${FILE_PATH_COLUMNS}, coalesce(p.channelid, '') AS post_channel_id
     FROM fileinfo f LEFT JOIN posts p ON p.id = f.postid AND f.postid <> '' WHERE f.id = $1 AND f.deleteat = 0`,
    [r.param("file_id")],
  );
  if (!file) throw fail("app.file_info.get.app_error");
  return file;
}

/**
 * The file `{file_id}`, if the session may read it: its uploader, or who may read the channel of its post; a file without
 * a post is its uploader's alone (semantics 11.7). Throws 404, 403.
 */
export async function accessFile(r: Req<any>): Promise<FoundFile> {
  const file = await fileOf(r);
  if (file.user_id === r.userId) return file;
  const channelId = file.user_id === BOOKMARK ? file.channel_id : file.post_channel_id;
  const channel = channelId ? await channelById(r.ctx, channelId) : undefined;
  if (!channel || !(await rightsOf(r)).readChannel(channel)) throw forbidden();
  return file;
}
