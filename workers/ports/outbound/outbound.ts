/** One outgoing HTTP request. */
export interface OutboundRequest {
  /** GET where absent. */
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** For all of it: redirects and the body included. */
  timeoutMs: number;
  /** Of the body, decompressed. */
  maxBytes: number;
  /** How many redirects are followed; 0 answers the redirect itself. A POST becomes a GET at 301, 302 and 303. */
  redirects?: number;
  /** An address that an administrator configured: private addresses are allowed. */
  trusted?: boolean;
  /** Ends a longer body at `maxBytes` instead of failing with "too_large". */
  cut?: boolean;
  /** Asked while the body arrives, with all of it so far: true ends it there. */
  enough?(head: Uint8Array, headers: Headers): boolean;
}

export interface OutboundResponse {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
  /** The bytes as UTF-8. */
  text(): string;
  /** Where the answer is from, after redirects. */
  url: string;
}

/** An answer whose body is still arriving, under the same limits: past one, reading fails with an OutboundError. */
export interface OutboundStream {
  status: number;
  headers: Headers;
  body: ReadableStream<Uint8Array>;
  url: string;
}

/** Outgoing HTTP for everything that a user, an administrator or a web page may name. Both throw OutboundError. */
export interface Outbound {
  fetch(url: string, request: OutboundRequest): Promise<OutboundResponse>;
  open(url: string, request: Omit<OutboundRequest, "cut" | "enough">): Promise<OutboundStream>;
}

/**
 * "blocked": no http(s) URL without credentials, or an address that is not public. A name that resolves to none but such
 * addresses is "unreachable": the runtime does not tell it from a name that does not exist.
 */
export type OutboundReason = "blocked" | "timeout" | "too_large" | "unreachable" | "redirects";

export class OutboundError extends Error {
  override name = "OutboundError";
  readonly reason: OutboundReason;

  /** `message` names no address: it may reach a log or a user. */
  constructor(reason: OutboundReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
