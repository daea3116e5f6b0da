import type { OwnNode } from "../harness/node.ts";
import { makeChannel, makeWorld, type Person } from "../harness/people.ts";
import { type BulkUser, database, insertUsers } from "../harness/sql.ts";

export const MEMBERS = 10_000;
export const POSTS = 200_000;
/** Other channels, and posts in each. */
const OTHERS = 200;
const CHANNELS = 3_000;
const OTHER_POSTS = 250;
/** Threads in the large channel; the first is long. */
const THREADS = 300;
const LONG = 3_000;

/** A large channel in an install with others. */
export interface Large {
  ann: Person;
  bob: Person;
  team: { id: string };
  /** With ten thousand members and two hundred thousand posts. */
  large: { id: string };
  /** With ten members. */
  small: { id: string };
  users: BulkUser[];
  /** A root post in the middle of the large channel. */
  middle: string;
  /** createat of the newest root post, and of the one in the middle. */
  newestAt: number;
  /** The large channel's greatest updateat. */
  changedAt: number;
  middleAt: number;
  /** A thread with three thousand replies, and one with five. */
  long: string;
  short: string;
}

/** Made by SQL; the node must not have read these channels before. */
export async function makeLarge(node: OwnNode): Promise<Large> {
  const { users: people, team } = await makeWorld({ users: 2, node });
  const [ann, bob] = people as [Person, Person];
  const [large, small] = await Promise.all([
    makeChannel(ann, team, { display_name: "Large" }),
    makeChannel(ann, team, { display_name: "Small", members: [bob] }),
  ]);
  const users = await insertUsers(MEMBERS, { node, teams: [team.id], channels: [large.id] });
  const sql = database(node);
  const ids = users.map(({ id }) => id);
  // Eight more, so that the small one has ten; bob is in the large one, too.
  await sql`insert into channelmembers select ${small.id}, userid, roles, lastviewedat, msgcount, mentioncount, notifyprops, lastupdateat,
      schemeuser, schemeadmin, schemeguest, mentioncountroot, msgcountroot, urgentmentioncount
    from channelmembers where channelid = ${large.id} and userid = any(${ids.slice(0, 8)})`;
  await bob.client.addToChannel(bob.id, large.id);
  const now = Date.now() - 60_000;
  await posts(sql, { channel: large.id, prefix: "large", count: POSTS, until: now, users: ids });
  await sql`insert into channels (id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose, lastpostat,
      totalmsgcount, extraupdateat, creatorid, totalmsgcountroot, lastrootpostat)
    select substr(md5('other' || c), 1, 26), 1, 1, 0, ${team.id}, 'O', 'Other ' || c, 'other-' || c, '', '', ${now}, ${OTHER_POSTS}, 0, '',
      ${OTHER_POSTS}, ${now} from generate_series(1, ${CHANNELS}::int) c`;
  await sql`insert into channelmembers (channelid, userid, roles, lastviewedat, msgcount, mentioncount, notifyprops, lastupdateat,
      schemeuser, schemeadmin, schemeguest, mentioncountroot, msgcountroot, urgentmentioncount)
    select substr(md5('other' || c), 1, 26), u, '', 0, 0, 0, '{}', 0, true, false, false, 0, 0, 0
    from generate_series(1, 50) c, unnest(${[ann.id, ...ids.slice(0, 100)]}::text[]) u`;
  await sql`insert into posts (id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props,
      hashtags, filenames, fileids, hasreactions, editat, ispinned, remoteid)
    select substr(md5('other' || c || ' ' || n), 1, 26), t, t, 0, (${ids}::text[])[1 + n], substr(md5('other' || c), 1, 26), '', '',
      'words ' || n, '', '{}', '', '[]', '[]', false, 0, false, ''
    from (select c, n, ${now}::bigint - n * 60000 - c as t from generate_series(1, ${OTHERS}::int) c, generate_series(1, ${OTHER_POSTS}::int) n) s`;
  const [long, short] = await threads(sql, large.id, team.id, [ann.id, bob.id, ...ids], now);
  await sql`update channels set totalmsgcount = ${POSTS}, totalmsgcountroot = ${POSTS}, lastpostat = ${now}, lastrootpostat = ${now}
    where id = ${large.id}`;
  await sql`vacuum analyze`;
  const middleAt = now - (POSTS / 2) * 1_000;
  const [changed] = await sql`select max(updateat) as at from posts where channelid = ${large.id}`;
  const [middle] =
    await sql`select id from posts where channelid = ${large.id} and createat = ${middleAt} and rootid = ''`;
  return {
    ann,
    bob,
    team,
    large,
    small,
    users,
    middle: middle!.id,
    newestAt: now,
    changedAt: changed!.at,
    middleAt,
    long: long!,
    short: short!,
  };
}

