import { json } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { toFileInfo } from "../../../model/file.ts";
import { accessFile, type FoundFile } from "./access.ts";

/** GET /files/{id}/info. */
export const getFileInfo = route<undefined, FoundFile>({
  method: "GET",
  path: "/api/v4/files/{file_id}/info",
  auth: "session",
  access: accessFile,
  handle: (_r, file) => json(toFileInfo(file), { headers: { "Cache-Control": "max-age=2592000, private" } }),
});
