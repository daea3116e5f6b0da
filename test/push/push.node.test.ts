import { createPublicKey, verify } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { notifyExpired } from "../../workers/actions/notifications/expired.ts";
import { loadConfig } from "../../workers/config/load.ts";
import type { Context } from "../../workers/context.ts";
import { newId } from "../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, loginAgain, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { type PushProxy, pushProxy } from "./proxy.ts";

let proxy: PushProxy;
let node: OwnNode;
let world: World;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  proxy = await pushProxy();
  node = await ownNode({
    env: {
      MM_EMAILSETTINGS_SENDPUSHNOTIFICATIONS: "true",
      MM_EMAILSETTINGS_PUSHNOTIFICATIONSERVER: `${proxy.url}/`,
      MM_SERVICESETTINGS_ENABLEINCOMINGWEBHOOKS: "true",
      MM_TEAMSETTINGS_SITENAME: "Here",
    },
  });
  world = await makeWorld({ node, users: 3 });
  [ada, bob] = world.users as [Person, Person];
});

afterAll(async () => {
  await node?.stop();
  await proxy?.stop();
});

afterEach(() => {
  expect(proxy.faults).toEqual([]);
});

const attach = (user: Person, device: string, props: Record<string, string> = {}) =>
  user.request("PUT", "users/sessions/device", { device_id: device, ...props });
const post = (by: Person, message: string, fields: Record<string, unknown> = {}) =>
  by.client.createPost({ channel_id: world.channel.id, message, ...fields } as never);
const to = (token: string) => (push: { device_id: string }) => push.device_id === token;

