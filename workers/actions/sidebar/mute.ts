import type { Effect, Envelope } from "../../events/envelope.ts";
import { type ChannelMember, MEMBER_COLUMNS } from "../../model/channel-member.ts";
import type { Row, Statement } from "../../ports/sql/sql.ts";
import { memberUpdated } from "../channels/members/settings.ts";

/** Where a channel goes: into a category that exists, or into a new one; a direct message category keeps its muting. */
export interface Placement {
  channelid: string;
  /** "" for a category that does not exist yet, or for where 16.5 puts it. */
  categoryid: string;
  muted: boolean;
}

/**
 * Mutes and unmutes channels whose category's muting differs from that of where they were (semantics 16.8): those placed, and
 * those that the categories `emptied` hold so far and no placement names, which go where 16.5 puts them. To be run before the
 * categories change. Answers a ChannelMember per changed one.
 */
export function muteStatement(
  userId: string,
  teamId: string,
  placements: Placement[],
  emptied: string[],
  at: number,
): Statement {
  return { text: MUTE, params: [userId, teamId, JSON.stringify(placements), at, emptied] };
}

const FALLEN = `SELECT jsonb_agg(jsonb_build_object('channelid', s.channelid, 'categoryid', d.id, 'muted', d.muted))
  FROM sidebarchannels s JOIN channels c ON c.id = s.channelid JOIN sidebarcategories d ON d.userid = $1 AND d.teamid = $2
    AND d.type = CASE WHEN c.teamid = '' THEN 'direct_messages' ELSE 'channels' END
  WHERE s.userid = $1 AND s.categoryid = ANY($5::text[])
    AND NOT EXISTS (SELECT FROM jsonb_array_elements($3::jsonb) w WHERE w ->> 'channelid' = s.channelid)`;

const MUTE = `WITH moved AS (
      SELECT w.channelid, CASE WHEN n.type = 'direct_messages' THEN n.muted ELSE w.muted END AS muted,
        coalesce((SELECT bool_or(k.muted) FROM sidebarchannels s JOIN sidebarcategories k ON k.id = s.categoryid
            WHERE s.userid = $1 AND s.channelid = w.channelid AND k.userid = $1 AND k.teamid = $2),
          (SELECT k.muted FROM sidebarcategories k WHERE k.userid = $1 AND k.teamid = $2
            AND k.type = CASE WHEN c.teamid = '' THEN 'direct_messages' ELSE 'channels' END LIMIT 1), false) AS was
      FROM jsonb_to_recordset($3::jsonb || coalesce((${FALLEN}), '[]')) AS w(channelid text, categoryid text, muted boolean)
        JOIN channels c ON c.id = w.channelid
        LEFT JOIN sidebarcategories n ON n.id = w.categoryid AND n.userid = $1),
    m AS (
      UPDATE channelmembers x SET lastupdateat = $4::bigint, notifyprops = coalesce(x.notifyprops, '{}')
        || jsonb_build_object('mark_unread', CASE WHEN o.muted THEN 'mention' ELSE 'all' END)
      FROM moved o WHERE x.userid = $1 AND x.channelid = o.channelid AND o.muted <> o.was
        AND x.notifyprops ->> 'mark_unread' IS DISTINCT FROM CASE WHEN o.muted THEN 'mention' ELSE 'all' END
      RETURNING x.*)
    SELECT ${MEMBER_COLUMNS} FROM m`;

/** Events and effects of what `muteStatement` answered. */
export function mutedEvents(rows: Row[]): { events: Envelope[]; effects: Effect[] } {
  const members = rows as unknown as ChannelMember[];
  return {
    events: members.map(memberUpdated),
    effects: members.map(({ channel_id, user_id }) => ({
      kind: "channel_member",
      op: "change",
      channel: channel_id,
      user: user_id,
    })),
  };
}
