import type { Req } from "../../http/request.ts";
import { newId } from "../../model/id.ts";
import type { Param, Statement } from "../../ports/sql/sql.ts";
import { truncateBytes } from "../../text/clean.ts";

/**
 * Values of one row of `audits` (semantics 24.2), for AUDIT_COLUMNS. `extra` says what happened and holds no secrets;
 * `userId` is whom it concerns, by default the session's user.
 */
export function auditValues(r: Req<any>, extra: string, userId = r.identity?.user.id ?? ""): Param[] {
  const path = new URL(r.raw.url).pathname;
  const session = r.identity?.session.id ?? "";
  return [
    newId(),
    Date.now(),
    userId,
    path.slice(0, 512),
    truncateBytes(extra, 1_024),
    r.clientAddress.slice(0, 64),
    session,
  ];
}

/** The statement that writes one audits row; `first` is the number of its first parameter. */
export function insertAudit(first: number): string {
  const values = Array.from({ length: 7 }, (_, i) => `$${first + i}${i === 1 ? "::bigint" : "::text"}`).join(
    ", ",
  );
  return `INSERT INTO audits (id, createat, userid, action, extrainfo, ipaddress, sessionid) VALUES (${values})`;
}

/** The same for a batch: written with what it tells of, or not at all. */
export function auditStatement(r: Req<any>, extra: string, userId?: string): Statement {
  return { text: insertAudit(1), params: auditValues(r, extra, userId) };
}

/** Writes an audits row after the answer. */
export function audit(r: Req<any>, extra: string, userId?: string): void {
  const { text, params } = auditStatement(r, extra, userId);
  r.ctx.background(r.ctx.sql.query(text, params));
}
