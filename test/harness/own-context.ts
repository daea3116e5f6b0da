// A Context of the test's own on a node's database: for actions that a node does by itself, run here.

import postgres from "postgres";
import { vi } from "vitest";
import { loadConfig } from "../../workers/config/load.ts";
import type { Context } from "../../workers/context.ts";
import type { Bundle } from "../../workers/events/envelope.ts";
import type { Param, Statement } from "../../workers/ports/sql/sql.ts";

/** As the node's own: JSON parameters are text that is JSON already. */
const types = {
  json: { to: 3802, from: [114, 3802], serialize: (text: unknown) => text, parse: JSON.parse },
  bigint: { to: 20, from: [20], serialize: String, parse: Number },
};

export interface OwnContexts {
  /** What is published is kept; a statement that `refuse` throws for is not run. */
  context(published: Bundle[], refuse?: (text: string) => void): Context;
  end(): Promise<void>;
}

export function ownContexts(node: { databaseUrl: string }): OwnContexts {
  const own = postgres(node.databaseUrl, { max: 2, types: types as never, onnotice: () => {} });
  const { config } = loadConfig({ file: {}, environment: {} });
  return {
    context(published, refuse = () => {}) {
      const query = async (text: string, params: Param[] = []) => {
        refuse(text);
        return [...(await own.unsafe(text, params as never))];
      };
      const batch = (statements: Statement[]) =>
        own.begin(async (tx) => {
          const results: unknown[] = [];
          for (const { text, params = [] } of statements)
            results.push([...(await tx.unsafe(text, params as never))]);
          return results;
        });
      return {
        config,
        sql: { query, shared: (_: string, text: string, params?: Param[]) => query(text, params), batch },
        mail: { configured: false },
        bus: { publish: async (bundle: Bundle) => void published.push(bundle) },
        background: () => undefined,
      } as unknown as Context;
    },
    end: () => own.end(),
  };
}

/**
 * Runs `work` here as if it were `ms` later. What becomes due only then is not taken by the node itself meanwhile, which
 * looks once a minute, by the right time.
 */
export async function laterBy<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const now = Date.now;
  const moved = vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
  try {
    return await work();
  } finally {
    moved.mockRestore();
  }
}
