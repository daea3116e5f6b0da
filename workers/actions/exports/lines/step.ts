import type { Param } from "../../../ports/sql/sql.ts";
import type { ExportOptions } from "../options.ts";

/** Lines of one type. */
export interface Step {
  /** The step's share of the lines ends here, percent. */
  until: number;
  /** Gives `k` (text key, ascending from $1) and `line` (JSON of a line); $2: rows of a page. */
  sql: string;
  /** From $3 on. */
  params?: Param[];
  /** What SQL leaves to do on a line's contents. */
  shape?: (line: Record<string, any>) => void;
}

/** Channels `c` that are exported. */
export const channelsOf = ({ archived }: Pick<ExportOptions, "archived">): string =>
  archived ? "true" : "c.deleteat = 0";

/** A line without its nulls. */
export const lineOf = (type: string, fields: string): string =>
  `json_strip_nulls(json_build_object('type', '${type}', '${type}', json_build_object(${fields})))::text AS line`;

/** Where a user's picture is in the store, and in data/ of an archive. */
export const picture = (u: string, { pictures }: Pick<ExportOptions, "pictures">): string =>
  pictures
    ? `'profile_image', CASE WHEN ${u}.lastpictureupdate > 0 THEN 'users/' || ${u}.id || '/profile.png' END,`
    : "";

/** Roles of a membership as one text, `scope`: team or channel. */
export const memberRoles = (m: string, scope: string): string =>
  `concat_ws(' ', nullif(${m}.roles, ''), CASE WHEN ${m}.schemeguest THEN '${scope}_guest' END, CASE WHEN ${m}.schemeuser THEN '${scope}_user' END,
    CASE WHEN ${m}.schemeadmin THEN '${scope}_admin' END)`;

/** What a member has read and wants to hear of. */
export const reading = (m: string): string =>
  `'notify_props', ${m}.notifyprops, 'mention_count', ${m}.mentioncount, 'mention_count_root', ${m}.mentioncountroot,
  'urgend_mention_count', nullif(${m}.urgentmentioncount, 0), 'msg_count', ${m}.msgcount, 'msg_count_root', ${m}.msgcountroot,
  'last_viewed_at', ${m}.lastviewedat`;
