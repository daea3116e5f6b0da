// Users that post steadily through NGINX; what gets no good answer is sent again with the same pending_post_id.

import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Acknowledged {
  id: string;
  channel: string;
  user: string;
  at: number;
  tries: number;
  /** ms from the first attempt. */
  took: number;
}

export interface Posters {
  acknowledged: Acknowledged[];
  /** Answers that were none, or not 201. */
  failures: { at: number; reason: string }[];
  stop(): Promise<void>;
}

export interface PostersOptions {
  url: string;
  users: { id: string; token: string }[];
  channels: string[];
  /** Posts per second of all together. */
  rate: number;
  /** Each at random times, as people are, instead of evenly spaced. */
  random?: boolean;
}

export function startPosters({ url, users, channels, rate, random }: PostersOptions): Posters {
  const agent = new Agent({ keepAlive: true });
  const posters: Posters = { acknowledged: [], failures: [], stop: async () => {} };
  let ended = false;
  const everyMs = (users.length * 1_000) / rate;
  const poster = async (user: { id: string; token: string }, n: number) => {
    await sleep((n * everyMs) / users.length);
    for (let count = 0; !ended; count++) {
      const began = Date.now();
      const channel = channels[(n + count) % channels.length]!;
      const pending = `${user.id}:${began}${n}`;
      const body = JSON.stringify({
        channel_id: channel,
        message: `post ${count} of ${n}`,
        pending_post_id: pending,
      });
      for (let tries = 1; ; tries++) {
        const answer = await post(agent, url, user.token, body);
        if (answer.status === 201) {
          posters.acknowledged.push({
            id: JSON.parse(answer.text).id,
            channel,
            user: user.id,
            at: Date.now(),
            tries,
            took: Date.now() - began,
          });
          break;
        }
        posters.failures.push({ at: Date.now(), reason: `${answer.status} ${answer.text.slice(0, 160)}` });
        if (tries > 200) throw new Error(`A post was refused for too long: ${answer.text}`);
        await sleep(150);
      }
      const pauseMs = random ? -Math.log(1 - Math.random()) * everyMs : everyMs;
      await sleep(Math.max(0, pauseMs - (Date.now() - began)));
    }
  };
  const all = Promise.all(users.map(poster));
  posters.stop = async () => {
    ended = true;
    await all;
    agent.destroy();
  };
  return posters;
}

export function post(
  agent: Agent,
  url: string,
  token: string,
  body: string,
): Promise<{ status: number; text: string }> {
  return new Promise((done) => {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const failed = (error: unknown) => done({ status: 0, text: `${error}` });
    const outgoing = request(
      `${url}/api/v4/posts`,
      { agent, method: "POST", headers, timeout: 15_000 },
      (response) => {
        let text = "";
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => done({ status: response.statusCode!, text }));
        response.on("error", failed);
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within 15 s")));
    outgoing.on("error", failed);
    outgoing.end(body);
  });
}
