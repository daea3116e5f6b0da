import type { Context } from "../../../context.ts";
import { POST_TEXT, postFrom } from "../../../model/post.ts";
import { TEXT_SEPARATOR } from "../../../model/post-list.ts";
import type { Param } from "../../../ports/sql/sql.ts";
import type { ListRow } from "./list-sql.ts";

/** A statement that lists `picked` rows of posts in the given order. */
const picks = (picked: string, order: string) => `WITH picked AS (${picked})
  SELECT (SELECT string_agg(id, ',' ORDER BY ${order}) FROM picked) AS ord,
    (SELECT string_agg(${POST_TEXT}, ${TEXT_SEPARATOR}) FROM ${postFrom("picked")}) AS texts,
    '' AS next, '' AS prev, 0 AS newest, NULL AS followed, NULL AS following,
    (SELECT id FROM picked ORDER BY updateat DESC, id LIMIT 1) AS latest_id, (SELECT max(updateat) FROM picked) AS latest_at`;

/** $1 channel. */
export const PINNED = picks(
  "SELECT p.* FROM posts p WHERE p.channelid = $1 AND p.ispinned AND p.deleteat = 0",
  "createat, id",
);

/** $1 user, $2 channel or "", $3 team or "" (the user's direct channels included), $4 limit, $5 offset. */
export const FLAGGED = picks(
  `SELECT p.* FROM preferences f JOIN posts p ON p.id = f.name JOIN channelmembers m ON m.channelid = p.channelid AND m.userid = f.userid
    JOIN channels c ON c.id = p.channelid
    WHERE f.userid = $1 AND f.category = 'flagged_post' AND p.deleteat = 0 AND ($2::text = '' OR p.channelid = $2)
      AND ($3::text = '' OR c.teamid IN ($3, '')) ORDER BY p.createat DESC, p.id DESC LIMIT $4::int OFFSET $5::bigint`,
  "createat DESC, id DESC",
);

/** Runs one of the statements above. `latest` is the post that changed last ("" and 0 where there is none). */
export async function picksRow(
  ctx: Context,
  text: string,
  params: Param[],
): Promise<{ row: ListRow; latest: { id: string; at: number } }> {
  const [row] = await ctx.sql.query<ListRow & { latest_id: string | null; latest_at: number | null }>(
    text,
    params,
  );
  return { row: row!, latest: { id: row!.latest_id ?? "", at: row!.latest_at ?? 0 } };
}
