import type { Context } from "../../context.ts";
import { envelope } from "../../events/envelope.ts";
import { publish } from "../../events/publish.ts";
import type { Preference } from "../../model/preference.ts";
import type { Statement } from "../../ports/sql/sql.ts";
import { favoriteStatements } from "./favorites.ts";

/** Stores preferences (checked by `checkPreferences`) of one user, and announces them (semantics 16.1, 16.2). */
export async function doSavePreferences(
  ctx: Context,
  userId: string,
  preferences: Preference[],
): Promise<void> {
  await run(ctx, [savePreferences(userId, preferences), ...favoriteStatements(userId, preferences)]);
  await notifyPreferences(ctx, "preferences_changed", userId, preferences);
}

/** Deletes preferences, and announces it. */
export async function doDeletePreferences(
  ctx: Context,
  userId: string,
  preferences: Preference[],
): Promise<void> {
  const { categories, names } = columns(preferences);
  const text = `DELETE FROM preferences p USING unnest($2::text[], $3::text[]) AS d (category, name)
    WHERE p.userid = $1 AND p.category = d.category AND p.name = d.name`;
  await run(ctx, [
    { text, params: [userId, categories, names] },
    ...favoriteStatements(userId, preferences, true),
  ]);
  await notifyPreferences(ctx, "preferences_deleted", userId, preferences);
}

/** The upsert of preferences with distinct keys; for batches of others, too. */
export function savePreferences(userId: string, preferences: Preference[]): Statement {
  const { categories, names, values } = columns(preferences);
  const text = `INSERT INTO preferences (userid, category, name, value)
    SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[])
    ON CONFLICT (userid, category, name) DO UPDATE SET value = excluded.value`;
  return { text, params: [userId, categories, names, values] };
}

/** The events of changed or deleted preferences (semantics 16.2); clients ignore the one about the sidebar, but it is sent. */
export async function notifyPreferences(
  ctx: Context,
  event: "preferences_changed" | "preferences_deleted",
  userId: string,
  preferences: Preference[],
): Promise<void> {
  const events = [
    envelope("sidebar_category_updated", {}, { user_id: userId }),
    envelope(event, { preferences: JSON.stringify(preferences) }, { user_id: userId }),
  ];
  await publish(ctx, `user:${userId}`, events, [{ kind: "preferences", user: userId }]);
}

async function run(ctx: Context, statements: Statement[]): Promise<void> {
  const [only] = statements;
  if (statements.length === 1) await ctx.sql.query(only!.text, only!.params);
  else await ctx.sql.batch(statements);
}

function columns(preferences: Preference[]) {
  return {
    categories: preferences.map(({ category }) => category),
    names: preferences.map(({ name }) => name),
    values: preferences.map(({ value }) => value),
  };
}
