import type { Statement } from "./sql.ts";

/**
 * The first statement of a batch whose next one looks before it writes, where no row or index stands for what it looks at:
 * batches that lock the same name wait for each other, and each sees what the one before has written.
 */
export const lock = (name: string): Statement => ({
  text: "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text AS locked",
  params: [name],
});
