import type { Env } from "../../../workers/env.ts";
import { Meter } from "../../../workers/ports/meter.ts";
import { createSql } from "../../../workers/ports/sql/create.ts";
import { answerCase } from "../cases.ts";
import { poolCases, restartCases } from "./pool.ts";
import type { SqlSubject } from "./subject.ts";
import { sqlCases } from "./suite.ts";

export { SqlPool } from "../../../durable/sql-pool.ts";

export default {
  fetch(request: Request, env: Env) {
    const subject = (PROFILE: Env["PROFILE"]) => (): SqlSubject => {
      const meter = new Meter();
      return { sql: createSql({ ...env, PROFILE }, meter), meter };
    };
    return answerCase(request, {
      pool: { cases: { ...sqlCases, ...poolCases, ...restartCases }, subject: subject("single") },
      neon: { cases: { ...sqlCases, ...restartCases }, subject: subject("edge") },
    });
  },
};
