import { z } from "zod";
import { requireSystem, rightsOf } from "../../../access/permissions.ts";
import { audit } from "../../../actions/sessions/audit.ts";
import { dailyFigures, extraFigures, standardFigures } from "../../../actions/system/analytics.ts";
import { doRecycleDatabase } from "../../../actions/system/database.ts";
import { badUrl, fail, forbidden } from "../../../errors/app-error.ts";
import { publish } from "../../../events/publish.ts";
import { json, OK } from "../../../http/reply.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { membership } from "../../../ports/cluster/membership.ts";
import { unrestricted } from "./access.ts";

const SETUP = "FirstAdminSetupComplete";

export const admin = [
  route({
    method: "GET",
    path: "/api/v4/analytics/old",
    auth: "session",
    access: (r) => requireSystem(r, "get_analytics"),
    handle(r) {
      const teamId = r.text("team_id");
      if (teamId && !isId(teamId)) throw badUrl("team_id");
      switch (r.text("name") || "standard") {
        case "standard":
          return standardFigures(r.ctx, teamId);
        case "extra_counts":
          return extraFigures(r.ctx, teamId);
        case "post_counts_day":
          return dailyFigures(r.ctx, "posts", teamId);
        case "bot_post_counts_day":
          return dailyFigures(r.ctx, "bot_posts", teamId);
        case "user_counts_with_posts_day":
          return dailyFigures(r.ctx, "users", teamId);
        default:
          throw badUrl("name");
      }
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/caches/invalidate",
    auth: "session",
    access: unrestricted("invalidate_caches"),
    async handle(r) {
      await publish(r.ctx, "system", [], [{ kind: "all" }]);
      audit(r, "");
      return json(OK, { headers: { "Cache-Control": "no-cache, no-store, must-revalidate" } });
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/database/recycle",
    auth: "session",
    access: unrestricted("recycle_database_connections"),
    async handle(r) {
      await doRecycleDatabase(r.ctx);
      audit(r, "");
      return OK;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/audits",
    auth: "session",
    access: (r) => requireSystem(r, "read_audits"),
    handle(r) {
      const { perPage, offset } = r.page;
      return r.ctx.sql.query(
        `SELECT id, createat AS create_at, userid AS user_id, action, extrainfo AS extra_info, ipaddress AS ip_address,
          sessionid AS session_id FROM audits ORDER BY createat DESC LIMIT $1 OFFSET $2`,
        [perPage, offset],
      );
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/limits/server",
    auth: "session",
    access: rightsOf,
    async handle(r, rights) {
      // 0 = no limit. Only administrators are told how many users there are.
      const [row] = rights.system("manage_system")
        ? await r.ctx.sql.query<{ active: number }>(
            "SELECT count(*) AS active FROM users u WHERE u.deleteat = 0 AND NOT EXISTS (SELECT FROM bots b WHERE b.userid = u.id)",
          )
        : [];
      return {
        activeUserCount: row?.active ?? 0,
        maxUsersLimit: 0,
        maxUsersHardLimit: 0,
        lastAccessiblePostTime: 0,
        postHistoryLimit: 0,
        singleChannelGuestCount: 0,
        singleChannelGuestLimit: 0,
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/system/onboarding/complete",
    auth: "session",
    access: (r) => requireSystem(r, "manage_system"),
    async handle(r) {
      const [row] = await r.ctx.sql.query<{ value: string }>("SELECT value FROM systems WHERE name = $1", [
        SETUP,
      ]);
      return { name: SETUP, value: row?.value === "true" ? "true" : "false" };
    },
  }),
  route({
    method: "POST",
    path: "/api/v4/system/onboarding/complete",
    auth: "session",
    body: z.object({
      organization: z.string().max(1_024).optional(),
      install_plugins: z.array(z.string()).nullish(),
    }),
    access: (r) => requireSystem(r, "manage_system"),
    async handle(r) {
      const organization = r.body.organization?.trim();
      if (!organization) throw fail("api.command.team_command.organization.app_error");
      await r.ctx.sql.query(
        `INSERT INTO systems (name, value) VALUES ('OrganizationName', $1), ('${SETUP}', 'true')
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        [organization],
      );
      return OK;
    },
  }),
  route({
    method: "GET",
    path: "/api/v4/cluster/status",
    auth: "session",
    access: unrestricted("sysconsole_read_environment_high_availability"),
    // The console takes `ipaddress` for the row's key: unique (client-flows 19.1).
    handle: () =>
      membership.nodes.map(({ id, name, address, version, schemaVersion, configHash }) => ({
        id,
        version,
        schema_version: schemaVersion,
        config_hash: configHash,
        ipaddress: address,
        hostname: name,
      })),
  }),
  route({
    method: "GET",
    path: "/api/v4/system/schema/version",
    auth: "session",
    async access(r) {
      const rights = await rightsOf(r);
      if (!rights.system("manage_system") && !rights.system("sysconsole_read_environment_database"))
        throw forbidden();
    },
    handle: (r) => r.ctx.sql.query("SELECT version, name FROM db_migrations ORDER BY version"),
  }),
];
