import { once } from "node:events";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { newId } from "../../workers/model/id.ts";
import { Browser, officialSocket } from "../harness/client.ts";
import { makeWorld, type Person, type World } from "../harness/people.ts";
import { TestSocket } from "../harness/socket.ts";

let world: World;
let alice: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 1 });
  alice = world.users[0]!;
});

const connect = (token: string, options = {}) => TestSocket.connect(world.node.url, token, options);
const refused = (headers: Record<string, string>, query: Record<string, string> = {}) =>
  connect(alice.token, { headers, query }).then(
    () => 101,
    (error) => error.status,
  );

describe("logging in (websocket.md 1)", () => {
  it("greets a socket that is logged in by cookie, by header or by challenge", async () => {
    for (const by of ["cookie", "header", "challenge"] as const) {
      const socket = await alice.ws({ by });
      const [hello] = socket.events;
      expect(hello).toMatchObject({ event: "hello", seq: 0, broadcast: { user_id: alice.id } });
      expect(hello!.data.server_version).toMatch(/^11\.6\.0\./);
      const { headers } = await alice.request("GET", "users/me");
      expect(hello!.data.server_version).toBe(headers.get("x-version-id"));
      expect(hello!.data.server_hostname).toBeTypeOf("string");
    }
  });

  it("works with the official client", async () => {
    const socket = await officialSocket(world.node.url, alice.token);
    socket.close();
  });

  it("says hello before it answers the challenge", async () => {
    const frames: any[] = [];
    const ws = new WebSocket(`${world.node.url.replace("http", "ws")}/api/v4/websocket`);
    ws.on("message", (frame) => frames.push(JSON.parse(String(frame))));
    await new Promise((open) => ws.once("open", open));
    ws.send(JSON.stringify({ action: "authentication_challenge", seq: 7, data: { token: alice.token } }));
    // Sent while the login is under way, answered after it.
    ws.send(JSON.stringify({ action: "ping", seq: 8 }));
    await expect.poll(() => frames.filter((frame) => frame.seq_reply)).toHaveLength(2);
    expect(frames[0]).toMatchObject({ event: "hello", seq: 0 });
    const replies = frames.filter((frame) => frame.seq_reply);
    expect(replies[0]).toEqual({ status: "OK", seq_reply: 7 });
    expect(replies[1]).toMatchObject({ status: "OK", seq_reply: 8, data: { text: "pong" } });
    ws.terminate();
  });

  it("is silent about a challenge that is not needed", async () => {
    const socket = await alice.ws();
    const seq = socket.send("authentication_challenge", { token: alice.token });
    await socket.settled();
    expect(socket.isAnswered(seq)).toBe(false);
    expect(socket.events.filter(({ event }) => event === "hello")).toHaveLength(1);
  });

  it("takes a socket with an unknown token, and closes it when the challenge is no better", async () => {
    const socket = await connect(newId(), { by: "header" });
    // Nothing is answered before the login.
    socket.send("ping");
    socket.send("authentication_challenge", { token: newId() });
    await socket.waitFor(() => socket.closed !== undefined);
    expect(socket.events).toEqual([]);
  });

  it("closes a socket that does not log in within five seconds", async () => {
    const socket = await connect("", { by: "header" });
    const start = Date.now();
    await socket.waitFor(() => socket.closed !== undefined, "the end", 20_000);
    expect(Date.now() - start).toBeGreaterThan(3_500);
  });

  it("closes a socket whose resume parameters are malformed, after the upgrade", async () => {
    for (const query of [
      { connection_id: "short", sequence_number: "1" },
      { connection_id: newId(), sequence_number: "x" },
      { connection_id: newId() },
    ] as Record<string, string>[]) {
      const socket = await connect(alice.token, { query });
      await socket.waitFor(() => socket.closed !== undefined);
    }
  });

  it("does not take a session's token from the query", async () => {
    expect(await refused({ authorization: "" }, { access_token: alice.token })).toBe(401);
  });

  it("looks at the origin", async () => {
    const { host } = new URL(world.node.url);
    expect(await refused({ origin: "null" })).toBe(400);
    expect(await refused({ origin: "https://evil.example" })).toBe(400);
    expect(await refused({ origin: `https://${host}` })).toBe(101);
    expect(await refused({})).toBe(101);
  });

  it("agrees on neither compression nor a subprotocol (websocket.md 2)", async () => {
    const address = `${world.node.url.replace(/^http/, "ws")}/api/v4/websocket`;
    const socket = new WebSocket(address, { headers: { authorization: `Bearer ${alice.token}` } });
    const [answer] = await once(socket, "upgrade");
    socket.terminate();
    expect(answer.headers).not.toHaveProperty("sec-websocket-extensions");
    expect(answer.headers).not.toHaveProperty("sec-websocket-protocol");
  });

  it("has an address that may end with a slash", async () => {
    const address = `${world.node.url.replace(/^http/, "ws")}/api/v4/websocket/`;
    const socket = new WebSocket(address, { headers: { authorization: `Bearer ${alice.token}` } });
    const [first] = await once(socket, "message");
    socket.close();
    expect(JSON.parse(String(first))).toMatchObject({ event: "hello", broadcast: { user_id: alice.id } });
  });

  it("answers a plain request with an error", async () => {
    const answer = await alice.request("GET", "websocket");
    expect(answer).toMatchObject({ status: 400, body: { id: "api.web_socket.connect.upgrade.app_error" } });
  });

  it("logs a browser in by its cookie, without CSRF", async () => {
    const browser = new Browser(world.node);
    await browser.login(alice.username, alice.password);
    const socket = await TestSocket.open(world.node.url, browser.cookies.get("MMAUTHTOKEN")!, {
      by: "cookie",
    });
    await socket.settled();
  });
});
