import type { Rights } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import { fail, forbidden } from "../../errors/app-error.ts";
import type { ChannelType } from "../../model/channel.ts";
import { isId } from "../../model/id.ts";
import type { Preference } from "../../model/preference.ts";

/** Bytes. */
const MAX_KEY = 32;
/** Code points. */
const MAX_VALUE = 20_000;
const MAX_VISIBLE_DMS = 40;
const COLOR = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;
/** What a theme holds besides colours. */
const NOT_COLORS = new Set(["type", "image", "codeTheme"]);

/** The preferences as they are to be stored; of two with the same key, the last. Throws 400 (semantics 16.1). */
export function checkPreferences(preferences: Preference[]): Preference[] {
  const byKey = new Map<string, Preference>();
  for (const preference of preferences) {
    checkKey(preference);
    const { category, name, value } = preference;
    if (value.length > MAX_VALUE && [...value].length > MAX_VALUE)
      throw fail("model.preference.is_valid.value.app_error");
    const isLimit = category === "sidebar_settings" && name === "limit_visible_dms_gms";
    if (isLimit && !isVisibleLimit(value))
      throw fail("model.preference.is_valid.limit_visible_dms_gms.app_error");
    const stored = category === "theme" ? { ...preference, value: cleanTheme(value) } : preference;
    byKey.set(`${category}\n${name}`, stored);
  }
  return [...byKey.values()];
}

/** Throws 400. */
export function checkKey({ category, name }: Pick<Preference, "category" | "name">): void {
  if (category === "" || Buffer.byteLength(category) > MAX_KEY)
    throw fail("model.preference.is_valid.category.app_error");
  if (Buffer.byteLength(name) > MAX_KEY) throw fail("model.preference.is_valid.name.app_error");
}

/** The posts that are flagged must exist and be readable; one query for all, none for none. Throws 404, 403. */
export async function checkFlaggedPosts(
  ctx: Context,
  rights: Rights,
  preferences: Preference[],
): Promise<void> {
  const ids = preferences.filter(({ category }) => category === "flagged_post").map(({ name }) => name);
  if (ids.length === 0) return;
  if (!ids.every(isId)) throw fail("api.preference.flagged_post.not_found.app_error");
  const rows = await ctx.sql.query<{ post_id: string; id: string; team_id: string; type: ChannelType }>(
    `SELECT p.id AS post_id, c.id, c.teamid AS team_id, c.type FROM posts p JOIN channels c ON c.id = p.channelid
     WHERE p.id = ANY($1::text[])`,
    [ids],
  );
  if (rows.length < new Set(ids).size) throw fail("api.preference.flagged_post.not_found.app_error");
  if (!rows.every((channel) => rights.readChannel(channel))) throw forbidden();
}

function isVisibleLimit(value: string): boolean {
  return /^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= MAX_VISIBLE_DMS;
}

function cleanTheme(value: string): string {
  let theme: unknown;
  try {
    theme = JSON.parse(value);
  } catch {
    throw fail("model.preference.is_valid.theme.app_error");
  }
  if (typeof theme !== "object" || theme === null || Array.isArray(theme))
    throw fail("model.preference.is_valid.theme.app_error");
  const entries = Object.entries(theme);
  if (!entries.every(([, color]) => typeof color === "string"))
    throw fail("model.preference.is_valid.theme.app_error");
  if (entries.every(([name, color]) => isFine(name, color))) return value;
  return JSON.stringify(
    Object.fromEntries(entries.map(([name, color]) => [name, isFine(name, color) ? color : "#ffffff"])),
  );
}

function isFine(name: string, color: string): boolean {
  return NOT_COLORS.has(name) || COLOR.test(color);
}
