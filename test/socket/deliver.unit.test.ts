import { describe, expect, it } from "vitest";
import { Audience } from "../../durable/hub/audience/audience.ts";
import { Connection, frame } from "../../durable/hub/connection/connection.ts";
import { deliver } from "../../durable/hub/connection/deliver.ts";
import { envelope } from "../../workers/events/envelope.ts";

/** Ada and Bob are in channel `c` of team `t`; Bob is an administrator; Eve is nowhere. */
function world() {
  const audience = new Audience();
  const connect = (userId: string, postedAck = false) => {
    const connection = new Connection(userId, "s", "t");
    connection.socket = { send: () => undefined } as unknown as WebSocket;
    connection.postedAck = postedAck;
    audience.members.get(userId)!.connections.add(connection);
    return connection;
  };
  audience.add("ada", ["c"], ["t"], false);
  audience.add("bob", ["c"], ["t"], true);
  audience.add("eve", [], [], false);
  const connections = { ada: connect("ada"), bob: connect("bob"), eve: connect("eve") };
  const overflown: Connection[] = [];
  const expired: Connection[] = [];
  const outlet = {
    exact: false,
    send: () => undefined,
    overflow: (it: Connection) => overflown.push(it),
    expired: (it: Connection) => expired.push(it),
  };
  const give = (...args: Parameters<typeof envelope>) => deliver(envelope(...args), audience, outlet);
  const got = (connection: Connection) => connection.items.map((item, seq) => JSON.parse(frame(item, seq)));
  const who = () =>
    Object.entries(connections)
      .filter(([, it]) => it.next > 0)
      .map(([name]) => name);
  return { audience, connect, connections, give, got, who, overflown, expired };
}

describe("who gets an event (websocket.md 5)", () => {
  it.each([
    [{ user_id: "ada", channel_id: "c", team_id: "t" }, ["ada"]],
    [{ channel_id: "c", team_id: "t" }, ["ada", "bob"]],
    [{ channel_id: "other" }, []],
    [{ team_id: "t" }, ["ada", "bob"]],
    [{}, ["ada", "bob", "eve"]],
    [{ omit_users: ["ada"] }, ["bob", "eve"]],
    [{ contains_sanitized_data: true as const }, ["ada", "eve"]],
    [{ contains_sensitive_data: true as const }, ["bob"]],
  ])("%j", (scope, expected) => {
    const { give, who } = world();
    give("e", {}, scope);
    expect(who()).toEqual(expected);
  });

  it("is decided by connection where that is asked for", () => {
    const { give, connect, connections } = world();
    const second = connect("ada");
    give("e", {}, { user_id: "ada", connection_id: second.id });
    give("e", {}, { user_id: "ada", omit_connection_id: second.id });
    expect([connections.ada.next, second.next]).toEqual([1, 1]);
  });

  it("follows the effects", () => {
    const { audience, give, who } = world();
    audience.apply({ kind: "channel_member", op: "remove", channel: "c", user: "ada" });
    audience.apply({ kind: "channel_member", op: "add", channel: "c", user: "eve" });
    audience.apply({ kind: "channel_member", op: "add", channel: "c", user: "stranger" });
    give("e", {}, { channel_id: "c" });
    expect(who()).toEqual(["bob", "eve"]);
  });

  it("spares a client far behind what it can do without", () => {
    const { give, connections } = world();
    connections.ada.socket = undefined;
    for (let i = 0; i < 128; i++) give("e", {}, { user_id: "ada" });
    for (const event of ["typing", "status_change", "multiple_channels_viewed"])
      give(event, {}, { user_id: "ada" });
    expect(connections.ada.next).toBe(128);
    give("e", {}, { user_id: "ada" });
    expect(connections.ada.next).toBe(129);
  });

  it("ends a connection with too much waiting", () => {
    const { give, connections, overflown } = world();
    connections.ada.socket = undefined;
    for (let i = 0; i < 257; i++) give("e", {}, { user_id: "ada" });
    expect(overflown).toEqual([connections.ada]);
  });

  it("looks at the session's end", () => {
    const { give, connections, expired } = world();
    connections.ada.expiresAt = Date.now() - 1;
    connections.bob.expiresAt = Date.now() + 60_000;
    give("e", {}, {});
    expect(expired).toEqual([connections.ada]);
  });
});

describe("each receiver's own part", () => {
  it("has mentions, followers and should_ack for those concerned", () => {
    const { give, got, connect, connections } = world();
    const [ada, bob] = [connect("ada", true), connect("bob", true)];
    give(
      "posted",
      { post: "{}" },
      { channel_id: "c" },
      { author: "bob", mentions: ["ada"], followers: ["ada", "bob"], ack: "all" },
    );
    expect(got(ada)[0].data).toEqual({
      post: "{}",
      mentions: '["ada"]',
      followers: '["ada"]',
      should_ack: true,
    });
    expect(got(bob)[0].data).toEqual({ post: "{}", followers: '["bob"]' });
    expect(got(connections.ada)[0].data).toEqual({ post: "{}", mentions: '["ada"]', followers: '["ada"]' });
  });

  it("has links of other channels only for those who may read all of them", () => {
    const { give, got, audience, connections } = world();
    const restricted = {
      channels: [
        { id: "secret", team_id: "t", open: false },
        { id: "open", team_id: "t", open: true },
      ],
      head: '{"event":"posted","data":{"post":"all"',
    };
    audience.apply({ kind: "channel_member", op: "add", channel: "secret", user: "bob" });
    give("posted", { post: "none" }, { channel_id: "c" }, { restricted });
    expect(got(connections.bob)[0].data.post).toBe("all");
    expect(got(connections.ada)[0].data.post).toBe("none");
  });
});
