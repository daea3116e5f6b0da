import { BenchFailure, label } from "../failure.ts";
import { type Base, HttpConnection } from "./http-client.ts";
import type { Reply } from "./http-parser.ts";

/** What an error reply says: "404 store.sql_team.get_by_name.missing.app_error". */
export function refusal(reply: Reply): string {
  try {
    const { id, message } = JSON.parse(reply.body) as { id?: string; message?: string };
    return `${reply.status} ${id || message || ""}`.trim();
  } catch {
    return `${reply.status} ${reply.body.slice(0, 80).replace(/\s+/g, " ")}`.trim();
  }
}

/** Calls with JSON in and out for the preparation; not for measuring. */
export class Api {
  readonly base: Base;
  private readonly free: HttpConnection[] = [];

  constructor(base: Base) {
    this.base = base;
  }

  async raw(method: string, path: string, auth: string, body?: unknown): Promise<Reply> {
    const conn = this.free.pop() ?? new HttpConnection(this.base, 60_000);
    try {
      return await conn.request(method, path, auth, body === undefined ? "" : JSON.stringify(body), true);
    } catch (error) {
      throw new BenchFailure(`cannot reach ${this.base.url}: ${label(error)} (${method} ${path})`);
    } finally {
      this.free.push(conn);
    }
  }

  /** The parsed answer; any error status ends the run. */
  async call<T>(method: string, path: string, auth: string, body?: unknown): Promise<T> {
    const reply = await this.raw(method, path, auth, body);
    if (reply.status >= 300) throw this.refused(method, path, reply);
    return this.parse<T>(method, path, reply);
  }

  /** As `call`, but null on `status`. */
  async maybe<T>(
    status: number,
    method: string,
    path: string,
    auth: string,
    body?: unknown,
  ): Promise<T | null> {
    const reply = await this.raw(method, path, auth, body);
    if (reply.status === status) return null;
    if (reply.status >= 300) throw this.refused(method, path, reply);
    return this.parse<T>(method, path, reply);
  }

  refused(method: string, path: string, reply: Reply): BenchFailure {
    return new BenchFailure(`${this.base.url} refuses ${method} ${path}: ${refusal(reply)}`);
  }

  private parse<T>(method: string, path: string, reply: Reply): T {
    try {
      return JSON.parse(reply.body) as T;
    } catch {
      throw new BenchFailure(`${this.base.url} is no Mattermost: ${method} ${path} answers no JSON`);
    }
  }

  close(): void {
    for (const conn of this.free) conn.close();
  }
}

/** Runs `work` over `items`, at most `n` at once. */
export async function inPool<T>(
  items: T[],
  n: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let i = next++; i < items.length; i = next++) await work(items[i]!, i);
  };
  await Promise.all(Array.from({ length: Math.min(n, items.length) }, worker));
}

export function chunks<T>(items: T[], size: number): T[][] {
  const out: T[][] = [];
  for (let i = 0; i < items.length; i += size) out.push(items.slice(i, i + size));
  return out;
}
