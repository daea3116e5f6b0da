import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preparePostgres, stopPostgres } from "../../nginx-compat/launcher/postgres/postgres.ts";
import { DURABLE_CLASSES } from "../../nginx-compat/launcher/workerd/workerd-config.ts";
import { migrate } from "../../schema/migrate.ts";
import { newId } from "../../workers/model/id.ts";
import { TestSocket } from "../harness/socket.ts";
import { type BulkUser, database, insertChannel, insertUsers } from "../harness/sql.ts";
import { startNeonEndpoint } from "../ports/sql/neon-endpoint.ts";
import { startWorker } from "../ports/workerd.ts";

/** The edge profile in workerd: objects rest as Cloudflare's do, the database is reached over Neon's HTTP protocol. */
export interface Edge {
  url: string;
  sql: ReturnType<typeof database>;
  /** Members of `channel`. */
  users: BulkUser[];
  channel: string;
  call(object: "hub" | "topic", id: string, method: string, ...args: unknown[]): Promise<any>;
  /** A request of a user's; throws for an error. */
  request(user: BulkUser, method: string, path: string, body?: unknown): Promise<any>;
  /** An event that only this user gets. */
  event(user: BulkUser): Promise<string>;
  ws(user: BulkUser, by?: "header" | "challenge"): Promise<TestSocket>;
  /** Resolves once the object has been evicted and made anew. */
  evicted(object: "hub" | "topic", id: string): Promise<void>;
  stop(): Promise<void>;
}

/** Idle objects are evicted after 10 s; whoever looks begins them anew. */
const IDLE_MS = 12_000;
const LOOKS = 6;

export async function startEdge(count: number): Promise<Edge> {
  const directory = mkdtempSync(join(tmpdir(), "edgemost-edge-"));
  const postgres = await preparePostgres(directory, () => {});
  const running = await postgres.start();
  await migrate(postgres.url);
  const neon = await startNeonEndpoint();
  const node = { databaseUrl: postgres.url };
  const channel = await insertChannel(database(node), {
    team_id: newId(),
    type: "P",
    name: "c",
    display_name: "C",
  });
  const users = await insertUsers(count, { node, channels: [channel] });
  const worker = await startWorker({
    entry: join(import.meta.dirname, "edge-worker.ts"),
    vars: { PROFILE: "edge", DATABASE_URL: postgres.url, NEON_ENDPOINT: neon.url, NODE_NAME: "edge" },
    classes: DURABLE_CLASSES.map((each) => ({ ...each, preventEviction: false })),
  });

  const call: Edge["call"] = async (object, id, method, ...args) => {
    const body = JSON.stringify({ object, id, method, args });
    return (
      (await fetch(`${worker.url}/test`, { method: "POST", body }).then((answer) => answer.json())) as any
    ).result;
  };
  const request: Edge["request"] = async (user, method, path, body) => {
    const headers = { authorization: `Bearer ${user.token}`, "content-type": "application/json" };
    const answer = await fetch(`${worker.url}/api/v4/${path}`, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text}`);
    return JSON.parse(text);
  };
  return {
    url: worker.url,
    sql: database(node),
    users,
    channel,
    call,
    request,
    async event(user) {
      const name = newId();
      await request(user, "PUT", "users/me/preferences", [
        { user_id: user.id, category: "test", name, value: "1" },
      ]);
      return name;
    },
    ws: (user, by = "header") => TestSocket.open(worker.url, user.token, { by }),
    async evicted(object, id) {
      const { born } = await call(object, id, "facts");
      for (let look = 0; look < LOOKS; look++) {
        await new Promise((done) => setTimeout(done, IDLE_MS));
        if ((await call(object, id, "facts")).born !== born) return;
      }
      throw new Error("The object is still the same");
    },
    async stop() {
      await worker.stop();
      await neon.stop();
      await database(node).end({ timeout: 5 });
      await stopPostgres(running, true);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The names of the events that a socket has got by `Edge.event`. */
export const namesOf = (socket: TestSocket): string[] =>
  socket.events
    .filter(({ event }) => event === "preferences_changed")
    .map(({ parsed }) => parsed.preferences[0].name);
