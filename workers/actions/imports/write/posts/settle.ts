import { UNCOUNTED } from "../../../posts/create.ts";
import type { Work } from "../work.ts";

/** Channels of one statement, and posts in them: a statement has its time limit. */
const CHANNELS = 50;
const POSTS = 300_000;
/** Channels whose size is asked for at once. */
const CHUNK = 1_000;

/**
 * Members have read what is not newer than their last view: their counts are the channel's less what came after it. Nobody gets
 * more unread than before. $3: all of them, or only those who have viewed it and have no counts. Posts and members are merged by time once, so a channel costs what sorting it costs.
 */
const SETTLE = `WITH ch AS (SELECT id, totalmsgcount AS total, coalesce(totalmsgcountroot, 0) AS total_root FROM channels WHERE id = ANY($1::text[])),
  seen AS (SELECT channelid, min(lastviewedat) AS first FROM channelmembers WHERE channelid = ANY($1::text[]) GROUP BY channelid),
  merged AS (
    SELECT channelid, userid, lastviewedat AS at, 0 AS post, 0 AS root FROM channelmembers WHERE channelid = ANY($1::text[])
    UNION ALL SELECT p.channelid, NULL, p.createat, 1, CASE WHEN p.rootid = '' THEN 1 ELSE 0 END FROM seen s
      JOIN posts p ON p.channelid = s.channelid AND p.deleteat = 0 AND p.createat > s.first AND p.type <> ALL($2::text[])),
  unseen AS (SELECT channelid, userid, sum(post) OVER w AS posts, sum(root) OVER w AS roots FROM merged
    WINDOW w AS (PARTITION BY channelid ORDER BY at DESC, userid NULLS LAST ROWS UNBOUNDED PRECEDING)),
  counts AS (SELECT u.channelid, u.userid, greatest(c.total - u.posts, 0) AS n, greatest(c.total_root - u.roots, 0) AS roots
    FROM unseen u JOIN ch c ON c.id = u.channelid WHERE u.userid IS NOT NULL)
  UPDATE channelmembers m SET msgcount = greatest(m.msgcount, n.n), msgcountroot = greatest(coalesce(m.msgcountroot, 0), n.roots)
  FROM counts n WHERE m.channelid = n.channelid AND m.userid = n.userid AND ($3::boolean OR m.msgcount = 0 AND m.lastviewedat > 0)
    AND (m.msgcount < n.n OR coalesce(m.msgcountroot, 0) < n.roots)`;

/** Brings the read counts of members up to date. `step` is told the share that is done, 0 to 1. */
export async function settle(work: Work, step: (share: number) => Promise<void>): Promise<void> {
  const joined = [...work.joined].filter((id) => !work.channels.has(id));
  await settleSome(work, [...work.channels], true, (share) => step(share / 2));
  await settleSome(work, joined, false, (share) => step((1 + share) / 2));
}

async function settleSome(
  work: Work,
  ids: string[],
  all: boolean,
  step: (share: number) => Promise<void>,
): Promise<void> {
  let done = 0;
  for (let at = 0; at < ids.length; at += CHUNK) {
    const sizes = await work.ctx.sql.query<{ id: string; size: number }>(
      "SELECT id, totalmsgcount AS size FROM channels WHERE id = ANY($1::text[]) ORDER BY id",
      [ids.slice(at, at + CHUNK)],
    );
    for (const group of groupsOf(sizes)) {
      await step(done / ids.length);
      await work.ctx.sql.query(SETTLE, [group, [...UNCOUNTED], all]);
      done += group.length;
    }
  }
}

function* groupsOf(channels: { id: string; size: number }[]): Generator<string[]> {
  let group: string[] = [];
  let posts = 0;
  for (const { id, size } of channels) {
    if (group.length === CHANNELS || (group.length > 0 && posts + size > POSTS)) {
      yield group;
      group = [];
      posts = 0;
    }
    group.push(id);
    posts += size;
  }
  if (group.length > 0) yield group;
}
