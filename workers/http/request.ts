import type { Identity } from "../access/identity.ts";
import type { Context } from "../context.ts";
import { AppError, badBody, badUrl, fail } from "../errors/app-error.ts";
import { isId } from "../model/id.ts";
import { parseJson } from "./json.ts";

const PAGE_SIZE = 60;
const MAX_PAGE_SIZE = 200;
const TRUE = new Set(["1", "t", "T", "true", "TRUE", "True"]);

/** One request on its way through a route. */
export class Req<B = unknown> {
  /** As it came; with its body in memory where its length was not announced. */
  raw: Request;
  readonly ctx: Context;
  readonly id: string;
  /** Undefined only where the route's auth is "optional". */
  identity: Identity | undefined;
  body!: B;
  readonly path: Record<string, string>;
  private search: URLSearchParams | undefined;

  constructor(raw: Request, ctx: Context, id: string, path: Record<string, string>) {
    this.raw = raw;
    this.ctx = ctx;
    this.id = id;
    this.path = path;
  }

  get me(): Identity {
    if (!this.identity) throw fail("api.context.session_expired.app_error");
    return this.identity;
  }

  get userId(): string {
    return this.me.user.id;
  }

  header(name: string): string {
    return this.raw.headers.get(name) ?? "";
  }

  get query(): URLSearchParams {
    if (!this.search) {
      const start = this.raw.url.indexOf("?");
      this.search = new URLSearchParams(start < 0 ? "" : this.raw.url.slice(start + 1));
    }
    return this.search;
  }

  /** A path parameter that is an id; `me` stands for the session's user (http-conventions 4.1). */
  param(name: string): string {
    const value = this.path[name] ?? "";
    if (value === "me" && name === "user_id") return this.userId;
    if (!isId(value)) throw badUrl(name);
    return value;
  }

  /** "" where absent. */
  text(name: string): string {
    return this.query.get(name) ?? "";
  }

  bool(name: string, absent = false): boolean {
    const value = this.query.get(name);
    return value === null || value === "" ? absent : TRUE.has(value);
  }

  /** A whole number; absent, empty or unparsable gives `absent`. */
  int(name: string, absent = 0): number {
    const value = this.query.get(name);
    return value !== null && /^-?\d{1,15}$/.test(value) ? Number(value) : absent;
  }

  /** `page` and `per_page` with their defaults and caps (http-conventions 4.2). */
  get page(): { page: number; perPage: number; offset: number } {
    const page = Math.max(this.int("page"), 0);
    const asked = this.int("per_page", PAGE_SIZE);
    const perPage = asked < 0 ? PAGE_SIZE : Math.min(asked, MAX_PAGE_SIZE);
    return { page, perPage, offset: page * perPage };
  }

  /** The body as JSON of any shape; for the few routes whose body no schema describes. */
  async json(): Promise<unknown> {
    const text = await this.raw.text();
    try {
      return parseJson(text);
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw badBody("body");
    }
  }

  get secure(): boolean {
    return this.header("x-forwarded-proto") === "https" || this.raw.url.startsWith("https:");
  }

  get clientAddress(): string {
    return (
      this.header("cf-connecting-ip") ||
      this.header("x-real-ip") ||
      this.header("x-forwarded-for").split(",")[0]!.trim()
    );
  }
}
