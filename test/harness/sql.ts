import postgres, { type Sql, type TransactionSql } from "postgres";
import { afterAll } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { cheapHash } from "./hash.ts";
import { sharedNode } from "./node.ts";

const open = new Map<string, Sql>();

/**
 * The node's database, for assertions and for fixtures that would take too long over HTTP. Closed after the file.
 * The node caches what it has read and hears of no change made here: write only rows of users, teams and channels that
 * it has not seen yet (which new ids are).
 */
export function database(node: { databaseUrl: string } = sharedNode()): Sql {
  let sql = open.get(node.databaseUrl);
  if (!sql) {
    const types = { bigint: { to: 20, from: [20, 1700], serialize: String, parse: Number } };
    sql = postgres(node.databaseUrl, { max: 2, onnotice: () => {}, types });
    open.set(node.databaseUrl, sql);
  }
  return sql;
}

afterAll(async () => {
  await Promise.all([...open.values()].map((sql) => sql.end({ timeout: 5 })));
  open.clear();
});

const USER_PROPS = {
  email: "true",
  push: "mention",
  desktop: "mention",
  desktop_sound: "true",
  desktop_threads: "all",
  email_threads: "all",
  push_threads: "all",
  push_status: "online",
  comments: "never",
  mention_keys: "",
  channel: "true",
  first_name: "false",
};
const CHANNEL_PROPS = {
  desktop: "default",
  mark_unread: "all",
  push: "default",
  email: "default",
  ignore_channel_mentions: "default",
  channel_auto_follow_threads: "off",
};

export interface BulkUser {
  id: string;
  username: string;
  token: string;
}

/** Inserts `count` users, each with a session, as members of `teams` and `channels`. */
export async function insertUsers(
  count: number,
  options: {
    node?: { databaseUrl: string };
    prefix?: string;
    teams?: string[];
    channels?: string[];
    password?: string;
  } = {},
): Promise<BulkUser[]> {
  const { prefix = `u${newId()}`, teams = [], channels = [] } = options;
  const sql = database(options.node);
  const now = Date.now();
  const password = options.password ? cheapHash(options.password) : "";
  const users = Array.from({ length: count }, (_, i) => ({
    id: newId(),
    username: `${prefix}${i}`,
    token: newId(),
  }));
  await sql.begin(async (tx) => {
    const rows = JSON.stringify(users);
    await tx`
      insert into users (id, createat, updateat, deleteat, username, password, authdata, authservice, email, emailverified,
        nickname, firstname, lastname, roles, allowmarketing, props, notifyprops, lastpasswordupdate, lastpictureupdate,
        failedattempts, locale, mfaactive, mfasecret, position, timezone, lastlogin)
      select r.id, ${now}, ${now}, 0, r.username, ${password}, null, '', r.username || '@example.com', false, '', '', '',
        'system_user', false, '{}', ${tx.json(USER_PROPS)}, ${now}, 0, 0, 'en', false, '', '',
        '{"automaticTimezone": "", "manualTimezone": "", "useAutomaticTimezone": "true"}', 0
      from jsonb_to_recordset(${rows}::text::jsonb) r (id text, username text)`;
    await tx`
      insert into sessions (id, token, createat, expiresat, lastactivityat, userid, deviceid, roles, isoauth, props, expirednotify)
      select substr(md5(r.id), 1, 26), r.token, ${now}, ${now + 86_400_000}, ${now}, r.id, '', 'system_user', false,
        jsonb_build_object('csrf', substr(md5(r.token), 1, 26)), false
      from jsonb_to_recordset(${rows}::text::jsonb) r (id text, token text)`;
    await insertMembers(
      tx,
      users.map((user) => user.id),
      teams,
      channels,
    );
  });
  return users;
}

/** Inserts memberships. The node must not know these users or must not know that they were not members. */
export async function insertMembers(
  sql: Sql | TransactionSql,
  users: string[],
  teams: string[],
  channels: string[],
  admin = false,
): Promise<void> {
  const now = Date.now();
  // Sent at once: nothing refers to anything.
  await Promise.all([
    sql`
    insert into teammembers (teamid, userid, roles, deleteat, schemeuser, schemeadmin, schemeguest, createat)
    select t, u, '', 0, true, ${admin}, false, ${now} from unnest(${teams}::text[]) t, unnest(${users}::text[]) u`,
    sql`
    insert into channelmembers (channelid, userid, roles, lastviewedat, msgcount, mentioncount, notifyprops, lastupdateat,
      schemeuser, schemeadmin, schemeguest, mentioncountroot, msgcountroot, urgentmentioncount)
    select c, u, '', 0, 0, 0, ${sql.json(CHANNEL_PROPS)}, ${now}, true, ${admin}, false, 0, 0, 0
    from unnest(${channels}::text[]) c, unnest(${users}::text[]) u`,
    sql`
    insert into channelmemberhistory (channelid, userid, jointime)
    select c, u, ${now} from unnest(${channels}::text[]) c, unnest(${users}::text[]) u on conflict do nothing`,
  ]);
}

/** Inserts a channel without members. */
export async function insertChannel(
  sql: Sql | TransactionSql,
  channel: { team_id: string; type: "O" | "P"; name: string; display_name: string; creator_id?: string },
): Promise<string> {
  const id = newId();
  const now = Date.now();
  const { team_id, type, name, display_name, creator_id = "" } = channel;
  await sql`
    insert into channels (id, createat, updateat, deleteat, teamid, type, displayname, name, header, purpose, lastpostat,
      totalmsgcount, extraupdateat, creatorid, totalmsgcountroot, lastrootpostat)
    values (${id}, ${now}, ${now}, 0, ${team_id}, ${type}, ${display_name}, ${name}, '', '', 0, 0, 0, ${creator_id}, 0, 0)`;
  if (type === "O") {
    await sql`
      insert into publicchannels (id, deleteat, teamid, displayname, name, header, purpose)
      values (${id}, 0, ${team_id}, ${display_name}, ${name}, '', '')`;
  }
  return id;
}

/**
 * Inserts `count` root posts by `users` in turn, one second apart and the last one a second ago, and raises the
 * channel's counters. The node must not have read the channel yet.
 */
export async function insertPosts(
  count: number,
  options: {
    node?: { databaseUrl: string };
    channel: string;
    users: string[];
    message?: string;
    every?: number;
  },
): Promise<void> {
  const { channel, users, message = "message number", every = 1_000 } = options;
  const sql = database(options.node);
  const last = Date.now() - 1_000;
  await sql`
    insert into posts (id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props,
      hashtags, filenames, fileids, hasreactions, editat, ispinned, remoteid)
    select substr(md5(${channel} || n) , 1, 26), t, t, 0, (${users}::text[])[1 + n % ${users.length}], ${channel}, '', '',
      ${message}::text || ' ' || n, '', '{}', '', '[]', '[]', false, 0, false, ''
    from (select n, ${last}::bigint - (${count}::int - n) * ${every}::bigint as t from generate_series(1, ${count}::int) n) s`;
  await sql`
    update channels set totalmsgcount = totalmsgcount + ${count}, totalmsgcountroot = totalmsgcountroot + ${count},
      lastpostat = ${last}, lastrootpostat = ${last} where id = ${channel}`;
}
