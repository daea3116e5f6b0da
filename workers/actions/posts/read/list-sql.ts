import { channelOf } from "../../../model/channel.ts";
import { liveReplies, POST_TEXT, postFrom } from "../../../model/post.ts";
import { TEXT_SEPARATOR } from "../../../model/post-list.ts";
import type { Param, Statement } from "../../../ports/sql/sql.ts";

/** What every list statement answers, as one row. */
export interface ListRow {
  /** Ids, newest first, joined by commas. */
  ord: string | null;
  /** POST_TEXT of what is listed and of what belongs to it, joined by TEXT_SEPARATOR. */
  texts: string | null;
  next: string | null;
  prev: string | null;
  /** Greatest update_at of the channel (its ETag, semantics 0.5). */
  newest: number | null;
  /** Listed posts that anyone follows, and those that the viewer follows. */
  followed: string | null;
  following: string | null;
  /** Only of `unreadStatement`. */
  unread?: boolean;
}

/** What the parameters of a list request ask for (semantics 4.1). */
export interface ListShape {
  channelId: string;
  /** CRT: root posts only, with what the viewer follows. */
  collapsed: boolean;
  /** Not CRT: roots and replies of listed threads come along, outside the order. */
  fetchThreads: boolean;
  /** Deleted posts too (administrators). */
  deleted?: boolean;
  viewer: string;
}

/** Replies that come along with one page outside its order; a thread itself is read by /thread. */
const MAX_EXTRA = 1_000;
const MAX_SINCE = 1_000;

const joined = (column: string, from: string) => `(SELECT string_agg(${column}, ',') FROM ${from})`;

interface Finish {
  next: boolean;
  prev: boolean;
  newest: boolean;
  /** What comes along outside the order. */
  bring: "nothing" | "roots" | "threads";
  more?: string;
  /** SQL: where it holds, no texts are read. */
  known?: string;
}

/**
 * Bounds and orders name all columns of the index that shall be used, (channelid, deleteat, createat) or (channelid,
 * updateat), and bound the channel from both sides instead of by `=`: then only that index has the order, and a list
 * costs what it lists. With `channelid = $1 ORDER BY createat` the planner may walk the index over all channels' posts
 * (measured with a channel that holds half of a million posts), and with row comparisons a generic plan sorts the channel.
 */
class Builder {
  readonly params: Param[] = [];
  readonly parts: string[] = [];
  readonly channel: string;
  private readonly shape: ListShape;

  /** @param channel SQL for the channel's id, where it is not the one of `shape`. */
  constructor(shape: ListShape, channel?: string) {
    this.shape = shape;
    this.channel = channel ?? this.p(shape.channelId, "varchar");
  }

  p(value: Param, type: string): string {
    return `$${this.params.push(value)}::${type}`;
  }

  /** Posts `p` of the channel; `times` narrows p.createat. */
  within(times = ""): string {
    const roots = this.shape.collapsed ? " AND p.rootid = ''" : "";
    const live = this.shape.deleted ? "p.originalid = ''" : "p.deleteat >= 0 AND p.deleteat <= 0";
    return `${this.bounded} AND ${live}${times && ` AND ${times}`}${roots}`;
  }

  get bounded(): string {
    return `p.channelid >= ${this.channel} AND p.channelid <= ${this.channel}`;
  }

  order(way: "ASC" | "DESC"): string {
    const columns = this.shape.deleted ? ["createat", "id"] : ["channelid", "deleteat", "createat", "id"];
    return `ORDER BY ${columns.map((column) => `p.${column} ${way}`).join(", ")}`;
  }

  /** Posts older or newer than the one row of `anchor`; none where it has no row. */
  beyond(anchor: string, way: "<" | ">" | ">="): string {
    const at = `(SELECT createat FROM ${anchor})`;
    const bounds = this.within(`p.createat ${way === "<" ? "<=" : ">="} ${at}`);
    return `${bounds} AND (p.createat, p.id) ${way} (${at}, (SELECT id FROM ${anchor}))`;
  }

