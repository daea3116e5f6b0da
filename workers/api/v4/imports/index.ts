import { requireSystem } from "../../../access/permissions.ts";
import { importNames, importPath, isImportName } from "../../../actions/imports/store.ts";
import { badUrl } from "../../../errors/app-error.ts";
import { OK } from "../../../http/reply.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { slackImport } from "./slack.ts";

const access = async (r: Req<any>) => void (await requireSystem(r, "manage_system"));

export const imports: Route[] = [
  route({
    method: "GET",
    path: "/api/v4/imports",
    auth: "session",
    access,
    handle: (r) => importNames(r.ctx),
  }),
  route({
    method: "DELETE",
    path: "/api/v4/imports/{import_name}",
    auth: "session",
    access,
    async handle(r) {
      const name = r.path.import_name ?? "";
      if (!isImportName(name)) throw badUrl("import_name");
      await r.ctx.files.remove(importPath(r.ctx, name));
      return OK;
    },
  }),
  slackImport,
];
