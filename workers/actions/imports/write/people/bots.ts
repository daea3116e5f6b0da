import { insertBot } from "../../../bots/insert.ts";
import { LineFailure } from "../../failure.ts";
import type { Of } from "../../lines/parse.ts";
import { rowsOf, run, type Work } from "../work.ts";
import { writePortraits } from "./images.ts";

/** Bots by username; an owner that is no user here is kept as it is, as the id of a plugin is (semantics 22.7). */
export async function writeBots(work: Work, all: Of<"bot">[]): Promise<void> {
  const { ctx, names, at } = work;
  const lines = [...new Map(all.map((line) => [line.value.username, line])).values()];
  const found = await ctx.sql.query<{ username: string; is_bot: boolean }>(
    `SELECT u.username, b.userid IS NOT NULL AS is_bot FROM users u LEFT JOIN bots b ON b.userid = u.id WHERE u.username = ANY($1::text[])`,
    [lines.map(({ value }) => value.username)],
  );
  const known = new Map(found.map(({ username, is_bot }) => [username, is_bot]));
  for (const { number, kind, value } of lines)
    if (known.get(value.username) === false)
      throw new LineFailure(number, kind, "there is a user of that name");
  await names.users(lines.map(({ value }) => value.owner.toLowerCase()));
  const rows = lines.map(({ value }) => ({
    ...value,
    owner: names.find("u", value.owner.toLowerCase()) ?? value.owner,
  }));
  const locale = ctx.config.LocalizationSettings.DefaultClientLocale;
  const made = rows.filter(({ username }) => !known.has(username));
  await run(work, [
    ...made.map(({ username, display_name = "", description = "", owner }) =>
      insertBot({ username, displayName: display_name, description, ownerId: owner, locale, at }),
    ),
    {
      text: `WITH r AS (SELECT u.id, coalesce(r.display_name, u.firstname) AS name, coalesce(r.description, b.description) AS description, r.owner,
          CASE WHEN r.delete_at > 0 AND b.deleteat > 0 THEN b.deleteat ELSE coalesce(r.delete_at, b.deleteat) END AS deleteat
        FROM jsonb_to_recordset($1::jsonb) AS r(username varchar, display_name varchar, description varchar, owner varchar, delete_at bigint)
          JOIN users u ON u.username = r.username JOIN bots b ON b.userid = u.id),
        o AS (UPDATE bots b SET description = r.description, ownerid = r.owner, deleteat = r.deleteat, updateat = $2::bigint FROM r
          WHERE b.userid = r.id AND (b.description, b.ownerid, b.deleteat) IS DISTINCT FROM (r.description, r.owner, r.deleteat))
        UPDATE users u SET firstname = r.name, deleteat = r.deleteat, updateat = greatest($2::bigint, u.updateat + 1) FROM r
        WHERE u.id = r.id AND (u.firstname, u.deleteat) IS DISTINCT FROM (r.name, r.deleteat)`,
      params: [rowsOf(rows), at],
    },
  ]);
  await names.users(rows.map(({ username }) => username));
  await writePortraits(
    work,
    lines.flatMap(({ number, kind, value }) =>
      value.profile_image
        ? [{ number, kind, userId: names.user(number, kind, value.username), path: value.profile_image }]
        : [],
    ),
  );
}
