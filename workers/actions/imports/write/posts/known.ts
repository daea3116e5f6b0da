import { createHash } from "node:crypto";
import { rowsOf, type Work } from "../work.ts";
import type { Flat } from "./flat.ts";

interface Candidate {
  key: string;
  id: string;
  root_id: string;
  file_ids: string;
}

/**
 * Gives posts that are here already their rows' ids: those of the same channel, author, time and message, replies also of the same
 * root (semantics 25.4). Of several alike each is taken once. One query.
 */
export async function findKnown(work: Work, posts: Flat[]): Promise<void> {
  const byKey = new Map(posts.map((post) => [post.key, post]));
  const rows = await work.ctx.sql.query<Candidate>(
    `SELECT r.key, p.id, p.rootid AS root_id, p.fileids AS file_ids
     FROM jsonb_to_recordset($1::jsonb) AS r(key text, channel_id varchar, user_id varchar, at bigint, digest text, reply boolean)
     JOIN posts p ON p.channelid = r.channel_id AND p.deleteat = 0 AND p.createat = r.at AND p.userid = r.user_id AND p.originalid = ''
       AND (p.rootid <> '') = r.reply AND md5(p.message) = r.digest ORDER BY p.id`,
    [
      rowsOf(
        [...byKey.values()].map(({ key, channelId, userId, said, root }) => ({
          key,
          channel_id: channelId,
          user_id: userId,
          at: said.create_at,
          digest: createHash("md5")
            .update(said.message ?? "")
            .digest("hex"),
          reply: root !== undefined,
        })),
      ),
    ],
  );
  const candidates = Map.groupBy(rows, ({ key }) => key);
  // A root's own id is settled before its replies are looked at: it is ahead of them.
  for (const exact of [true, false])
    for (const post of posts) {
      if (post.known) continue;
      const left = candidates.get(post.key) ?? [];
      const at = left.findIndex(
        ({ id, root_id }) => root_id === (post.root?.id ?? "") && (!exact || id === post.id),
      );
      if (at < 0) continue;
      const [row] = left.splice(at, 1);
      post.id = row!.id;
      post.known = { file_ids: JSON.parse(row!.file_ids || "[]"), imported: exact };
    }
}
