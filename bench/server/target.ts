import type { Base } from "../http/http-client.ts";
import type { Credentials } from "../options.ts";

export interface BenchUser {
  id: string;
  username: string;
  password: string;
  /** The Authorization header line. */
  auth: string;
}

/** A prepared server. */
export interface Target {
  label: string;
  base: Base;
  admin: Credentials;
  version: string;
  teamId: string;
  /** All `--members` are in it. */
  mainChannelId: string;
  /** Every logged-in member is in each. */
  pageChannelIds: string[];
  /** Logged in. */
  users: BenchUser[];
  /** Those of `users` that are in the main channel. */
  members: BenchUser[];
  /** Marks what this run posted: lower-case letters and digits. */
  runId: string;
}

export const authLine = (token: string): string => `Authorization: Bearer ${token}\r\n`;
