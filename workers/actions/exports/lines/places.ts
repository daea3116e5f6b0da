import type { ExportOptions } from "../options.ts";
import { keepKnown, MEMBER_PROPS } from "./props.ts";
import { channelsOf, lineOf, memberRoles, reading, type Step } from "./step.ts";

/** Roles that an administrator has made or changed; those of schemes go with their schemes, which need a licence. */
export const roles: Step = {
  until: 1,
  sql: `SELECT r.id AS k, ${lineOf(
    "role",
    `'name', r.name, 'display_name', r.displayname, 'description', r.description,
      'permissions', to_json(array_remove(string_to_array(coalesce(r.permissions, ''), ' '), '')), 'scheme_managed', coalesce(r.schememanaged, false)`,
  )}
    FROM roles r WHERE r.id > $1 AND coalesce(r.deleteat, 0) = 0 AND coalesce(r.schemeid, '') = ''
      AND (coalesce(r.builtin, false) OR NOT coalesce(r.schememanaged, false))
      AND (NOT coalesce(r.builtin, false) OR r.updateat <> r.createat) ORDER BY r.id LIMIT $2::int`,
};

export const teams: Step = {
  until: 3,
  sql: `SELECT t.id AS k, ${lineOf(
    "team",
    `'name', t.name, 'display_name', t.displayname, 'type', t.type, 'description', t.description, 'allow_open_invite', t.allowopeninvite`,
  )}
    FROM teams t WHERE t.id > $1 AND t.deleteat = 0 ORDER BY t.id LIMIT $2::int`,
};

export const channels = (options: ExportOptions): Step => ({
  until: 6,
  sql: `SELECT c.id AS k, ${lineOf(
    "channel",
    `'team', t.name, 'name', c.name, 'display_name', c.displayname, 'type', c.type, 'header', c.header, 'purpose', c.purpose,
      'deleted_at', nullif(c.deleteat, 0)`,
  )}
    FROM channels c JOIN teams t ON t.id = c.teamid AND t.deleteat = 0
    WHERE c.id > $1 AND c.type IN ('O', 'P') AND ${channelsOf(options)} ORDER BY c.id LIMIT $2::int`,
});

export const emoji: Step = {
  until: 62,
  sql: `SELECT e.id AS k, ${lineOf("emoji", "'name', e.name, 'image', 'emoji/' || e.id || '/image'")}
    FROM emoji e WHERE e.id > $1 AND e.deleteat = 0 ORDER BY e.id LIMIT $2::int`,
};

/** Usernames of the members of `c`. */
export const MEMBERS =
  "(SELECT json_agg(mu.username ORDER BY mu.username) FROM channelmembers m JOIN users mu ON mu.id = m.userid WHERE m.channelid = c.id)";

/** A direct channel whose users are all there still: with one of two it would be another channel. */
export const WHOLE = `(c.type <> 'D' OR (SELECT count(*) FROM channelmembers m JOIN users mu ON mu.id = m.userid WHERE m.channelid = c.id)
  = CASE WHEN split_part(c.name, '__', 1) = split_part(c.name, '__', 2) THEN 1 ELSE 2 END)`;

/** Members of `c` with a preference that is "true". */
const whoPrefers = (condition: string) =>
  `(SELECT coalesce(json_agg(gu.username ORDER BY gu.username), '[]') FROM preferences g JOIN users gu ON gu.id = g.userid
    JOIN channelmembers gm ON gm.channelid = c.id AND gm.userid = g.userid WHERE g.value = 'true' AND ${condition})`;
const PARTICIPANTS = `(SELECT json_agg(json_build_object('username', mu.username, 'roles', ${memberRoles("m", "channel")}, ${reading("m")})
  ORDER BY mu.username) FROM channelmembers m JOIN users mu ON mu.id = m.userid WHERE m.channelid = c.id)`;
/** The other user of direct channel `c`, seen from `g.userid`; oneself where one is alone. */
const OTHER =
  "CASE WHEN split_part(c.name, '__', 1) = g.userid THEN split_part(c.name, '__', 2) ELSE split_part(c.name, '__', 1) END";

export const directChannels = (options: ExportOptions): Step => ({
  until: 66,
  sql: `SELECT c.id AS k, ${lineOf(
    "direct_channel",
    `'members', ${MEMBERS}, 'participants', ${PARTICIPANTS}, 'header', c.header,
      'favorited_by', ${whoPrefers("g.category = 'favorite_channel' AND g.name = c.id")},
      'shown_by', CASE c.type WHEN 'D' THEN ${whoPrefers(`g.category = 'direct_channel_show' AND g.name = ${OTHER}`)}
        ELSE ${whoPrefers("g.category = 'group_channel_show' AND g.name = c.id")} END`,
  )}
    FROM channels c WHERE c.id > $1 AND c.type IN ('D', 'G') AND ${channelsOf(options)} AND ${WHOLE}
      AND EXISTS (SELECT FROM channelmembers m JOIN users mu ON mu.id = m.userid WHERE m.channelid = c.id) ORDER BY c.id LIMIT $2::int`,
  shape({ direct_channel }) {
    for (const one of direct_channel.participants)
      one.notify_props = keepKnown(one.notify_props, MEMBER_PROPS);
  },
});
