import { fail } from "../../errors/app-error.ts";
import type { Effect } from "../../events/envelope.ts";
import { CHANNEL_COLUMNS, type Channel } from "../../model/channel.ts";
import { type Row, SqlError, type Statement } from "../../ports/sql/sql.ts";

/** Reads a channel back at the end of a batch. */
export function selectChannel(id: string): Statement {
  return { text: `SELECT ${CHANNEL_COLUMNS} FROM channels c WHERE c.id = $1`, params: [id] };
}

/** That this batch has changed channel `c`. Of requests for the same change the first one makes it, and only that one tells of it. */
export const CHANGED_HERE = "c.xmin = pg_current_xact_id()::xid";

/** Keeps the mirror of open channels equal (semantics 12.1); put it after whatever changed the channel. */
export function mirror(ids: string | string[]): Statement {
  const text = `WITH gone AS (
      DELETE FROM publicchannels p WHERE p.id = ANY($1::text[])
        AND NOT EXISTS (SELECT FROM channels c WHERE c.id = p.id AND c.type = 'O'))
    INSERT INTO publicchannels (id, deleteat, teamid, displayname, name, header, purpose)
    SELECT id, deleteat, teamid, displayname, name, header, purpose FROM channels WHERE id = ANY($1::text[]) AND type = 'O'
    ON CONFLICT (id) DO UPDATE SET deleteat = excluded.deleteat, teamid = excluded.teamid, displayname = excluded.displayname,
      name = excluded.name, header = excluded.header, purpose = excluded.purpose`;
  return { text, params: [[ids].flat()] };
}

/** Channels of the team whose header links to one of `names`: what they show of it has changed (semantics 12.21). */
export function linkingChannels(teamId: string, names: string[]): Statement {
  const text = `SELECT c.id FROM channels c
    WHERE c.teamid = $1 AND c.header LIKE '%~%' AND c.header ILIKE ANY (SELECT '%~' || n || '%' FROM unnest($2::text[]) n)`;
  return { text, params: [teamId, names] };
}

/** Effects of the rows of `linkingChannels`, and of the channel itself. */
export function channelEffects(id: string, linking: Row[] = []): Effect[] {
  return [
    { kind: "channel", id },
    ...linking.map((row): Effect => ({ kind: "channel", id: String(row.id) })),
  ];
}

/** `error`, or the answer to a name that is taken (semantics 12.2). */
export function nameTaken(error: unknown): unknown {
  const taken =
    error instanceof SqlError && error.isDuplicate() && /channels_name_teamid_key$/.test(error.constraint);
  return taken ? fail("store.sql_channel.save_channel.exists.app_error") : error;
}

/** The channel that the last statement of a batch read. */
export function lastChannel(results: Row[][]): Channel {
  return results.at(-1)![0] as unknown as Channel;
}
