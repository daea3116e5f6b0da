/** An answer other than a plain 200 with JSON of the returned value. */
export class Reply {
  readonly body: BodyInit | null;
  readonly status: number | undefined;
  readonly headers: Record<string, string> | undefined;
  readonly cookies: string[];
  /** A finished response (an upgraded WebSocket), answered as it is. */
  response: Response | undefined;

  static passed(response: Response): Reply {
    const reply = new Reply(null);
    reply.response = response;
    return reply;
  }

  constructor(body: BodyInit | null, init: ReplyInit = {}) {
    this.body = body;
    this.status = init.status;
    this.headers = init.headers;
    this.cookies = init.cookies ?? [];
  }
}

export interface ReplyInit {
  status?: number;
  headers?: Record<string, string>;
  cookies?: string[];
}

export const OK = { status: "OK" };

/** JSON of `value`. */
export function json(value: unknown, init: ReplyInit = {}): Reply {
  return new Reply(JSON.stringify(value), init);
}

/** Text that already is JSON. */
export function rawJson(text: string, init: ReplyInit = {}): Reply {
  return new Reply(text, init);
}

/** An empty 304; the caller sends the same ETag as with the body. */
export function notModified(etag: string, headers: Record<string, string> = {}): Reply {
  return new Reply(null, { status: 304, headers: { ...headers, ETag: etag } });
}
