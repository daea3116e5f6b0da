import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";

const NAME = "FirstAdminVisitMarketplace";

/** Whether an administrator has opened the list of plugins before: a row of `systems`. */
export async function firstAdminVisit(ctx: Context): Promise<{ name: string; value: string }> {
  const [row] = await ctx.sql.query<{ value: string }>("SELECT value FROM systems WHERE name = $1", [NAME]);
  return { name: NAME, value: row?.value ?? "false" };
}

/** Notes that one has, and tells everybody (websocket.md 5). */
export async function setFirstAdminVisit(ctx: Context): Promise<void> {
  await ctx.sql.query(
    "INSERT INTO systems (name, value) VALUES ($1, 'true') ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    [NAME],
  );
  const data = { firstAdminVisitMarketplaceStatus: "true" };
  await publish(ctx, "system", [envelope("first_admin_visit_marketplace_status_received", data, {})], []);
}