describe("a push of a post", () => {
  it("tells each device of the mentioned user what the apps need, signed", async () => {
    const [phone, tablet] = [`apple-${newId()}`, `android:${newId()}`];
    await attach(bob, `apple_rn-v2:${phone}`);
    const second = await loginAgain(bob, node);
    await attach(second, `android_rn-v2:${tablet}`);
    const silent = await loginAgain(bob, node);
    await attach(silent, `android_rn-v2:silent-${newId()}`, { device_notification_disabled: "true" });
    const sent = await post(ada, `hello @${bob.username}`);
    const push = await proxy.next(to(phone));
    const members = await second.client.getMyChannelMembers(world.team.id);
    const unread = members.reduce((sum, member) => sum + member.mention_count_root, 0);
    expect(unread).toBeGreaterThan(0);
    const { ack_id, server_id, signature, ...rest } = push;
    const [{ value: serverId }] = (await database(
      node,
    )`select value from systems where name = 'DiagnosticId'`) as any;
    expect(server_id).toBe(serverId);
    expect(rest).toEqual({
      type: "message",
      platform: "apple_rn-v2",
      device_id: phone,
      version: "v2",
      category: "CAN_REPLY",
      badge: unread,
      post_id: sent.id,
      channel_id: world.channel.id,
      channel_name: world.channel.display_name,
      team_id: world.team.id,
      root_id: "",
      sender_id: ada.id,
      sender_name: `@${ada.username}`,
      message: `@${ada.username}: hello @${bob.username}`,
      is_crt_enabled: true,
      is_id_loaded: false,
    });
    const config = await ada.client.getClientConfig();
    const key = createPublicKey({
      key: Buffer.from(config.AsymmetricSigningPublicKey!, "base64"),
      format: "der",
      type: "spki",
    });
    const [head, claims, sign] = (signature as string).split(".") as [string, string, string];
    const bytes = Buffer.from(sign, "base64url");
    expect(
      verify("sha256", Buffer.from(`${head}.${claims}`), { key, dsaEncoding: "ieee-p1363" }, bytes),
    ).toBe(true);
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toEqual({ ack_id, device_id: phone });
    expect(await proxy.next(to(tablet))).toMatchObject({ platform: "android_rn-v2", device_id: tablet });
    expect(proxy.pushes.filter(({ device_id }) => device_id.startsWith("silent"))).toEqual([]);

    const inChannel = members.find((it) => it.channel_id === world.channel.id)!.mention_count_root;
    // Read on the second device: the first one's notification goes.
    await second.client.viewMyChannel(world.channel.id);
    expect(await proxy.next((it) => to(phone)(it) && it.type === "clear")).toMatchObject({
      channel_id: world.channel.id,
      badge: unread - inChannel,
    });
    expect(proxy.pushes.filter((it) => it.type === "clear")).toHaveLength(1);
    // Unread again, there: the first one counts it again.
    await second.request("POST", `users/me/posts/${sent.id}/set_unread`, {
      collapsed_threads_supported: true,
    });
    const again = await proxy.next((it) => to(phone)(it) && it.type === "update_badge");
    expect(again).toMatchObject({ badge: unread - inChannel + 1 });
    expect(again.message).toBeUndefined();
    expect(proxy.pushes.filter((it) => it.type === "update_badge")).toHaveLength(1);
    await second.client.viewMyChannel(world.channel.id);
    await proxy.next((it) => to(phone)(it) && it.type === "clear");
    // No longer: what is looked at gets no push.
    await second.request("POST", "channels/members/me/view", { channel_id: "" });
  });

  it("follows the settings: only what is wanted arrives", async () => {
    const carol = world.users[2]!;
    const device = `carol-${newId()}`;
    await attach(carol, `apple_rn-v2:${device}`);
    await post(ada, "to nobody");
    await post(ada, `first @${carol.username}`);
    expect(await proxy.next(to(device))).toMatchObject({ message: expect.stringContaining("first") });
    await carol.request("PUT", `channels/${world.channel.id}/members/${carol.id}/notify_props`, {
      channel_id: world.channel.id,
      user_id: carol.id,
      push: "all",
    });
    await post(ada, "everything");
    expect(await proxy.next(to(device))).toMatchObject({ message: expect.stringContaining("everything") });
    await carol.client.updateStatus({ user_id: carol.id, status: "dnd", dnd_end_time: 0 } as never);
    const witness = `witness-${newId()}`;
    await attach(await loginAgain(bob, node), `apple_rn-v2:${witness}`);
    await post(ada, `do not disturb @${carol.username} @${bob.username}`);
    // Who is pushed is decided for all at once, after the answer: carol may be online again only then.
    await proxy.next(to(witness));
    await carol.client.updateStatus({ user_id: carol.id, status: "online" } as never);
    // What is looked at needs no push.
    await carol.client.viewMyChannel(world.channel.id);
    await post(ada, `looking @${carol.username}`);
    const direct = await ada.client.createDirectChannel([ada.id, carol.id]);
    await ada.client.createPost({ channel_id: direct.id, message: "direct" } as never);
    expect(await proxy.next(to(device))).toMatchObject({
      message: "direct",
      channel_name: `@${ada.username}`,
      team_id: "",
    });
  });

  it("of a reply reaches who follows the thread", async () => {
    const device = `thread-${newId()}`;
    const phone = await loginAgain(bob, node);
    await attach(phone, `apple_rn-v2:${device}`);
    const root = await post(bob, "root");
    const reply = await post(ada, "reply", { root_id: root.id });
    expect(await proxy.next(to(device))).toMatchObject({ post_id: reply.id, root_id: root.id });
    // Only the thread is read, elsewhere: its notification goes.
    await bob.client.updateThreadReadForUser(bob.id, world.team.id, root.id, Date.now());
    expect(await proxy.next((it) => to(device)(it) && it.type === "clear")).toMatchObject({
      channel_id: world.channel.id,
      root_id: root.id,
    });
  });

  it("does not count mentions in threads that are gone (9.8)", async () => {
    const device = `badge-${newId()}`;
    await attach(await loginAgain(bob, node), `apple_rn-v2:${device}`);
    const root = await post(bob, "root");
    const reply = await post(ada, `@${bob.username}`, { root_id: root.id });
    const { badge } = await proxy.next((it) => to(device)(it) && it.post_id === reply.id);
    await bob.client.deletePost(root.id);
    const next = await post(ada, `next @${bob.username}`);
    expect((await proxy.next((it) => to(device)(it) && it.post_id === next.id)).badge).toBe(badge);
  });

  it("forgets a device that is gone, and survives a proxy that fails", async () => {
    const phone = await loginAgain(bob, node);
    const device = `apple_rn-v2:gone-${newId()}`;
    await attach(phone, device);
    const failing = await loginAgain(bob, node);
    const other = `apple_rn-v2:fail-${newId()}`;
    await attach(failing, other);
    await post(ada, `@${bob.username} once more`);
    const ofBob = async () => (await adminOf(node).client.getSessions(bob.id)).map((it: any) => it.device_id);
    await expect.poll(ofBob, { timeout: 20_000 }).not.toContain(device);
    expect(await ofBob()).toContain(other);
    const rows = await database(
      node,
    )`select props from sessions where props->>'last_removed_device_id' = ${device}`;
    expect(rows).toHaveLength(1);
  });
});

