import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import type { FileInfo } from "../../model/file.ts";
import { newId, randomToken } from "../../model/id.ts";
import {
  toUploadSession,
  UPLOAD_COLUMNS,
  type UploadRow,
  type UploadSession,
  type UploadType,
} from "../../model/upload-session.ts";
import { importPath } from "../imports/store.ts";
import { type IncomingFile, streamOf } from "./incoming.ts";
import { mimeOf } from "./mime.ts";
import { baseName, extensionOf, storedName } from "./names.ts";
import { doUploadFiles, uploadPath } from "./upload.ts";

/** What S3 wants of any part that is not the last (semantics 11.11). */
const MIN_FIRST_PART = 5 * 1024 * 1024;
/** A writer that has been at it for this long is dead. */
const CLAIM_MS = 3_600_000;

export interface NewUpload {
  type: UploadType;
  channelId: string;
  userId: string;
  filename: string;
  size: number;
}

/** Announces an upload whose bytes come later, in one request or several (semantics 11.11). Throws AppError 413. */
export async function doCreateUpload(ctx: Context, upload: NewUpload): Promise<UploadSession> {
  const limit = ctx.config.FileSettings.MaxFileSize;
  if (upload.type === "attachment" && upload.size > limit) {
    throw fail("app.upload.create.upload_too_large.app_error", { limit });
  }
  const id = newId();
  const at = Date.now();
  const name = baseName(upload.filename);
  const path =
    upload.type === "import"
      ? importPath(ctx, `${id}_${storedName(name)}`)
      : uploadPath(at, upload.channelId, upload.userId, id, name);
  const [row] = await ctx.sql.query<UploadRow>(
    `INSERT INTO uploadsessions AS u (id, type, createat, userid, channelid, filename, path, filesize, fileoffset, remoteid, reqfileid)
     VALUES ($1, $2::upload_session_type, $3, $4, $5, $6, $7, $8, 0, '', '') RETURNING ${UPLOAD_COLUMNS}`,
    [id, upload.type, at, upload.userId, upload.channelId, name, path, upload.size],
  );
  return toUploadSession(row!);
}

/**
 * Appends what `read` gives; null while the upload is incomplete, else the file that has become of it. What came before the
 * client went away is kept. Throws AppError 400.
 */
export async function doUploadData(
  ctx: Context,
  session: UploadRow,
  read: () => Promise<Uint8Array | null>,
): Promise<FileInfo | null> {
  const token = `w${String(Date.now()).padStart(13, "0")}${randomToken(12)}`;
  const claimed = await claim(ctx, session.id, token);
  let offset = claimed.file_offset;
  try {
    const written = offset < claimed.file_size ? await writePart(ctx, claimed, read) : 0;
    offset += written;
    if (written > 0) await advance(ctx, claimed.id, token, offset);
    if (offset < claimed.file_size) return null;
    const info = await finish(ctx, claimed);
    await ctx.sql.query("DELETE FROM uploadsessions WHERE id = $1", [claimed.id]);
    ctx.background(removeParts(ctx, claimed));
    return info;
  } finally {
    await ctx.sql.query("UPDATE uploadsessions SET reqfileid = '' WHERE id = $1 AND reqfileid = $2", [
      session.id,
      token,
    ]);
  }
}

/** One writer at a time, on whichever node. */
async function claim(ctx: Context, id: string, token: string): Promise<UploadRow> {
  const expired = `w${String(Date.now() - CLAIM_MS).padStart(13, "0")}`;
  const [row] = await ctx.sql.query<UploadRow>(
    `UPDATE uploadsessions u SET reqfileid = $2 WHERE u.id = $1 AND (coalesce(u.reqfileid, '') = '' OR u.reqfileid < $3)
     RETURNING ${UPLOAD_COLUMNS}`,
    [id, token, expired],
  );
  if (!row) throw fail("app.upload.upload_data.concurrent.app_error");
  return row;
}

async function advance(ctx: Context, id: string, token: string, offset: number): Promise<void> {
  const rows = await ctx.sql.query(
    "UPDATE uploadsessions SET fileoffset = $3 WHERE id = $1 AND reqfileid = $2 RETURNING id",
    [id, token, offset],
  );
  if (rows.length === 0) throw fail("app.upload.upload_data.concurrent.app_error");
}

/** Each request's bytes are a file of their own until all are there: no store can append. */
const partPath = ({ path }: UploadRow, offset: number) => `${path}.${offset}.part`;

async function writePart(
  ctx: Context,
  session: UploadRow,
  read: () => Promise<Uint8Array | null>,
): Promise<number> {
  const room = session.file_size - session.file_offset;
  const path = partPath(session, session.file_offset);
  let size = 0;
  const kept = async () => {
    const chunk = await read().catch(() => null);
    size += chunk?.length ?? 0;
    if (size > room) throw fail("app.upload.upload_data.large.app_error");
    return chunk;
  };
  await ctx.files.write(path, streamOf(kept));
  if (session.file_offset === 0 && size < MIN_FIRST_PART && size < room) {
    await ctx.files.remove(path);
    throw fail("app.upload.upload_data.first_part_too_small.app_error", { limit: MIN_FIRST_PART });
  }
  if (size === 0) await ctx.files.remove(path);
  return size;
}

async function finish(ctx: Context, session: UploadRow): Promise<FileInfo> {
  const { id, filename, channel_id, user_id } = session;
  const read = partsReader(ctx, session);
  if (session.type === "import") {
    await ctx.files.write(session.path, streamOf(read));
    return importInfo(session);
  }
  let file: IncomingFile | null = { id, filename, read };
  const incoming = {
    clientIds: [],
    expectedBytes: session.file_size,
    async next() {
      const next = file;
      file = null;
      return next;
    },
  };
  const { file_infos } = await doUploadFiles(ctx, { channel: { id: channel_id }, userId: user_id }, incoming);
  return file_infos[0]!;
}

/** An import has no row: this tells what to call it by. */
function importInfo({ id, path, user_id, create_at, file_size }: UploadRow): FileInfo {
  const name = path.split("/").at(-1)!;
  const extension = extensionOf(name);
  return {
    id,
    user_id,
    post_id: "",
    channel_id: "",
    create_at,
    update_at: create_at,
    delete_at: 0,
    name,
    extension,
    size: file_size,
    mime_type: mimeOf(extension),
    width: 0,
    height: 0,
    has_preview_image: false,
    mini_preview: null,
    remote_id: "",
    archived: false,
  };
}

/** The bytes of all parts, one after the other. */
function partsReader(ctx: Context, session: UploadRow): () => Promise<Uint8Array | null> {
  let offset = 0;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return async () => {
    for (;;) {
      if (!reader) {
        if (offset >= session.file_size) return null;
        const part = await ctx.files.read(partPath(session, offset));
        if (!part || part.size === 0) throw fail("app.files.unavailable.app_error");
        offset += part.size;
        reader = part.body.getReader();
      }
      const { done, value } = await reader.read();
      if (!done) return value;
      reader = undefined;
    }
  };
}

async function removeParts(ctx: Context, session: UploadRow): Promise<void> {
  for (let offset = 0; offset < session.file_size; ) {
    const part = await ctx.files.stat(partPath(session, offset));
    if (!part || part.size === 0) return;
    await ctx.files.remove(partPath(session, offset));
    offset += part.size;
  }
}
