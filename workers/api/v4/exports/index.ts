import { requireSystem } from "../../../access/permissions.ts";
import {
  exportFiles,
  exportNames,
  exportPath,
  isExportName,
  presignedExport,
} from "../../../actions/exports/store.ts";
import { fail } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { serveFile } from "../files/serve.ts";

const ONE = "/api/v4/exports/{export_name}";
const access = async (r: Req<any>) => void (await requireSystem(r, "manage_system"));

/** The name of an export, as only this server gives them. Throws 404. */
function nameOf(r: Req<any>): string {
  const name = r.path.export_name ?? "";
  if (!isExportName(name)) throw fail("api.export.export_not_found.app_error");
  return name;
}

export const exports: Route[] = [
  route({
    method: "GET",
    path: "/api/v4/exports",
    auth: "session",
    access,
    handle: (r) => exportNames(r.ctx),
  }),
  route({
    method: "GET",
    path: ONE,
    auth: "session",
    access,
    async handle(r) {
      const name = nameOf(r);
      const path = exportPath(r.ctx, name);
      const files = exportFiles(r.ctx);
      const stat = await files.stat(path);
      if (!stat) throw fail("api.export.export_not_found.app_error");
      const updatedAt = stat.lastModified.getTime();
      return serveFile(r, { path, name, mime: "application/zip", updatedAt, original: true, files });
    },
  }),
  route({
    method: "DELETE",
    path: ONE,
    auth: "session",
    access,
    async handle(r) {
      await exportFiles(r.ctx).remove(exportPath(r.ctx, nameOf(r)));
      return OK;
    },
  }),
  route({
    method: "POST",
    path: `${ONE}/presign-url`,
    auth: "session",
    access,
    handle: (r) => presignedExport(r.ctx, nameOf(r)),
  }),
];
