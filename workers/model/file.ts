/** A row of `fileinfo` as clients get it: no paths, no extracted text. */
export interface FileInfo {
  id: string;
  user_id: string;
  post_id: string;
  channel_id: string;
  create_at: number;
  update_at: number;
  delete_at: number;
  name: string;
  extension: string;
  size: number;
  mime_type: string;
  width: number;
  height: number;
  has_preview_image: boolean;
  /** Base64 of a JPEG. */
  mini_preview: string | null;
  remote_id: string;
  archived: boolean;
}

/** Where the file is in the store; "" for a rendition that it does not have. */
export interface FilePaths {
  path: string;
  thumbnail_path: string;
  preview_path: string;
}

/** Select list of `fileinfo f` that gives a FileInfo. */
export const FILE_COLUMNS = `f.id, coalesce(f.creatorid, '') AS user_id, coalesce(f.postid, '') AS post_id,
  coalesce(f.channelid, '') AS channel_id, f.createat AS create_at, f.updateat AS update_at, f.deleteat AS delete_at, f.name,
  coalesce(f.extension, '') AS extension, f.size, coalesce(f.mimetype, '') AS mime_type, coalesce(f.width, 0) AS width,
  coalesce(f.height, 0) AS height, coalesce(f.haspreviewimage, false) AS has_preview_image,
  translate(encode(f.minipreview, 'base64'), E'\\n', '') AS mini_preview, coalesce(f.remoteid, '') AS remote_id, f.archived`;

/** Select list of `fileinfo f` that gives FilePaths. */
export const FILE_PATH_COLUMNS = `f.path, coalesce(f.thumbnailpath, '') AS thumbnail_path, coalesce(f.previewpath, '') AS preview_path`;

/** The info of a row that may have more columns than a client gets. */
export function toFileInfo(row: FileInfo): FileInfo {
  const {
    id,
    user_id,
    post_id,
    channel_id,
    create_at,
    update_at,
    delete_at,
    name,
    extension,
    size,
    mime_type,
  } = row;
  const { width, height, has_preview_image, mini_preview, remote_id, archived } = row;
  return {
    id,
    user_id,
    post_id,
    channel_id,
    create_at,
    update_at,
    delete_at,
    name,
    extension,
    size,
    mime_type,
    width,
    height,
    has_preview_image,
    mini_preview,
    remote_id,
    archived,
  };
}
