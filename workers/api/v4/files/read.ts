import { fail } from "../../../errors/app-error.ts";
import { route } from "../../../http/route.ts";
import { accessFile, type FoundFile } from "./access.ts";
import { serveFile } from "./serve.ts";

/** What thumbnails and previews are served as, whatever they are (http-conventions 4.3); browsers look for themselves. */
const RENDITION_TYPE = "image/jpeg";

/** GET and HEAD /files/{id} (semantics 11.7, 11.9). */
export const getFile = route<undefined, FoundFile>({
  method: "GET",
  path: "/api/v4/files/{file_id}",
  auth: "session",
  trusted: true,
  access: accessFile,
  handle: (r, { path, name, mime_type, update_at }) => {
    return serveFile(r, { path, name, mime: mime_type, updatedAt: update_at, original: true });
  },
});

/** GET and HEAD /files/{id}/thumbnail. */
export const getFileThumbnail = route<undefined, FoundFile>({
  method: "GET",
  path: "/api/v4/files/{file_id}/thumbnail",
  auth: "session",
  trusted: true,
  access: accessFile,
  handle: (r, { thumbnail_path, name, update_at }) => {
    if (!thumbnail_path) throw fail("api.file.get_file_thumbnail.no_thumbnail.app_error");
    return serveFile(r, {
      path: thumbnail_path,
      name,
      mime: RENDITION_TYPE,
      updatedAt: update_at,
      original: false,
    });
  },
});

/** GET and HEAD /files/{id}/preview. */
export const getFilePreview = route<undefined, FoundFile>({
  method: "GET",
  path: "/api/v4/files/{file_id}/preview",
  auth: "session",
  trusted: true,
  access: accessFile,
  handle: (r, { preview_path, name, update_at }) => {
    if (!preview_path) throw fail("api.file.get_file_preview.no_preview.app_error");
    return serveFile(r, {
      path: preview_path,
      name,
      mime: RENDITION_TYPE,
      updatedAt: update_at,
      original: false,
    });
  },
});
