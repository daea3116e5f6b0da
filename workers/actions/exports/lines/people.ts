import { INTERVALS, SETTINGS } from "../../imports/lines/people.ts";
import type { ExportOptions } from "../options.ts";
import { keepKnown, MEMBER_PROPS, USER_PROPS } from "./props.ts";
import { channelsOf, lineOf, memberRoles, picture, reading, type Step } from "./step.ts";

const channelsOfUser = (
  options: ExportOptions,
) => `(SELECT json_agg(json_build_object('name', c.name, 'roles', ${memberRoles("m", "channel")},
  'favorite', EXISTS (SELECT 1 FROM preferences g WHERE g.userid = u.id AND g.category = 'favorite_channel' AND g.name = c.id AND g.value = 'true'),
  ${reading("m")}) ORDER BY c.name)
  FROM channelmembers m JOIN channels c ON c.id = m.channelid WHERE m.userid = u.id AND c.teamid = t.id AND ${channelsOf(options)})`;
const teamsOfUser = (
  options: ExportOptions,
) => `(SELECT json_agg(json_build_object('name', t.name, 'roles', ${memberRoles("tm", "team")},
  'theme', (SELECT value FROM preferences g WHERE g.userid = u.id AND g.category = 'theme' AND g.name = t.id),
  'channels', ${channelsOfUser(options)}) ORDER BY t.name)
  FROM teammembers tm JOIN teams t ON t.id = tm.teamid WHERE tm.userid = u.id AND tm.deleteat = 0 AND t.deleteat = 0)`;

const CATEGORIES = [...new Set(Object.values(SETTINGS).map(([category]) => `'${category}'`))].join(", ");
/** What the format has of preferences, as `<category>/<name>`; what is named after the user is `<category>/own`. */
const PREFERENCES = `(SELECT json_object_agg(g.category || '/' || CASE WHEN g.name = u.id THEN 'own' ELSE g.name END, g.value)
  FROM preferences g WHERE g.userid = u.id AND (g.category IN (${CATEGORIES}) OR (g.category, g.name) IN
    (('theme', ''), ('notifications', 'email_interval'), ('tutorial_step', u.id))))`;

/** A preference to its field; where the format has two names for one, the documented one is the later. */
const FIELDS = new Map(
  Object.entries(SETTINGS).map(([field, [category, name]]) => [`${category}/${name}`, field]),
);
FIELDS.set("theme/", "theme").set("tutorial_step/own", "tutorial_step");
const INTERVAL_NAMES = new Map(Object.entries(INTERVALS).map(([name, seconds]) => [seconds, name]));

export const users = (options: ExportOptions): Step => ({
  until: 20,
  sql: `SELECT u.id AS k, ${lineOf(
    "user",
    `${picture("u", options)} 'username', u.username, 'email', u.email, 'auth_service', u.authservice, 'auth_data', u.authdata,
      'nickname', u.nickname, 'first_name', u.firstname, 'last_name', u.lastname, 'position', u.position, 'roles', u.roles,
      'locale', u.locale, 'delete_at', nullif(u.deleteat, 0), 'custom_status', nullif(u.props->>'customStatus', ''),
      'notify_props', u.notifyprops, 'preferences', ${PREFERENCES}, 'teams', ${teamsOfUser(options)}`,
  )}
    FROM users u WHERE u.id > $1 AND NOT EXISTS (SELECT 1 FROM bots b WHERE b.userid = u.id) ORDER BY u.id LIMIT $2::int`,
  shape({ user }) {
    const { preferences = {} } = user as { preferences?: Record<string, string> };
    delete user.preferences;
    for (const [key, field] of FIELDS) if (preferences[key]) user[field] = preferences[key];
    const interval = preferences["notifications/email_interval"];
    if (interval) user.email_interval = INTERVAL_NAMES.get(interval) ?? interval;
    const status = statusOf(user.custom_status);
    if (status) user.custom_status = status;
    else delete user.custom_status;
    user.notify_props = keepKnown(user.notify_props, USER_PROPS);
    for (const team of user.teams ?? [])
      for (const channel of team.channels ?? [])
        channel.notify_props = keepKnown(channel.notify_props, MEMBER_PROPS);
  },
});

/** The custom status in a user's props; undefined for what is none. */
function statusOf(text: string | undefined): object | undefined {
  try {
    const status = JSON.parse(text ?? "null");
    return status && typeof status === "object" && (status.emoji || status.text) ? status : undefined;
  } catch {
    return undefined;
  }
}

export const bots = (options: ExportOptions): Step => ({
  until: 22,
  sql: `SELECT b.userid AS k, ${lineOf(
    "bot",
    `${picture("u", options)} 'username', u.username, 'owner', coalesce(o.username, b.ownerid), 'display_name', u.firstname,
      'description', b.description, 'delete_at', nullif(b.deleteat, 0)`,
  )}
    FROM bots b JOIN users u ON u.id = b.userid LEFT JOIN users o ON o.id = b.ownerid WHERE b.userid > $1 ORDER BY b.userid LIMIT $2::int`,
});