it("tells a device once that its session has ended (semantics 24.4)", async () => {
  const sql = database(node);
  const { config } = loadConfig({
    file: {},
    environment: {
      MM_EMAILSETTINGS_SENDPUSHNOTIFICATIONS: "true",
      MM_EMAILSETTINGS_PUSHNOTIFICATIONSERVER: proxy.url,
      MM_TEAMSETTINGS_SITENAME: "Here",
    },
  });
  const outbound = {
    fetch: async (url: string, options: RequestInit) => {
      const answer = await fetch(url, options);
      const text = await answer.text();
      return { status: answer.status, text: () => text };
    },
  };
  const query = async (text: string, params: unknown[] = []) => [
    ...(await sql.unsafe(text, params as never)),
  ];
  const ctx = { config, outbound, sql: { query } } as unknown as Context;
  const device = async (endsAt: number) => {
    const name = newId();
    const { token } = await loginAgain(bob, node);
    await sql`update sessions set expiresat = ${endsAt}, deviceid = ${`apple_rn-v2:${name}`} where token = ${token}`;
    return name;
  };
  const ended = await device(Date.now() - 1_000);
  await device(Date.now() + 60_000);
  await device(Date.now() - 86_400_000);
  await Promise.all([notifyExpired(ctx), notifyExpired(ctx)]);
  await notifyExpired(ctx);
  // The node tells by itself, too, once a minute: whoever was first may not have sent it yet.
  await proxy.next(to(ended));
  const told = proxy.pushes.filter(({ type }) => type === "session");
  expect(told).toMatchObject([
    {
      device_id: ended,
      message: expect.stringMatching(/^Session Expired: .* for Here .* every 720 hours\.$/),
    },
  ]);
});

describe("apps", () => {
  it("ask whether pushes arrive, and say that one did", async () => {
    const can = async (device: string) =>
      (await bob.request("GET", `system/ping?device_id=${encodeURIComponent(device)}`)).body
        .CanReceiveNotifications;
    expect(await can(`apple_rn-v2:try-${newId()}`)).toBe("true");
    expect(await can(`apple_rn-v2:gone-${newId()}`)).toBe("false");
    expect(await can(`apple_rn-v2:fail-${newId()}`)).toBe("unknown");
    const ack = { id: newId(), platform: "ios", type: "message", received_at: 1 };
    expect((await bob.request("POST", "notifications/ack", ack)).body).toEqual({ status: "OK" });
    await expect.poll(() => proxy.acks, { timeout: 20_000 }).toEqual([ack]);
    await bob.client.sendTestNotificaiton();
    expect(await proxy.next((it) => String(it.message).includes("test notification"))).toMatchObject({
      type: "message",
      channel_name: "@system-bot",
    });
  });
});
