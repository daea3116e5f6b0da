// A push proxy on loopback that takes nothing but what the real one and the apps understand.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Push {
  type: string;
  platform: string;
  device_id: string;
  [key: string]: unknown;
}

export interface PushProxy {
  url: string;
  pushes: Push[];
  acks: Record<string, unknown>[];
  /** What was wrong with requests. */
  faults: string[];
  /** The next push that no earlier call has returned. */
  next(match: (push: Push) => boolean): Promise<Push>;
  stop(): Promise<void>;
}

const TEXT = [
  "ack_id",
  "platform",
  "server_id",
  "device_id",
  "post_id",
  "category",
  "sound",
  "message",
  "channel_id",
  "team_id",
  "root_id",
  "channel_name",
  "type",
  "sender_id",
  "sender_name",
  "override_username",
  "override_icon_url",
  "from_webhook",
  "version",
  "signature",
  "sub_type",
];
const FLAGS = ["is_crt_enabled", "is_id_loaded"];
const TYPES = ["message", "clear", "update_badge", "session", "test"];

function faultOf(push: Record<string, unknown>): string | undefined {
  for (const [key, value] of Object.entries(push)) {
    const kind = TEXT.includes(key) ? "string" : FLAGS.includes(key) ? "boolean" : "";
    if (key === "badge" ? !Number.isInteger(value) || (value as number) < 0 : typeof value !== kind)
      return `${key} is ${JSON.stringify(value)}`;
  }
  for (const key of ["ack_id", "platform", "server_id", "device_id", "version", "signature"])
    if (!push[key]) return `${key} is missing`;
  if (String(push.platform).includes(":")) return "the platform holds a colon";
  return TYPES.includes(String(push.type)) ? undefined : `type ${push.type}`;
}

/** Devices whose token begins with "gone" are; with "fail", the proxy fails. */
export async function pushProxy(): Promise<PushProxy> {
  const pushes: Push[] = [];
  const acks: Record<string, unknown>[] = [];
  const faults: string[] = [];
  const taken = new Set<Push>();
  let wake: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    const answer = (status: number, value: unknown) =>
      response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    if (request.method !== "POST" || request.headers["content-type"] !== "application/json")
      faults.push(`${request.method} ${request.headers["content-type"]}`);
    if (request.url === "/api/v1/ack") {
      acks.push(body);
      return answer(200, { status: "OK" });
    }
    if (request.url !== "/api/v1/send_push") {
      faults.push(String(request.url));
      return answer(404, {});
    }
    const fault = faultOf(body);
    if (fault) faults.push(fault);
    const token = body.device_id as string;
    if (token.startsWith("gone")) answer(200, { status: "REMOVE" });
    else if (token.startsWith("fail")) answer(200, { status: "FAIL", error: "no" });
    else answer(200, { status: "OK" });
    pushes.push(body);
    for (const check of wake) check();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pushes,
    acks,
    faults,
    next(match) {
      return new Promise((done, fail) => {
        const timer = setTimeout(
          () => fail(new Error(`no such push; there are: ${JSON.stringify(pushes)}`)),
          20_000,
        );
        const check = () => {
          const found = pushes.find((push) => !taken.has(push) && match(push));
          if (!found) return;
          taken.add(found);
          clearTimeout(timer);
          wake = wake.filter((other) => other !== check);
          done(found);
        };
        wake.push(check);
        check();
      });
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
