import type { Context } from "../../context.ts";
import { publish } from "../../events/publish.ts";
import { serverBusy } from "../../server-busy.ts";

/** Marks the server busy for so many seconds, or (0) no more: on every node, and after a restart too. One statement. */
export async function doSetBusy(ctx: Context, seconds: number): Promise<void> {
  const until = seconds > 0 ? Date.now() + seconds * 1_000 : 0;
  await ctx.sql.query(
    `INSERT INTO systems (name, value) VALUES ('${serverBusy.row}', $1)
     ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    [String(until)],
  );
  await publish(ctx, "system", [], [{ kind: "server_busy", until }]);
}
