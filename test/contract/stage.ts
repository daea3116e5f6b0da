import type { Sql } from "postgres";
import { newId } from "../../workers/model/id.ts";
import type { NodeAddress } from "../harness/people.ts";
import { type BulkUser, database, insertChannel, insertMembers, insertUsers } from "../harness/sql.ts";

/** One of everything that somebody could reach for, in a private channel of a closed team. */
export interface Stage {
  node: NodeAddress;
  /** System administrator, and administrator of team and channel. */
  owner: BulkUser;
  /** In the team, not in the channel. */
  teammate: BulkUser;
  /** Member of nothing. */
  outsider: BulkUser;
  team: { id: string; name: string; invite_id: string };
  channel: { id: string; name: string };
  post: string;
  reply: string;
  file: string;
  category: string;
  /** Texts that nobody may be told but who is in the channel, or the owner; and those for members of the team. */
  canaries: { channel: string[]; team: string[] };
}

/** Sets a new stage, straight into the database: the node has never heard of any of it. */
export async function setStage(node: NodeAddress): Promise<Stage> {
  const sql = database(node);
  const mark = newId();
  const [owner, teammate, outsider] = (await insertUsers(3, { node })) as [BulkUser, BulkUser, BulkUser];
  const team = { id: newId(), name: `closed-${mark}`, invite_id: newId() };
  const [post, reply, file, category, now] = [newId(), newId(), newId(), newId(), Date.now()];
  await sql`update users set roles = 'system_admin system_user' where id = ${owner.id}`;
  await sql`update sessions set roles = 'system_admin system_user' where userid = ${owner.id}`;
  await sql`insert into teams (id, createat, updateat, deleteat, displayname, name, description, email, type, companyname,
      alloweddomains, inviteid, allowopeninvite, lastteamiconupdate, cloudlimitsarchived)
    values (${team.id}, ${now}, ${now}, 0, 'Closed', ${team.name}, ${`team description ${mark}`}, 'x@example.com', 'I', '',
      '', ${team.invite_id}, false, 0, false)`;
  const name = `private-${mark}`;
  const channel = {
    id: await insertChannel(sql, {
      team_id: team.id,
      type: "P",
      name,
      display_name: `Private ${mark}`,
      creator_id: owner.id,
    }),
    name,
  };
  const square = await insertChannel(sql, {
    team_id: team.id,
    type: "O",
    name: "town-square",
    display_name: "Town Square",
  });
  // Sent at once: nothing refers to anything.
  await Promise.all([
    insertMembers(sql, [owner.id], [team.id], [channel.id, square], true),
    insertMembers(sql, [teammate.id], [team.id], [square]),
    sql`update channels set header = ${`header ${mark}`}, purpose = ${`purpose ${mark}`}, totalmsgcount = 2, totalmsgcountroot = 1,
    lastpostat = ${now}, lastrootpostat = ${now} where id = ${channel.id}`,
    insertPost(sql, {
      id: post,
      channel: channel.id,
      user: owner.id,
      root: "",
      message: `message ${mark}`,
      now,
      files: [file],
    }),
    insertPost(sql, {
      id: reply,
      channel: channel.id,
      user: owner.id,
      root: post,
      message: `reply ${mark}`,
      now: now + 1,
      files: [],
    }),
    sql`insert into threads (postid, replycount, lastreplyat, participants, channelid, threadteamid)
    values (${post}, 1, ${now + 1}, ${sql.json([owner.id])}, ${channel.id}, ${team.id})`,
    sql`insert into threadmemberships values (${post}, ${owner.id}, true, ${now}, ${now}, 0)`,
    sql`insert into reactions values (${owner.id}, ${post}, 'smile', ${now}, ${now}, 0, '', ${channel.id})`,
    sql`insert into fileinfo (id, creatorid, postid, createat, updateat, deleteat, path, thumbnailpath, previewpath, name,
      extension, size, mimetype, width, height, haspreviewimage, content, remoteid, archived, channelid)
    values (${file}, ${owner.id}, ${post}, ${now}, ${now}, 0, ${`20260101/teams/noteam/channels/${channel.id}/users/${owner.id}/${file}/a.txt`},
      '', '', ${`secret-${mark}.txt`}, 'txt', 5, 'text/plain', 0, 0, false, '', '', false, ${channel.id})`,
    sql`insert into sidebarcategories (id, userid, teamid, sortorder, sorting, type, displayname, muted, collapsed)
    values (${category}, ${owner.id}, ${team.id}, 30, '', 'custom', ${`category ${mark}`}, false, false)`,
    sql`insert into preferences values (${owner.id}, 'own', 'thing', ${`preference ${mark}`})`,
  ]);
  return {
    node,
    owner,
    teammate,
    outsider,
    team,
    channel,
    post,
    reply,
    file,
    category,
    canaries: {
      channel: ["header", "purpose", "message", "reply", "category", "preference"]
        .map((text) => `${text} ${mark}`)
        .concat(`secret-${mark}`, owner.token),
      team: [`team description ${mark}`, team.invite_id],
    },
  };
}

async function insertPost(
  sql: Sql,
  p: {
    id: string;
    channel: string;
    user: string;
    root: string;
    message: string;
    now: number;
    files: string[];
  },
): Promise<void> {
  await sql`insert into posts (id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props,
      hashtags, filenames, fileids, hasreactions, editat, ispinned, remoteid)
    values (${p.id}, ${p.now}, ${p.now}, 0, ${p.user}, ${p.channel}, ${p.root}, '', ${p.message}, '', '{}', '', '[]',
      ${JSON.stringify(p.files)}, ${p.root === ""}, 0, false, '')`;
}

/** Everything of the owner's that the database holds; what nobody else may change. */
export async function stateOf({ node, owner, team, channel, post }: Stage): Promise<string> {
  const sql = database(node);
  const [row] = await sql`select json_build_object(
    'user', (select to_jsonb(u) - 'lastlogin' - 'failedattempts' from users u where id = ${owner.id}),
    'sessions', (select json_agg(to_jsonb(s) - 'lastactivityat' - 'expiresat') from sessions s where userid = ${owner.id}),
    'preferences', (select json_agg(p order by category, name) from preferences p where userid = ${owner.id}),
    'team', (select to_jsonb(t) from teams t where id = ${team.id}),
    'members', (select json_agg(m order by userid) from teammembers m where teamid = ${team.id}),
    'channel', (select to_jsonb(c) from channels c where id = ${channel.id}),
    'channel members', (select json_agg(m order by userid) from channelmembers m where channelid = ${channel.id}),
    'posts', (select json_agg(p order by id) from posts p where channelid = ${channel.id}),
    'reactions', (select json_agg(r) from reactions r where postid = ${post}),
    'threads', (select json_agg(t) from threadmemberships t where userid = ${owner.id}),
    'files', (select json_agg(f order by id) from fileinfo f where channelid = ${channel.id}),
    'categories', (select json_agg(c order by id) from sidebarcategories c where userid = ${owner.id} and type = 'custom')) as state`;
  return JSON.stringify(row!.state, null, 1);
}
