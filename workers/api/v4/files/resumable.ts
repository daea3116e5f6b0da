import { z } from "zod";
import { channelAndRights, requireSelf, requireSystem, rightsOf } from "../../../access/permissions.ts";
import { doCreateUpload, doUploadData } from "../../../actions/files/resumable.ts";
import { checkDirect } from "../../../actions/files/upload.ts";
import { badBody, fail, forbidden } from "../../../errors/app-error.ts";
import { json, Reply } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { toUploadSession, UPLOAD_COLUMNS, type UploadRow } from "../../../model/upload-session.ts";
import { boundaryOf, ChunkReader, Multipart, malformed } from "./multipart.ts";
import { draining } from "./upload.ts";

const EXTRA_BYTES = 512;

const body = z.looseObject({
  channel_id: z.string().nullish(),
  filename: z.string().min(1).max(1_000),
  file_size: z.number().int().positive(),
  type: z.enum(["attachment", "import", ""]).nullish(),
});

type Body = z.infer<typeof body>;

/** May put files into the channel (semantics 11.1). Throws 501, 404, 403, 400. */
async function requireUpload(r: Req<any>, channelId: string): Promise<void> {
  if (!r.ctx.config.FileSettings.EnableFileAttachments) throw fail("api.file.attachments.disabled.app_error");
  if (!isId(channelId)) throw badBody("channel_id");
  const [channel, rights] = await channelAndRights(r, channelId);
  if (!rights.channel(channel, "upload_file")) throw forbidden();
  await checkDirect(r.ctx, channel);
}

/** POST /uploads (semantics 11.11). */
export const createUpload = route<Body>({
  method: "POST",
  path: "/api/v4/uploads",
  auth: "session",
  status: 201,
  body,
  access: async (r) => {
    if (r.body.type === "import") await requireSystem(r, "manage_system");
    else await requireUpload(r, r.body.channel_id ?? "");
  },
  handle: (r) => {
    const { filename, file_size: size } = r.body;
    const type = r.body.type || "attachment";
    const channelId = type === "import" ? "" : (r.body.channel_id ?? "");
    return doCreateUpload(r.ctx, { type, channelId, userId: r.userId, filename, size });
  },
});

async function uploadOf(r: Req<any>): Promise<UploadRow> {
  const [row] = await r.ctx.sql.query<UploadRow>(
    `SELECT ${UPLOAD_COLUMNS} FROM uploadsessions u WHERE u.id = $1`,
    [r.param("upload_id")],
  );
  if (!row) throw fail("app.upload.get.app_error");
  return row;
}

/** GET /uploads/{id}: one's own, or any with manage_system. */
export const getUpload = route<undefined, UploadRow>({
  method: "GET",
  path: "/api/v4/uploads/{upload_id}",
  auth: "session",
  async access(r) {
    const upload = await uploadOf(r);
    if (upload.user_id !== r.userId && !(await rightsOf(r)).system("manage_system")) throw forbidden();
    return upload;
  },
  handle: (_r, upload) => toUploadSession(upload),
});

/** POST /uploads/{id}: bytes from file_offset on. 204 while incomplete, then 200 with the FileInfo. */
export const uploadData = route<undefined, UploadRow>({
  method: "POST",
  path: "/api/v4/uploads/{upload_id}",
  auth: "session",
  upload: "measured",
  async access(r) {
    const upload = await uploadOf(r);
    if (upload.user_id !== r.userId) throw forbidden();
    if (upload.type === "import") await requireSystem(r, "manage_system");
    else await requireUpload(r, upload.channel_id);
    return upload;
  },
  async handle(r, upload) {
    const source = await bytesOf(r, limitOf(r, upload));
    const work = draining(source, () => doUploadData(r.ctx, upload, () => source.read()));
    // What has come is kept when the client goes away.
    r.ctx.background(work.catch(() => undefined));
    const info = await work;
    return info ? json(info) : new Reply(null, { status: 204 });
  },
});

/** Bytes that one request may bring: an import may be larger than any attachment. */
function limitOf(r: Req<any>, upload: UploadRow): number {
  const size = upload.type === "import" ? upload.file_size : r.ctx.config.FileSettings.MaxFileSize;
  return size + EXTRA_BYTES;
}

/** The bytes of the body, or of the first file in a multipart body. */
async function bytesOf(
  r: Req<any>,
  limit: number,
): Promise<{ read(): Promise<Uint8Array | null>; drain(): Promise<void> }> {
  if (!r.raw.body) return { read: async () => null, drain: async () => undefined };
  if (Number(r.header("content-length") || 0) > limit)
    throw fail("api.context.request_body_too_large.app_error");
  const boundary = boundaryOf(r.header("content-type"));
  if (boundary === undefined) {
    return new ChunkReader(r.raw.body, limit);
  }
  const multipart = new Multipart(r.raw.body, boundary, limit);
  for (let part = await multipart.next(); part; part = await multipart.next()) {
    if (part.filename !== undefined) return { read: part.read, drain: () => multipart.drain() };
  }
  throw malformed("it has no file");
}

/** GET /users/{id}/uploads: the user's unfinished ones. */
export const getUserUploads = route<undefined, string>({
  method: "GET",
  path: "/api/v4/users/{user_id}/uploads",
  auth: "session",
  access: (r) => requireSelf(r),
  async handle(r, userId) {
    const rows = await r.ctx.sql.query<UploadRow>(
      `SELECT ${UPLOAD_COLUMNS} FROM uploadsessions u WHERE u.userid = $1 ORDER BY u.createat`,
      [userId],
    );
    return rows.map(toUploadSession);
  },
});
