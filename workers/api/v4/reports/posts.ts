import { z } from "zod";
import { requireSystem } from "../../../access/permissions.ts";
import { type PostReport, postsReport } from "../../../actions/reports/posts.ts";
import { badBody } from "../../../errors/app-error.ts";
import { route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";

const absent = <T extends z.ZodType>(type: T) => type.nullish().transform((value) => value ?? undefined);
const flag = absent(z.boolean());
const TIMES = ["create_at", "update_at"] as const;

const body = z.object({
  channel_id: z.string(),
  cursor: absent(z.string().max(512)),
  start_time: absent(z.int().nonnegative()),
  time_field: absent(z.enum(TIMES)),
  sort_direction: absent(z.enum(["asc", "desc"])),
  per_page: absent(z.int().min(1).max(1_000)),
  include_deleted: flag,
  exclude_system_posts: flag,
  include_metadata: flag,
});

/** What a cursor holds: which list it goes on in, and behind which post. */
const place = z.tuple([
  z.enum(TIMES),
  z.boolean(),
  z.boolean(),
  z.boolean(),
  z.int().nonnegative(),
  z.string().refine(isId),
]);

const cursorOf = ({ timeField, descending, deleted, excludeSystem }: PostReport, at: number, id: string) =>
  btoa(JSON.stringify([timeField, descending, deleted, excludeSystem, at, id]));

/** What a cursor says. Throws 400. */
function placeOf(cursor: string): z.infer<typeof place> {
  try {
    return place.parse(JSON.parse(atob(cursor)));
  } catch {
    throw badBody("cursor");
  }
}

/** A page with a cursor goes on in the cursor's order: the body's is that of the first page only. */
function reportOf(asked: z.infer<typeof body>): PostReport {
  const common = { channelId: asked.channel_id, perPage: asked.per_page ?? 100 };
  if (asked.cursor) {
    const [timeField, descending, deleted, excludeSystem, at, id] = placeOf(asked.cursor);
    return { ...common, timeField, descending, deleted, excludeSystem, after: { at, id } };
  }
  return {
    ...common,
    timeField: asked.time_field ?? "create_at",
    descending: asked.sort_direction === "desc",
    deleted: asked.include_deleted ?? false,
    excludeSystem: asked.exclude_system_posts ?? false,
    start: asked.start_time,
  };
}

/** POST /reports/posts: a channel's posts for administrators, page by page. */
export const postReport = route({
  method: "POST",
  path: "/api/v4/reports/posts",
  auth: "session",
  body,
  access: (r) => requireSystem(r, "manage_system"),
  async handle(r, rights) {
    if (!isId(r.body.channel_id)) throw badBody("channel_id");
    const report = reportOf(r.body);
    const { posts, last } = await postsReport(r.ctx, report, r.body.include_metadata ? rights : undefined);
    return { posts, next_cursor: last ? { cursor: cursorOf(report, last.at, last.id) } : null };
  },
});
