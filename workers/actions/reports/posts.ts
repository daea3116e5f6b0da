import type { Rights } from "../../access/permissions.ts";
import type { Context } from "../../context.ts";
import { fail } from "../../errors/app-error.ts";
import { POST_TEXT, type Post, postFrom } from "../../model/post.ts";
import { splitTexts, TEXT_SEPARATOR } from "../../model/post-list.ts";
import type { Param, Statement } from "../../ports/sql/sql.ts";
import { finishPage, renderPage } from "../posts/read/page.ts";

const COLUMNS = { create_at: "createat", update_at: "updateat" } as const;

export interface PostReport {
  channelId: string;
  timeField: keyof typeof COLUMNS;
  descending: boolean;
  /** Deleted posts too; earlier versions of edited ones never. */
  deleted: boolean;
  excludeSystem: boolean;
  /** ms, of the first page: posts of then and later, or earlier where `descending`. */
  start?: number | undefined;
  /** Of a further page: the last post of the page before. */
  after?: { at: number; id: string } | undefined;
  perPage: number;
}

export interface ReportedPosts {
  /** In order. */
  posts: Record<string, Post>;
  /** For `after`; undefined at the end. */
  last: { at: number; id: string } | undefined;
}

interface Row {
  known: boolean;
  texts: string | null;
  more: boolean;
  last_at: number | null;
  last_id: string | null;
}

/**
 * One page of a channel's posts in the order of their times, so that all of them are read in the end. `rights`: the metadata come along, as
 * far as these may see them. Throws 404. One query, and what the links in the posts cost where metadata are asked for.
 */
export async function postsReport(ctx: Context, report: PostReport, rights?: Rights): Promise<ReportedPosts> {
  const { text, params } = reportStatement(report);
  const [row] = await ctx.replica.query<Row>(text, params);
  if (!row!.known) throw fail("app.channel.get.existing.app_error");
  const { texts, more, last_at, last_id } = row!;
  return {
    posts: rights ? await withMetadata(ctx, rights, texts) : withoutMetadata(texts),
    last: more ? { at: last_at!, id: last_id! } : undefined,
  };
}

/** The bounds name all columns of an index, as in posts/read/list-sql.ts: a page costs what it holds. */
export function reportStatement(report: PostReport): Statement {
  const { channelId, timeField, descending, deleted, excludeSystem, start, after, perPage } = report;
  const params: Param[] = [];
  const param = (value: Param, type: string) => `$${params.push(value)}::${type}`;
  const channel = param(channelId, "varchar");
  const limit = param(perPage, "int");
  const column = COLUMNS[timeField];
  const [way, sign] = descending ? ["DESC", "<"] : ["ASC", ">"];
  const conditions = [`p.channelid >= ${channel} AND p.channelid <= ${channel} AND p.originalid = ''`];
  const from = after?.at ?? start;
  if (from !== undefined) conditions.push(`p.${column} ${sign}= ${param(from, "bigint")}`);
  if (after)
    conditions.push(
      `(p.${column}, p.id) ${sign} (${param(after.at, "bigint")}, ${param(after.id, "varchar")})`,
    );
  if (excludeSystem) conditions.push("p.type NOT LIKE 'system\\_%'");
  const picks = (more: string, columns: string[]) =>
    `(SELECT p.* FROM posts p WHERE ${[...conditions, more].filter(Boolean).join(" AND ")}
      ORDER BY ${columns.map((name) => `p.${name} ${way}`).join(", ")} LIMIT ${limit} + 1)`;
  const live = "p.deleteat >= 0 AND p.deleteat <= 0";
  // By creation, live posts have an index, and the few deleted ones are read apart.
  const sources =
    timeField === "update_at"
      ? [picks(deleted ? "" : live, ["channelid", "updateat", "id"])]
      : [
          picks(live, ["channelid", "deleteat", "createat", "id"]),
          ...(deleted ? [picks("p.deleteat > 0", ["createat", "id"])] : []),
        ];
  const order = (alias: string) => `ORDER BY ${alias}.${column} ${way}, ${alias}.id ${way}`;
  return {
    text: `WITH picked AS (SELECT * FROM (${sources.join(" UNION ALL ")}) s ${order("s")} LIMIT ${limit} + 1),
      page AS (SELECT * FROM picked k ${order("k")} LIMIT ${limit}),
      last AS (SELECT ${column} AS at, id FROM page ORDER BY ${column} ${descending ? "ASC" : "DESC"}, id ${descending ? "ASC" : "DESC"} LIMIT 1)
      SELECT EXISTS (SELECT FROM channels WHERE id = ${channel}) AS known, (SELECT count(*) FROM picked) > ${limit} AS more,
        (SELECT at FROM last) AS last_at, (SELECT id FROM last) AS last_id,
        (SELECT string_agg(${POST_TEXT}, ${TEXT_SEPARATOR} ${order("p")}) FROM ${postFrom("page")}) AS texts`,
    params,
  };
}

async function withMetadata(ctx: Context, rights: Rights, texts: string | null) {
  const head = { order: [], next: "", prev: "" };
  const page = await finishPage(ctx, head, splitTexts(texts), { collapsed: false, extended: false });
  const list = JSON.parse(await renderPage(ctx, rights, page, new Set())) as { posts: Record<string, Post> };
  return list.posts;
}

function withoutMetadata(texts: string | null): Record<string, Post> {
  const posts = splitTexts(texts).map(({ text }) => ({ ...(JSON.parse(text) as Post), metadata: {} }));
  return Object.fromEntries(posts.map((post) => [post.id, post]));
}
