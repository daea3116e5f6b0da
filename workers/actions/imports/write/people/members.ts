import { DEFAULT_NOTIFY_PROPS } from "../../../../model/channel-member.ts";
import type { Statement } from "../../../../ports/sql/sql.ts";
import { historyInsert, MEMBER_INSERT } from "../../../channels/join.ts";
import { rowsOf } from "../work.ts";

/** Built-in roles are flags, others explicit (schema-notes 1); undefined for what the line does not say. */
export function flagsOf(scope: "team" | "channel", roles: string[] | undefined) {
  if (!roles) return {};
  const own = [`${scope}_user`, `${scope}_admin`, `${scope}_guest`];
  return {
    roles: roles.filter((role) => !own.includes(role)).join(" "),
    is_user: roles.includes(own[0]!),
    is_admin: roles.includes(own[1]!),
    is_guest: roles.includes(own[2]!),
  };
}

export type Flags = Partial<{ roles: string; is_user: boolean; is_admin: boolean; is_guest: boolean }>;

export interface TeamSeat extends Flags {
  team_id: string;
  user_id: string;
}

export interface ChannelSeat extends Flags {
  channel_id: string;
  user_id: string;
  notify_props?: Record<string, string> | undefined;
  /** What the member had read; of new members only. */
  last_viewed_at?: number | undefined;
  mention_count?: number | undefined;
  mention_count_root?: number | undefined;
  urgent_mention_count?: number | undefined;
}

const TEAM_ROWS = `jsonb_to_recordset($1::jsonb) AS r(team_id varchar, user_id varchar, roles varchar, is_user boolean, is_admin boolean,
  is_guest boolean)`;

/** Members of teams; who has left is one again. `at`: ms. */
export function teamSeats(seats: TeamSeat[], at: number): Statement[] {
  if (seats.length === 0) return [];
  const params = [rowsOf(seats), at];
  return [
    {
      text: `UPDATE teammembers m SET roles = n.roles, schemeuser = n.u, schemeadmin = n.a, schemeguest = n.g, deleteat = 0,
          createat = CASE WHEN m.deleteat > 0 THEN $2::bigint ELSE m.createat END
        FROM (SELECT r.team_id, r.user_id, coalesce(r.roles, x.roles) AS roles, coalesce(r.is_user, x.schemeuser) AS u,
            coalesce(r.is_admin, x.schemeadmin) AS a, coalesce(r.is_guest, x.schemeguest) AS g
          FROM ${TEAM_ROWS} JOIN teammembers x ON x.teamid = r.team_id AND x.userid = r.user_id) n
        WHERE m.teamid = n.team_id AND m.userid = n.user_id AND (m.deleteat > 0
          OR (m.roles, m.schemeuser, m.schemeadmin, m.schemeguest) IS DISTINCT FROM (n.roles, n.u, n.a, n.g))`,
      params,
    },
    {
      text: `INSERT INTO teammembers (teamid, userid, roles, deleteat, schemeuser, schemeadmin, schemeguest, createat)
        SELECT r.team_id, r.user_id, coalesce(r.roles, ''), 0, coalesce(r.is_user, true), coalesce(r.is_admin, false),
          coalesce(r.is_guest, false), $2::bigint FROM ${TEAM_ROWS} ON CONFLICT (teamid, userid) DO NOTHING`,
      params,
    },
  ];
}

const CHANNEL_ROWS = `jsonb_to_recordset($1::jsonb) AS r(channel_id varchar, user_id varchar, roles varchar, is_user boolean, is_admin boolean,
  is_guest boolean, notify_props jsonb, last_viewed_at bigint, mention_count bigint, mention_count_root bigint, urgent_mention_count bigint)`;

/**
 * Members of channels. A new one has read what is older than its last view, and everything up to `at` (ms) where the line does
 * not say; its message counts follow at the end (`settle`). What a member here has read stays as it is.
 */
export function channelSeats(seats: ChannelSeat[], at: number): Statement[] {
  if (seats.length === 0) return [];
  const rows = rowsOf(seats);
  return [
    {
      text: `UPDATE channelmembers m SET roles = n.roles, schemeuser = n.u, schemeadmin = n.a, schemeguest = n.g, notifyprops = n.props,
          lastupdateat = $2::bigint
        FROM (SELECT r.channel_id, r.user_id, coalesce(r.roles, x.roles) AS roles, coalesce(r.is_user, x.schemeuser) AS u,
            coalesce(r.is_admin, x.schemeadmin) AS a, coalesce(r.is_guest, x.schemeguest) AS g,
            coalesce(x.notifyprops, '{}') || coalesce(r.notify_props, '{}') AS props
          FROM ${CHANNEL_ROWS} JOIN channelmembers x ON x.channelid = r.channel_id AND x.userid = r.user_id) n
        WHERE m.channelid = n.channel_id AND m.userid = n.user_id
          AND (m.roles, m.schemeuser, m.schemeadmin, m.schemeguest, m.notifyprops) IS DISTINCT FROM (n.roles, n.u, n.a, n.g, n.props)`,
      params: [rows, at],
    },
    {
      text: `WITH joined AS (INSERT INTO ${MEMBER_INSERT}
          SELECT r.channel_id, r.user_id, coalesce(r.roles, ''), coalesce(r.last_viewed_at, $2::bigint), 0, coalesce(r.mention_count, 0),
            $3::jsonb || coalesce(r.notify_props, '{}'), $2::bigint, coalesce(r.is_user, true), coalesce(r.is_admin, false),
            coalesce(r.is_guest, false), coalesce(r.mention_count_root, 0), 0, coalesce(r.urgent_mention_count, 0)
          FROM ${CHANNEL_ROWS} ORDER BY r.channel_id, r.user_id ON CONFLICT DO NOTHING RETURNING channelid, userid)
        ${historyInsert("joined", "$2::bigint")}`,
      params: [rows, at, JSON.stringify(DEFAULT_NOTIFY_PROPS)],
    },
  ];
}
