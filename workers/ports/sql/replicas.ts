import type { Env } from "../../env.ts";
import { log } from "../../log/log.ts";
import type { Meter } from "../meter.ts";
import { neonSql } from "./neon.ts";
import type { Row, Sql, SqlResult, Statement } from "./sql.ts";
import { SqlError, unwrap } from "./sql.ts";

/** By URL: until when it is left alone, ms. */
const away = new Map<string, number>();
let turn = 0;

/**
 * Reads that may be a moment old, on one of `urls` (in turn), or on `master` where there are none. For statements that only
 * read. A replica that fails is left alone for `pauseMs`, and the statement runs on the master: nobody sees an error for it.
 *
 * What goes where:
 * - `SqlSettings.DataSourceSearchReplicas` (without them, DataSourceReplicas): post and file search;
 * - `SqlSettings.DataSourceReplicas`: search and autocomplete of users, search of channels, lists and search of teams and
 *   channels for administrators, analytics and user reports;
 * - the master: all else. Sessions, memberships, posts and their pages, unread counts and whatever a client fetches after
 *   an event or its own write must not be older than that.
 */
export function replicaSql(env: Env, meter: Meter, urls: string[], pauseMs: number, master: Sql): Sql {
  const run = async (statements: Statement[]): Promise<Row[][]> => {
    const now = Date.now();
    const usable = urls.filter((url) => (away.get(url) ?? 0) <= now);
    const url = usable[turn++ % usable.length];
    if (!url) return master.batch(statements);
    try {
      return await readFrom(env, meter, url, statements);
    } catch (error) {
      if (!(error instanceof SqlError) || error.code === "overload") throw error;
      // Any other error may be the replica's (recovery conflict, older schema): the master tells.
      if (error.code === "unavailable" || error.code === "unknown") {
        away.set(url, Date.now() + pauseMs);
        const msg = "a read replica does not answer";
        log.warn(msg, { error: error.message });
      }
      return master.batch(statements);
    }
  };
  const query = async <R>(text: string, params: Statement["params"] = []) =>
    (await run([{ text, params }]))[0] as R[];
  return {
    query,
    shared: (_, text, params) => query(text, params),
    batch: run,
  };
}

async function readFrom(env: Env, meter: Meter, url: string, statements: Statement[]): Promise<Row[][]> {
  if (env.PROFILE === "edge") return neonSql(url, meter, env.NEON_ENDPOINT).batch(statements);
  meter.sql++;
  meter.objects++;
  const pool = env.SQL_POOL.get(env.SQL_POOL.idFromName(`replica ${url}`));
  return unwrap((await (pool.read(url, statements) as unknown)) as SqlResult);
}
