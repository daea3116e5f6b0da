export type UploadType = "attachment" | "import";

/** A row of `uploadsessions` as clients get it. */
export interface UploadSession {
  id: string;
  type: UploadType;
  /** ms */
  create_at: number;
  user_id: string;
  channel_id: string;
  filename: string;
  /** Bytes. */
  file_size: number;
  /** Bytes received. */
  file_offset: number;
}

/** Select list of `uploadsessions u` that gives an UploadSession and the path of its parts. */
export const UPLOAD_COLUMNS = `u.id, u.type, u.createat AS create_at, u.userid AS user_id, coalesce(u.channelid, '') AS channel_id,
  u.filename, u.filesize AS file_size, u.fileoffset AS file_offset, u.path`;

export type UploadRow = UploadSession & { path: string };

export function toUploadSession({ path: _, ...session }: UploadRow): UploadSession {
  return session;
}
