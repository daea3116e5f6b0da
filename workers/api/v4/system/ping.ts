import { rightsOf } from "../../../access/permissions.ts";
import { tryPush } from "../../../actions/notifications/proxy.ts";
import { clusterHealth, databaseHealth, fileHealth } from "../../../actions/system/health.ts";
import { Reply } from "../../../http/reply.ts";
import { anyone, route } from "../../../http/route.ts";

export const ping = [
  route({
    method: "GET",
    path: "/api/v4/system/ping",
    auth: "optional",
    access: anyone,
    async handle(r) {
      const { AndroidLatestVersion, AndroidMinVersion, IosLatestVersion, IosMinVersion } =
        r.ctx.config.ClientRequirements;
      const body: Record<string, string | boolean> = {
        status: "OK",
        ActiveSearchBackend: "database",
        AndroidLatestVersion,
        AndroidMinVersion,
        IosLatestVersion,
        IosMinVersion,
      };
      const device = r.text("device_id");
      // Nobody in particular could make the server send to any device.
      if (device) body.CanReceiveNotifications = r.identity ? await tryPush(r.ctx, device) : "unknown";
      if (!r.bool("get_server_status")) return body;
      const [database, files, cluster] = await Promise.all([
        databaseHealth(r.ctx),
        fileHealth(r.ctx),
        clusterHealth(r.ctx),
      ]);
      body.database_status = database;
      body.filestore_status = files;
      if (database !== "OK" || files !== "OK" || cluster !== "OK") body.status = "UNHEALTHY";
      if (r.identity && (await rightsOf(r)).system("manage_system")) body.root_status = false;
      const healthy = body.status === "OK" || r.bool("use_rest_semantics");
      return new Reply(JSON.stringify(body), {
        status: healthy ? 200 : 500,
        headers: { status: String(body.status), database_status: database, filestore_status: files },
      });
    },
  }),
];
