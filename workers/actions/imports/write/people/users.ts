import { newId } from "../../../../model/id.ts";
import { DEFAULT_NOTIFY_PROPS, DEFAULT_TIMEZONE } from "../../../../model/user-view.ts";
import type { Statement } from "../../../../ports/sql/sql.ts";
import { ENDED, type EndedRow, endedEffects, endSessions } from "../../../sessions/revoke.ts";
import { LineFailure } from "../../failure.ts";
import type { Of } from "../../lines/parse.ts";
import { SETTINGS, type UserLine } from "../../lines/people.ts";
import { rowsOf, type Work } from "../work.ts";
import { writePortraits } from "./images.ts";
import { channelSeats, teamSeats } from "./members.ts";
import { type Account, passwordsOf } from "./passwords.ts";
import { type PreferenceRow, preferenceStatements } from "./preferences.ts";
import { seatsOf } from "./seats.ts";

const ROWS = `jsonb_to_recordset($1::jsonb) AS r(id varchar, username varchar, email varchar, password varchar, auth_service varchar,
  auth_data varchar, nickname varchar, first_name varchar, last_name varchar, position varchar, roles varchar, locale varchar,
  delete_at bigint, notify_props jsonb, props jsonb)`;

/** Accounts by username, with their memberships, preferences and pictures. A few round trips, however many there are. */
export async function writeUsers(work: Work, all: Of<"user">[]): Promise<void> {
  const { ctx, names, at } = work;
  const lines = [...new Map(all.map((line) => [line.value.username, line])).values()];
  const found = await ctx.sql.query<Account>(
    `SELECT u.id, u.username, coalesce(u.password, '') AS password, u.authservice AS auth_service, u.roles, b.userid IS NOT NULL AS is_bot
     FROM users u LEFT JOIN bots b ON b.userid = u.id WHERE u.username = ANY($1::text[])`,
    [lines.map(({ value }) => value.username)],
  );
  const accounts = new Map(found.map((account) => [account.username, account]));
  for (const { number, kind, value } of lines)
    if (accounts.get(value.username)?.is_bot)
      throw new LineFailure(number, kind, "there is a bot of that name");
  const hashes = await passwordsOf(
    work,
    lines.map(({ value }) => value),
    accounts,
  );
  const rows = lines.map(({ value }) => rowOf(value, accounts.get(value.username)?.id ?? newId(), hashes));
  const ids = new Map(rows.map(({ username, id }) => [username, id]));
  const known = rows.filter(({ username }) => accounts.has(username));
  const made = rows.filter(({ username }) => !accounts.has(username));
  const seats = await seatsOf(work, lines, ids, accounts);
  for (const { channel_id } of seats.channels) work.joined.add(channel_id);
  const preferences = [
    ...made.flatMap(({ id }) => firstPreferences(id)),
    ...lines.flatMap(({ value }) => preferencesOf(value, ids.get(value.username)!)),
    ...seats.preferences,
  ];
  const results = await ctx.sql.batch([
    insert(made, at, ctx.config.LocalizationSettings.DefaultClientLocale),
    update(known, at),
    sessionsOf(
      rows.map(({ id }) => id),
      known.filter(({ password }) => password !== undefined).map(({ id }) => id),
    ),
    ...teamSeats(seats.teams, at),
    ...channelSeats(seats.channels, at),
    ...preferenceStatements(preferences),
  ]);
  work.effects.push(...endedEffects(results[2]![0] as EndedRow));
  await names.users(ids.keys());
  await writePortraits(
    work,
    lines.flatMap(({ number, kind, value }) =>
      value.profile_image
        ? [{ number, kind, userId: ids.get(value.username)!, path: value.profile_image }]
        : [],
    ),
  );
}

function rowOf(line: UserLine, id: string, hashes: Map<string, string>) {
  const {
    username,
    email,
    auth_service,
    auth_data,
    nickname,
    first_name,
    last_name,
    position,
    locale,
    delete_at,
  } = line;
  return {
    id,
    username,
    email,
    password: hashes.get(username),
    auth_service: auth_service || undefined,
    auth_data: auth_service ? auth_data : undefined,
    nickname,
    first_name,
    last_name,
    position,
    roles: line.roles?.join(" "),
    locale,
    delete_at,
    notify_props: line.notify_props,
    props: line.custom_status && { customStatus: JSON.stringify(line.custom_status) },
  };
}