  /** The nearest post that is not listed, on one side of what is picked. */
  private neighbour(side: "next" | "prev"): string {
    const edge = side === "prev" ? "ASC" : "DESC";
    this.parts.push(
      `${side}_edge AS (SELECT createat, id FROM picked ORDER BY createat ${edge}, id ${edge} LIMIT 1)`,
    );
    return `(SELECT p.id FROM posts p WHERE ${this.beyond(`${side}_edge`, side === "prev" ? "<" : ">")}
      ${this.order(side === "prev" ? "DESC" : "ASC")} LIMIT 1)`;
  }

  finish({ next, prev, newest, bring, more = "", known }: Finish): Statement {
    const { collapsed, viewer } = this.shape;
    const outputs = [
      next ? `${this.neighbour("next")} AS next` : "'' AS next",
      prev ? `${this.neighbour("prev")} AS prev` : "'' AS prev",
      newest ? "(SELECT at FROM newest) AS newest" : "0 AS newest",
    ];
    if (collapsed) {
      const follows = (who: string) =>
        joined(
          "w.id",
          `picked w WHERE (SELECT true FROM threadmemberships m WHERE m.postid = w.id AND m.following${who} LIMIT 1)`,
        );
      outputs.push(
        `${follows("")} AS followed`,
        `${follows(` AND m.userid = ${this.p(viewer, "varchar")}`)} AS following`,
      );
    } else outputs.push("NULL AS followed", "NULL AS following");
    const rows = bring === "nothing" ? "picked" : this.withThreads(bring);
    const all = `(SELECT string_agg(${POST_TEXT}, ${TEXT_SEPARATOR}) FROM ${postFrom(rows)})`;
    const texts = known ? `CASE WHEN NOT ${known} THEN ${all} END` : all;
    return {
      text: `WITH ${this.parts.join(",\n")}
        SELECT (SELECT string_agg(id, ',' ORDER BY createat DESC, id DESC) FROM picked) AS ord,
          ${texts} AS texts, ${outputs.join(", ")}${more}`,
      params: this.params,
    };
  }

  private withThreads(bring: "threads" | "roots"): string {
    this.parts.push(
      "roots AS (SELECT DISTINCT CASE WHEN rootid = '' THEN id ELSE rootid END AS id FROM picked)",
      "threaded AS (SELECT r.id FROM roots r WHERE (SELECT true FROM threads t WHERE t.postid = r.id))",
    );
    const extra = (
      roots: string,
      where: string,
    ) => `SELECT x.* FROM ${roots} r CROSS JOIN LATERAL (SELECT p.* FROM posts p
      WHERE ${where} LIMIT ${MAX_EXTRA}) x WHERE NOT EXISTS (SELECT 1 FROM picked k WHERE k.id = x.id) LIMIT ${MAX_EXTRA}`;
    const root = extra("roots", "p.id = r.id AND p.deleteat = 0");
    const replies = extra("threaded", `${liveReplies("p", "r.id")} ORDER BY p.rootid, p.deleteat`);
    this.parts.push(
      `wanted AS (SELECT * FROM picked UNION ALL (${root})${bring === "threads" ? ` UNION ALL (${replies})` : ""})`,
    );
    return "wanted";
  }

  newest(): void {
    this.parts.push(`newest AS (SELECT coalesce((SELECT p.updateat FROM posts p WHERE ${this.bounded}
      ORDER BY p.channelid DESC, p.updateat DESC LIMIT 1), 0) AS at)`);
  }
}

const brings = ({ collapsed, fetchThreads }: ListShape) =>
  !collapsed && fetchThreads ? "threads" : "nothing";

export interface PageWindow {
  before?: string;
  after?: string;
  offset: number;
  limit: number;
  /** The channel's newest update_at that the client has seen: where it still is the newest, no texts are read. */
  seen?: number;
}

/** One page of a channel, or of what lies before or after a post. */
export function pageStatement(
  shape: ListShape,
  { before, after, offset, limit, seen }: PageWindow,
): Statement {
  const b = new Builder(shape);
  b.newest();
  const anchor = before ?? after;
  const way = after ? "ASC" : "DESC";
  let where = b.within();
  if (anchor) {
    b.parts.push(`anchor AS (SELECT createat, id FROM posts WHERE id = ${b.p(anchor, "varchar")})`);
    where = b.beyond("anchor", after ? ">" : "<");
  }
  b.parts.push(`picked AS (SELECT p.* FROM posts p WHERE ${where}
    ${b.order(way)} LIMIT ${b.p(limit, "int")} OFFSET ${b.p(offset, "bigint")})`);
  return b.finish({
    next: anchor !== undefined || offset > 0,
    prev: true,
    newest: true,
    bring: brings(shape),
    ...(seen === undefined ? {} : { known: `(SELECT at FROM newest) = ${b.p(seen, "bigint")}` }),
  });
}

