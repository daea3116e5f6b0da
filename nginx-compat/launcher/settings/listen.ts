import { StartError } from "../errors.ts";

export interface Listen {
  /** "*" is every interface. */
  host: string;
  /** 0 asks for any free port. */
  port: number;
}

/** What "host:port" or ":port" says; `what` names the setting. Throws StartError. */
export function listenAddress(address: string, what: string): Listen {
  const [, host, digits] = /^(.*):([^:\]]+)$/.exec(address) ?? [];
  if (digits === undefined) throw new StartError(`${what} is not host:port: "${address}"`);
  return { host: host || "*", port: portNumber(digits, `The port in ${what}`) };
}

export function portNumber(text: string, what: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new StartError(`${what} must be a number from 0 to 65535, not "${text}"`);
  return port;
}