function insert(rows: object[], at: number, locale: string): Statement {
  return {
    text: `INSERT INTO users (id, createat, updateat, deleteat, username, password, authdata, authservice, email, emailverified,
        nickname, firstname, lastname, roles, allowmarketing, props, notifyprops, lastpasswordupdate, lastpictureupdate,
        failedattempts, locale, mfaactive, mfasecret, position, timezone, remoteid, lastlogin, mfausedtimestamps)
      SELECT r.id, $2::bigint, $2::bigint, coalesce(r.delete_at, 0), r.username, coalesce(r.password, ''), r.auth_data,
        coalesce(r.auth_service, ''), r.email, true, coalesce(r.nickname, ''), coalesce(r.first_name, ''), coalesce(r.last_name, ''),
        coalesce(r.roles, 'system_user'), false, coalesce(r.props, '{}'), $3::jsonb || coalesce(r.notify_props, '{}'), $2::bigint, 0,
        0, coalesce(nullif(r.locale, ''), $4), false, '', coalesce(r.position, ''), $5::jsonb, NULL, 0, '[]' FROM ${ROWS}`,
    params: [
      rowsOf(rows),
      at,
      JSON.stringify(DEFAULT_NOTIFY_PROPS),
      locale,
      JSON.stringify(DEFAULT_TIMEZONE),
    ],
  };
}

/** What a line does not say stays. */
function update(rows: object[], at: number): Statement {
  return {
    text: `UPDATE users u SET email = n.email, nickname = n.nickname, firstname = n.firstname, lastname = n.lastname,
        position = n.position, roles = n.roles, locale = n.locale, deleteat = n.deleteat, notifyprops = n.notifyprops, props = n.props,
        password = n.password, authservice = n.authservice, authdata = n.authdata, updateat = greatest($2::bigint, u.updateat + 1),
        lastpasswordupdate = CASE WHEN n.password = u.password THEN u.lastpasswordupdate ELSE $2::bigint END
      FROM (SELECT r.id, r.email, coalesce(r.nickname, x.nickname) AS nickname, coalesce(r.first_name, x.firstname) AS firstname,
          coalesce(r.last_name, x.lastname) AS lastname, coalesce(r.position, x.position) AS position, coalesce(r.roles, x.roles) AS roles,
          coalesce(nullif(r.locale, ''), x.locale) AS locale,
          CASE WHEN r.delete_at > 0 AND x.deleteat > 0 THEN x.deleteat ELSE coalesce(r.delete_at, x.deleteat) END AS deleteat,
          coalesce(x.notifyprops, '{}') || coalesce(r.notify_props, '{}') AS notifyprops,
          coalesce(x.props, '{}') || coalesce(r.props, '{}') AS props,
          CASE WHEN r.auth_service IS NULL THEN coalesce(r.password, x.password) ELSE '' END AS password,
          CASE WHEN r.auth_service IS NOT NULL THEN r.auth_service WHEN r.password IS NOT NULL THEN '' ELSE x.authservice END AS authservice,
          CASE WHEN r.auth_service IS NOT NULL THEN r.auth_data WHEN r.password IS NOT NULL THEN NULL ELSE x.authdata END AS authdata
        FROM ${ROWS} JOIN users x ON x.id = r.id) n
      WHERE u.id = n.id AND (u.email, u.nickname, u.firstname, u.lastname, u.position, u.roles, u.locale, u.deleteat, u.notifyprops,
          u.props, u.password, u.authservice, u.authdata)
        IS DISTINCT FROM (n.email, n.nickname, n.firstname, n.lastname, n.position, n.roles, n.locale, n.deleteat, n.notifyprops,
          n.props, n.password, n.authservice, n.authdata)`,
    params: [rowsOf(rows), at],
  };
}

/** Sessions have the roles of their users; those of deactivated users end, and of users with another password. */
function sessionsOf(ids: string[], renewed: string[]): Statement {
  return {
    text: `WITH ${endSessions("userid = ANY($2::text[]) OR userid IN (SELECT id FROM users WHERE id = ANY($1::text[]) AND deleteat > 0)")},
      roles AS (UPDATE sessions s SET roles = u.roles FROM users u
        WHERE u.id = ANY($1::text[]) AND s.userid = u.id AND u.deleteat = 0 AND s.roles IS DISTINCT FROM u.roles)
      SELECT ${ENDED}`,
    params: [ids, renewed],
  };
}

/** As every new account has them (semantics 14.4). */
const firstPreferences = (id: string): PreferenceRow[] => [
  { user_id: id, category: "recommended_next_steps", name: "hide", value: "false" },
  { user_id: id, category: "tutorial_step", name: id, value: "0" },
  { user_id: id, category: "system_notice", name: "GMasDM", value: "true" },
];

function preferencesOf(line: UserLine, id: string): PreferenceRow[] {
  const rows: PreferenceRow[] = [];
  const add = (category: string, name: string, value: string | undefined) => {
    if (value !== undefined && value !== "") rows.push({ user_id: id, category, name, value });
  };
  add("theme", "", line.theme);
  add("tutorial_step", id, line.tutorial_step);
  add("notifications", "email_interval", line.email_interval);
  for (const [field, [category, name]] of Object.entries(SETTINGS))
    add(category, name, line[field as keyof typeof SETTINGS]);
  return rows;
}