type Sql = ReturnType<typeof database>;

async function posts(
  sql: Sql,
  {
    channel,
    prefix,
    count,
    until,
    users,
  }: { channel: string; prefix: string; count: number; until: number; users: string[] },
): Promise<void> {
  await sql`insert into posts (id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props,
      hashtags, filenames, fileids, hasreactions, editat, ispinned, remoteid)
    select substr(md5(${prefix} || n), 1, 26), t, t, 0, (${users}::text[])[1 + n % 1000], ${channel}, '', '',
      'words ' || n || case when n % 1000 = 0 then ' needle' else '' end, '', '{}', '', '[]', '[]', false, 0, n % 20000 = 0, ''
    from (select n, ${until}::bigint - (${count}::int - n) * 1000::bigint as t from generate_series(1, ${count}::int) n) s`;
}

/** Threads on the newest root posts, and a long one on the oldest, followed by many; and threads elsewhere. */
async function threads(
  sql: Sql,
  channel: string,
  team: string,
  users: string[],
  now: number,
): Promise<string[]> {
  const roots = await sql<{ id: string; createat: number }[]>`
    (select id, createat from posts where channelid = ${channel} and rootid = '' order by createat limit 1)
    union all (select id, createat from posts where channelid = ${channel} and rootid = '' order by createat desc limit ${THREADS})`;
  const ids = roots.map(({ id }) => id);
  const times = roots.map(({ createat }) => createat);
  await sql`insert into posts (id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props,
      hashtags, filenames, fileids, hasreactions, editat, ispinned, remoteid)
    select substr(md5('reply' || r || ' ' || n), 1, 26), at, at, 0, (${users}::text[])[3 + n % 5], ${channel},
      (${ids}::text[])[r], '', 'reply ' || n, '', '{}', '', '[]', '[]', false, 0, false, ''
    from (select r, n, (${times}::bigint[])[r] + n * case when r = 1 then 60000 else 100 end as at
      from generate_series(1, ${ids.length}::int) r, lateral generate_series(1, case when r = 1 then ${LONG}::int else 5 end) n) s`;
  await sql`insert into threads (postid, replycount, lastreplyat, participants, channelid, threaddeleteat, threadteamid)
    select rootid, count(*), max(createat), jsonb_agg(distinct userid), ${channel}, null, ${team} from posts
    where rootid = any(${ids}) group by rootid`;
  await sql`insert into threadmemberships (postid, userid, following, lastviewed, lastupdated, unreadmentions)
    select p, u, true, 0, 0, 0 from unnest(${ids}::text[]) p, unnest(${users.slice(0, 100)}::text[]) u`;
  await sql`insert into threads (postid, replycount, lastreplyat, participants, channelid, threaddeleteat, threadteamid)
    select id, 1, createat + 1, '[]', channelid, null, ${team} from posts
    where channelid <> ${channel} and rootid = '' and createat < ${now} order by id limit 20000`;
  await sql`insert into preferences (userid, category, name, value)
    select u, 'display_settings', n, 'true' from unnest(${users}::text[]) u, unnest(array['one', 'two', 'three']) n`;
  await sql`insert into status (userid, status, manual, lastactivityat, dndendtime, prevstatus)
    select u, 'offline', false, 0, 0, '' from unnest(${users.slice(2)}::text[]) u`;
  return [ids[0]!, ids[1]!];
}
