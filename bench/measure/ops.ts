import { setTimeout as sleep } from "node:timers/promises";
import { label } from "../failure.ts";
import { refusal } from "../http/api.ts";
import type { HttpConnection } from "../http/http-client.ts";
import type { Reply } from "../http/http-parser.ts";
import type { BenchUser, Target } from "../server/target.ts";
import type { Meter } from "./meter.ts";

/** One request of an everyday client. */
export interface Op {
  method: "GET" | "POST";
  path: string;
  /** Absent: the user's own session. */
  anonymous?: boolean;
  /** Counted under this name too. */
  kind?: string;
  body?: string;
}

const TEXT =
  "The quarterly numbers are in: sign-ups are up, support load is flat, and the next release is on track.";
let pendingIds = Date.now() * 1000;

/** `user` must be a member; the pending_post_id is unique to this process and, by time, to the run. */
export function postBody(user: BenchUser, channelId: string, mark: string): string {
  const pending = `${user.id}:${pendingIds++}`;
  // Ids and marks need no escaping.
  return `{"channel_id":"${channelId}","message":"${mark} ${TEXT}","pending_post_id":"${pending}"}`;
}

export const ops = {
  post: (t: Target, user: BenchUser, mark = "Hello."): Op => ({
    method: "POST",
    path: "/api/v4/posts",
    body: postBody(user, t.mainChannelId, mark),
  }),
  page: (t: Target, n: number): Op => ({
    method: "GET",
    path: `/api/v4/channels/${t.pageChannelIds[n % t.pageChannelIds.length]}/posts?page=0&per_page=60`,
  }),
  channels: (t: Target): Op => ({ method: "GET", path: `/api/v4/users/me/teams/${t.teamId}/channels` }),
  me: (): Op => ({ method: "GET", path: "/api/v4/users/me" }),
  login: (user: BenchUser): Op => ({
    method: "POST",
    path: "/api/v4/users/login",
    anonymous: true,
    body: JSON.stringify({ login_id: user.username, password: user.password }),
  }),
  view: (t: Target, n: number): Op => ({
    method: "POST",
    path: "/api/v4/channels/members/me/view",
    body: JSON.stringify({
      channel_id: n % 2 === 0 ? t.mainChannelId : t.pageChannelIds[0],
      prev_channel_id: "",
    }),
  }),
  unread: (): Op => ({ method: "GET", path: "/api/v4/users/me/teams/unread" }),
  statuses: (t: Target, n: number): Op => ({
    method: "POST",
    path: "/api/v4/users/status/ids",
    body: JSON.stringify(Array.from({ length: 10 }, (_, i) => t.users[(n + i) % t.users.length]!.id)),
  }),
};

/** Sends `op` and counts it. A dead server must not make us spin. */
export async function perform(
  conn: HttpConnection,
  user: BenchUser,
  op: Op,
  meters: Meter[],
): Promise<Reply | null> {
  try {
    const reply = await conn.request(op.method, op.path, op.anonymous ? "" : user.auth, op.body);
    if (reply.status < 300) for (const meter of meters) meter.reply(reply);
    else for (const meter of meters) meter.fail(refusal(reply));
    return reply.status < 300 ? reply : null;
  } catch (error) {
    for (const meter of meters) meter.fail(label(error));
    await sleep(100);
    return null;
  }
}
