import { encode } from "@msgpack/msgpack";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [alice, bob] = world.users as [Person, Person];
});

describe("actions (websocket.md 7)", () => {
  it("answers ping", async () => {
    const socket = await alice.ws();
    const reply = await socket.call("ping");
    expect(reply).toMatchObject({ status: "OK", data: { text: "pong", version: "11.6.0", node_id: "" } });
    expect(Math.abs(reply.data!.server_time - Date.now())).toBeLessThan(5_000);
  });

  it.each([
    ["", 1, 400, "no_action"],
    ["ping", -1, 400, "bad_seq"],
    ["nonsense", 1, 500, "bad_action"],
    ["constructor", 1, 500, "bad_action"],
  ])("refuses action %j with seq %d", async (action, seq, status, id) => {
    const socket = await alice.ws();
    const replies: any[] = [];
    (socket as any).ws.on("message", (frame: unknown) => replies.push(JSON.parse(String(frame))));
    socket.sendRaw(JSON.stringify({ action, seq }));
    await socket.settled();
    const reply = replies.find(({ status }) => status === "FAIL");
    expect(reply.error).toMatchObject({
      id: `api.web_socket_router.${id}.app_error`,
      status_code: status,
      detailed_error: "",
    });
    expect(reply.seq_reply).toBe(seq);
  });

  it("does not answer plugins' actions", async () => {
    const socket = await alice.ws();
    const seq = socket.send("custom_plugin_action");
    await socket.settled();
    expect(socket.isAnswered(seq)).toBe(false);
  });

  it("understands msgpack", async () => {
    const [writer, reader] = [await alice.ws(), await bob.ws()];
    writer.sendRaw(
      encode({ action: "user_typing", seq: 1, data: { channel_id: world.channel.id, parent_id: "" } }),
    );
    const typing = await reader.next("typing");
    expect(typing.data).toEqual({ parent_id: "", user_id: alice.id });
  });

  it("closes a socket that sends what it cannot decode, or too much", async () => {
    for (const frame of [
      "no json",
      "[]",
      Uint8Array.of(0xc1),
      "",
      JSON.stringify({ action: "ping", seq: 1, data: { x: "a".repeat(8_192) } }),
    ]) {
      const socket = await alice.ws();
      socket.sendRaw(frame);
      await socket.waitFor(() => socket.closed !== undefined, `an end after ${String(frame).slice(0, 20)}`);
    }
    const socket = await alice.ws();
    // 8,192 characters would fit, their bytes do not.
    socket.sendRaw(JSON.stringify({ action: "ping", seq: 1, data: { x: "é".repeat(5_000) } }));
    await socket.waitFor(() => socket.closed !== undefined);
    expect(socket.closed!.code).toBe(1009);
  });

  it("tells a channel who is typing, but not the one who does", async () => {
    const [writer, reader] = [await alice.ws(), await bob.ws()];
    const root = newId();
    expect(await writer.call("user_typing", { channel_id: world.channel.id, parent_id: root })).toMatchObject(
      { status: "OK" },
    );
    const typing = await reader.next("typing", ({ data }) => data.parent_id === root);
    expect(typing.broadcast).toMatchObject({
      channel_id: world.channel.id,
      omit_users: { [alice.id]: true },
    });
    await writer.none("typing");
    for (const parent_id of [null, undefined])
      expect(await writer.call("user_typing", { channel_id: world.channel.id, parent_id })).toMatchObject({
        status: "OK",
      });
    await alice.request("POST", `users/${alice.id}/typing`, { channel_id: world.channel.id });
    expect((await reader.next("typing", ({ data }) => data.parent_id === "")).data.user_id).toBe(alice.id);
  });

  it("refuses typing where one may not post", async () => {
    const secret = await makeChannel(alice, world.team, { type: "P" });
    const socket = await bob.ws();
    for (const channel_id of [secret.id, newId(), "x", undefined]) {
      const reply = await socket.call("user_typing", { channel_id });
      expect(reply.error).toMatchObject({
        id: "api.websocket_handler.invalid_param.app_error",
        status_code: 400,
      });
    }
    const answer = await bob.request("POST", `users/${bob.id}/typing`, { channel_id: secret.id });
    expect(answer.status).toBe(403);
    const forOther = await bob.request("POST", `users/${alice.id}/typing`, { channel_id: world.channel.id });
    expect(forOther.status).toBe(403);
  });

  it("tells statuses", async () => {
    const socket = await alice.ws();
    await expect.poll(async () => (await socket.call("get_statuses")).data?.[alice.id]).toBe("online");
    const reply = await socket.call("get_statuses_by_ids", { user_ids: [alice.id, world.admin.id, newId()] });
    expect(reply.data).toMatchObject({ [alice.id]: "online" });
    expect(Object.keys(reply.data!)).toHaveLength(2);
    for (const user_ids of [[], undefined, ["x"], "x"]) {
      expect((await socket.call("get_statuses_by_ids", { user_ids })).error?.status_code).toBe(400);
    }
  });

  it("withholds typing from a connection that looks elsewhere", async () => {
    const elsewhere = await bob.ws();
    const undeclared = await bob.ws();
    await elsewhere.call("presence", { channel_id: newId() });
    await elsewhere.call("presence", { thread_channel_id: "", is_thread_view: true });
    const typing = () => alice.request("POST", `users/${alice.id}/typing`, { channel_id: world.channel.id });
    await typing();
    await elsewhere.next("typing");
    await elsewhere.call("presence", { thread_channel_id: "", is_thread_view: false });
    await typing();
    await undeclared.next("typing");
    await undeclared.next("typing");
    await elsewhere.none("typing");
  });
});
