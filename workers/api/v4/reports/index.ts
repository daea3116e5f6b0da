import { requireSystem } from "../../../access/permissions.ts";
import {
  countUsers,
  SORT_COLUMNS,
  type UserFilter,
  type UserPage,
  usersReport,
} from "../../../actions/reports/users.ts";
import { badUrl } from "../../../errors/app-error.ts";
import type { Req } from "../../../http/request.ts";
import { type Route, route } from "../../../http/route.ts";
import { isId } from "../../../model/id.ts";
import { postReport } from "./posts.ts";

const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;
const MAX_TERM = 128;
const MONTH_MS = 30 * 86_400_000;

const access = (r: Req<any>) => requireSystem(r, "sysconsole_read_user_management_users");

/** One of `values`, or the first of them where absent. Throws 400. */
function choice<const T extends string>(r: Req<any>, name: string, values: readonly T[]): T {
  const value = r.text(name) || values[0]!;
  if (!values.includes(value as T)) throw badUrl(name);
  return value as T;
}

function filterOf(r: Req<any>): UserFilter {
  const team = r.text("team_filter");
  if (team && !isId(team)) throw badUrl("team_filter");
  const hideActive = r.bool("hide_active");
  const hideInactive = r.bool("hide_inactive");
  if (hideActive && hideInactive) throw badUrl("hide_active");
  const term = r.text("search_term").trim().replace(/^@/, "");
  if (term.length > MAX_TERM) throw badUrl("search_term");
  return {
    role: r.text("role_filter").slice(0, 64),
    team,
    noTeam: r.bool("has_no_team"),
    hideActive,
    hideInactive,
    guests: choice(r, "guest_filter", ["", "all", "single_channel", "multi_channel"]),
    term,
  };
}

function pageOf(r: Req<any>): UserPage {
  const size = r.int("page_size", DEFAULT_PAGE);
  if (size < 1 || size > MAX_PAGE) throw badUrl("page_size");
  const sort = choice(r, "sort_column", Object.keys(SORT_COLUMNS) as UserPage["sort"][]);
  const id = r.text("from_id");
  const value = r.text("from_column_value");
  if (id && !isId(id)) throw badUrl("from_id");
  if (id && sort === "CreateAt" && !/^\d{1,15}$/.test(value)) throw badUrl("from_column_value");
  const back = choice(r, "direction", ["next", "prev"]) === "prev";
  const descending = choice(r, "sort_direction", ["asc", "desc"]) === "desc";
  return { sort, descending, size, cursor: id ? { value, id, back } : undefined, ...rangeOf(r) };
}

/** The time of the activity that is counted. */
function rangeOf(r: Req<any>): { from: number; to: number } {
  const now = new Date();
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  // Days count as a whole, today's included.
  const to = now.getTime() + 86_400_000;
  switch (choice(r, "date_range", ["all_time", "last_30_days", "previous_month", "last_6_months"])) {
    case "last_30_days":
      return { from: now.getTime() - MONTH_MS, to };
    case "previous_month":
      return { from: Date.UTC(year, month - 1, 1), to: Date.UTC(year, month, 1) };
    case "last_6_months":
      return { from: Date.UTC(year, month - 6, now.getUTCDate()), to };
    default:
      return { from: 0, to };
  }
}

export const reports: Route[] = [
  postReport,
  route({
    method: "GET",
    path: "/api/v4/reports/users",
    auth: "session",
    access,
    handle: (r) => usersReport(r.ctx, filterOf(r), pageOf(r)),
  }),
  route({
    method: "GET",
    path: "/api/v4/reports/users/count",
    auth: "session",
    access,
    handle: (r) => countUsers(r.ctx, filterOf(r)),
  }),
];