/** What changed after `since`, deleted posts included; replies bring their roots along (semantics 4.1). */
export function sinceStatement(shape: ListShape, since: number): Statement {
  const b = new Builder(shape);
  const roots = shape.collapsed ? " AND p.rootid = ''" : "";
  b.parts.push(`picked AS (SELECT p.* FROM posts p WHERE ${b.bounded} AND p.updateat > ${b.p(since, "bigint")} AND p.originalid = ''${roots}
    ORDER BY p.channelid DESC, p.updateat DESC LIMIT ${MAX_SINCE})`);
  return b.finish({ next: false, prev: false, newest: false, bring: shape.collapsed ? "nothing" : "roots" });
}

/** How many posts around the first unread one are listed: up to `before` older ones, and it with what follows, `after` in all. */
export interface Around {
  before: number;
  after: number;
}

/** The posts around the first one that the viewer has not seen; the newest ones where there is none (semantics 4.3). */
export function unreadStatement(shape: ListShape, around: Around): Statement {
  return unread(new Builder(shape), shape, around);
}

function unread(b: Builder, { viewer, ...shape }: ListShape, { before, after }: Around): Statement {
  b.newest();
  const limit = b.p(before, "int");
  b.parts.push(
    `seen AS (SELECT m.lastviewedat AS at FROM channelmembers m
      WHERE m.channelid = ${b.channel} AND m.userid = ${b.p(viewer, "varchar")} AND m.lastviewedat > 0)`,
    `first AS (SELECT p.createat, p.id FROM posts p WHERE ${b.within("p.createat > (SELECT at FROM seen)")} ${b.order("ASC")} LIMIT 1)`,
    `picked AS ((SELECT p.* FROM posts p WHERE ${b.within()} AND NOT EXISTS (SELECT 1 FROM first) ${b.order("DESC")} LIMIT ${limit})
      UNION ALL (SELECT p.* FROM posts p WHERE ${b.beyond("first", "<")} ${b.order("DESC")} LIMIT ${limit})
      UNION ALL (SELECT p.* FROM posts p WHERE ${b.beyond("first", ">=")} ${b.order("ASC")} LIMIT ${b.p(after, "int")}))`,
  );
  return b.finish({
    next: true,
    prev: true,
    newest: true,
    bring: brings({ viewer, ...shape }),
    more: ", EXISTS (SELECT 1 FROM first) AS unread",
  });
}

/**
 * The same for the channel of `shape` and for the viewer's other unread channels of the same sidebar, unless those are more
 * than `most`: a row each, with its channel's id.
 */
export function unreadsStatement(shape: ListShape, around: Around, teamId: string, most: number): Statement {
  const b = new Builder(shape, "asked.id");
  const each = unread(b, shape, around);
  const channel = b.p(shape.channelId, "varchar");
  const counted = shape.collapsed
    ? "coalesce(c.totalmsgcountroot, 0) > coalesce(m.msgcountroot, 0)"
    : "c.totalmsgcount > m.msgcount";
  return {
    text: `WITH mine AS (
        SELECT m.channelid AS id FROM channelmembers m ${channelOf("m.channelid")}
        WHERE m.userid = ${b.p(shape.viewer, "varchar")} AND c.deleteat = 0 AND c.teamid IN ('', ${b.p(teamId, "varchar")})
          AND m.channelid <> ${channel} AND ${counted} LIMIT ${b.p(most + 1, "int")}),
      asked AS (SELECT ${channel} AS id UNION ALL SELECT id FROM mine WHERE (SELECT count(*) FROM mine) <= ${b.p(most, "int")})
      SELECT asked.id AS channel_id, list.* FROM asked CROSS JOIN LATERAL (${each.text}) list`,
    params: b.params,
  };
}
