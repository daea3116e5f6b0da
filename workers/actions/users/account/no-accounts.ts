import type { Context } from "../../../context.ts";

/** Whether a user other than a bot exists: once there is one, that does not change back. */
let known = false;

/** SQL that tells whether there is no user other than bots. */
export const NO_ACCOUNTS =
  "NOT EXISTS (SELECT FROM users u WHERE NOT EXISTS (SELECT FROM bots b WHERE b.userid = u.id))";

/** True until the first account exists; costs a query only until then. */
export async function noAccounts(ctx: Pick<Context, "sql">): Promise<boolean> {
  if (known) return false;
  const [row] = await ctx.sql.query<{ none: boolean }>(`SELECT ${NO_ACCOUNTS} AS none`);
  known = !row!.none;
  return row!.none;
}
