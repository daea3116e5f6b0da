// Requests through NGINX, sustained, over connections that stay open.

import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Failure {
  method: string;
  id: string;
  reason: string;
  at: number;
}

export interface Load {
  /** By method. */
  counts: Record<string, number>;
  failures: Failure[];
  /** Answers by node. */
  nodes: Record<string, number>;
  stop(): Promise<void>;
}

/** `clients` at once, each one request after the other; every request has an id of its own. */
export function startLoad(
  url: string,
  clients: number,
  methods: string[],
  { prefix = "load", pauseMs = 5 } = {},
): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const load: Load = { counts: {}, failures: [], nodes: {}, stop: async () => {} };
  let ended = false;
  let next = 0;
  const client = async (n: number) => {
    while (!ended) {
      const method = methods[next % methods.length]!;
      const id = `${prefix}-${method}-${next++}`;
      try {
        const { status, text } = await send(
          agent,
          `${url}/api/v4/work?id=${id}`,
          method,
          "x".repeat(200 + (n % 7) * 3_000),
        );
        load.counts[method] = (load.counts[method] ?? 0) + 1;
        if (status !== 200) throw new Error(`${status} ${text.slice(0, 200)}`);
        const { node } = method === "HEAD" ? { node: "?" } : JSON.parse(text);
        load.nodes[node] = (load.nodes[node] ?? 0) + 1;
      } catch (error) {
        load.failures.push({ method, id, reason: `${error}`, at: Date.now() });
      }
      await sleep(pauseMs);
    }
  };
  const all = Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
  load.stop = async () => {
    ended = true;
    await all;
    agent.destroy();
  };
  return load;
}

export function send(
  agent: Agent,
  url: string,
  method: string,
  body: string,
): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const hasBody = !/^(GET|HEAD|DELETE)$/.test(method);
    const headers = hasBody ? { "content-length": Buffer.byteLength(body) } : {};
    const outgoing = request(url, { agent, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => done({ status: response.statusCode!, text }));
      response.on("error", fail);
    });
    outgoing.on("error", fail);
    outgoing.end(hasBody ? body : undefined);
  });
}
