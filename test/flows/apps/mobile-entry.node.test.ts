// The mobile app from a server's address to its first screen (client-flows 20): server check, login, WebSocket, the three groups
// of its entry and what it fetches later; pushes, and coming out of a tunnel.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../../harness/node.ts";
import { makeChannel, makeTeam, makeUser, makeWorld, type Person, type World } from "../../harness/people.ts";
import { type PushProxy, pushProxy } from "../../push/proxy.ts";
import { CHANNEL, expectPosts, MEMBER } from "../support/channel.ts";
import { Phone } from "../support/phone.ts";

const ID = /^[a-z0-9]{26}$/;
const OK = { status: "OK" };
const DEVICES = { android: "android_rn-v2:token-of-the-android", ios: "apple_rn-v2:token-of-the-iphone" };

let proxy: PushProxy;
let node: OwnNode;
let world: World;
let ada: Person;
let bob: Person;
let second: string;
const phones: Record<"android" | "ios", Phone> = {} as never;

beforeAll(async () => {
  proxy = await pushProxy();
  node = await ownNode({
    env: {
      MM_EMAILSETTINGS_SENDPUSHNOTIFICATIONS: "true",
      MM_EMAILSETTINGS_PUSHNOTIFICATIONSERVER: proxy.url,
    },
  });
  world = await makeWorld({ node, users: 2 });
  [ada, bob] = world.users as [Person, Person];
  second = (await makeTeam(bob, [ada])).id;
  await makeChannel(bob, world.team, { members: [ada], type: "P" });
  await ada.client.createDirectChannel([ada.id, bob.id]);
  for (const text of ["one", "two", "three"])
    await bob.client.createPost({ channel_id: world.channel.id, message: text } as never);
  for (const system of ["android", "ios"] as const) phones[system] = new Phone(node, system);
});
afterAll(async () => {
  await Promise.all(Object.values(phones).map((phone) => phone.drop()));
  await node?.stop();
  expect(proxy.faults).toEqual([]);
  await proxy?.stop();
});

describe.each(["android", "ios"] as const)("the app on %s", (system) => {
  const device = DEVICES[system];
  let phone: Phone;
  let teams: any[];
  let channels: any[];

  it("adds the server", async () => {
    phone = phones[system];
    const head = await phone.ask("HEAD", "/");
    expect([head.status >= 200 && head.status < 300, head.headers.get("x-reject-reason")]).toEqual([
      true,
      null,
    ]);
    const ping = await phone.ask("GET", `system/ping?time=${Date.now()}&device_id=${device}`);
    expect([ping.status, ping.data.status]).toEqual([200, "OK"]);
    // Nobody is logged in: it is not known. "false" would say that this server has no pushes.
    expect(ping.data.CanReceiveNotifications).toBe("unknown");
    const [config, license] = await Promise.all([
      phone.need("GET", "config/client?format=old"),
      phone.need("GET", "license/client?format=old"),
    ]);
    for (const value of [...Object.values(config), ...Object.values(license)])
      expect(typeof value).toBe("string");
    expect(config.DiagnosticId).toMatch(ID);
    expect(config.Version).toMatch(/^11\./);
    expect([config.EnableSignInWithEmail, config.EnableSignInWithUsername]).toEqual(["true", "true"]);
    const others = [config.EnableSaml, config.EnableLdap, config.EnableSignUpWithOpenId];
    expect(others).toEqual(["false", "false", "false"]);
    expect(config.ExperimentalClientSideCertEnable ?? "false").toBe("false");
    expect(license.IsLicensed).toBe("true");
  });

  it("logs in", async () => {
    const wrong = await phone.ask("POST", "users/login", {
      login_id: ada.username,
      password: "x",
      token: "",
      device_id: "",
    });
    expect([wrong.status, wrong.data.message.length > 5]).toEqual([401, true]);
    const login = {
      login_id: ada.username,
      password: ada.password,
      token: "",
      device_id: device,
      voip_device_id: "",
    };
    const { status, headers, data } = await phone.ask("POST", "users/login", login);
    expect(status).toBe(200);
    expect(data).toMatchObject({ id: ada.id, username: ada.username, roles: "system_user", locale: "en" });
    expect(headers.get("token")).toMatch(ID);
    expect(phone.cookies.get("MMCSRF")).toMatchObject({ httpOnly: false });
    phone.token = headers.get("token")!;
    const [config] = await Promise.all([
      phone.need("GET", "config/client?format=old"),
      phone.need("GET", "license/client?format=old"),
    ]);
    expect(config).toMatchObject({
      MaxPostSize: "16383",
      CollapsedThreads: "always_on",
      MaxFileSize: expect.any(String),
    });
    const props = { device_id: device, device_notification_disabled: "false", mobile_version: "2.43.0+643" };
    expect(await phone.need("PUT", "users/sessions/device", props)).toEqual(OK);
    const timezone = { useAutomaticTimezone: "true", automaticTimezone: "Europe/Berlin", manualTimezone: "" };
    expect(await phone.need("PUT", "users/me/patch", { timezone })).toMatchObject({ id: ada.id, timezone });
    const sessions = await phone.need("GET", "users/me/sessions");
    expect(sessions.map(({ device_id }: any) => device_id)).toContain(device);
    const tried = await phone.need("GET", `system/ping?time=${Date.now()}&device_id=${device}`);
    expect(tried.CanReceiveNotifications).toBe("true");
  });

  it("connects, and enters by three groups of requests", async () => {
    await phone.connect();
    const { data, seq } = await phone.next("hello");
    expect([seq, data.connection_id]).toEqual([0, expect.stringMatching(ID)]);
    phone.sql = 0;
    const [, , preferences] = await Promise.all([
      phone.need("GET", "config/client?format=old"),
      phone.need("GET", "license/client?format=old"),
      phone.need("GET", "users/me/preferences"),
    ]);
    const texts = { category: expect.any(String), name: expect.any(String), value: expect.any(String) };
    for (const preference of preferences) expect(preference).toEqual({ user_id: ada.id, ...texts });
    const [mine, memberships, me] = await Promise.all([
      phone.need("GET", "users/me/teams"),
      phone.need("GET", "users/me/teams/members"),
      phone.need("GET", "users/me"),
    ]);
    teams = mine;
    expect(mine.map(({ id }: any) => id).sort()).toEqual([world.team.id, second].sort());
    for (const membership of memberships)
      expect(membership).toMatchObject({ user_id: ada.id, roles: expect.any(String), delete_at: 0 });
    expect(me).toMatchObject({
      id: ada.id,
      notify_props: { push: expect.any(String) },
      timezone: expect.any(Object),
    });
    const t = world.team.id;
    const [all, members, { categories, order }] = await Promise.all([
      phone.need("GET", `users/me/teams/${t}/channels?include_deleted=false&last_delete_at=0`),
      phone.need("GET", `users/me/teams/${t}/channels/members`),
      phone.need("GET", `users/me/teams/${t}/channels/categories`),
    ]);
    channels = all;
    for (const channel of channels) expect(channel).toMatchObject({ ...CHANNEL, delete_at: 0 });
    for (const member of members) expect(member).toMatchObject({ ...MEMBER, user_id: ada.id });
    expect(members.map(({ channel_id }: any) => channel_id).sort()).toEqual(
      channels.map(({ id }) => id).sort(),
    );
    expect(categories.map(({ id }: any) => id).sort()).toEqual([...order].sort());
    const shown = categories.flatMap(({ channel_ids }: any) => channel_ids);
    expect(channels.filter(({ type }) => type !== "D").every(({ id }) => shown.includes(id))).toBe(true);
    console.info(`the mobile app's entry: ${phone.sql} database round trips`);
    expect(phone.sql).toBeLessThanOrEqual(12);
  });

  it("opens the channel it had open, and learns what it may", async () => {
    const c = world.channel.id;
    const query = "page=0&per_page=60&collapsedThreads=true&collapsedThreadsExtended=true";
    const [posts, viewed, plugins, agents, roles] = await Promise.all([
      phone.need("GET", `channels/${c}/posts?${query}`),
      phone.need("POST", "channels/members/me/view", { channel_id: c, collapsed_threads_supported: true }),
      phone.need("GET", "plugins/webapp"),
      phone.need("GET", "agents/status"),
      phone.need("POST", "roles/names", ["system_user", "team_user", "channel_user", "no_such_role"]),
    ]);
    expectPosts(posts);
    expect(posts.order.length).toBeGreaterThanOrEqual(3);
    expect(viewed).toMatchObject({ ...OK, last_viewed_at_times: { [c]: expect.any(Number) } });
    expect(plugins).toEqual([]);
    expect(agents).toMatchObject({ available: false });
    expect(roles.map(({ name }: any) => name).sort()).toEqual(["channel_user", "system_user", "team_user"]);
    expect(roles.find(({ name }: any) => name === "channel_user").permissions).toContain("create_post");
  });

  it("fetches the rest later", async () => {
    const threads = (t: string, more: string) => phone.need("GET", `users/me/teams/${t}/threads?${more}`);
    const sync = "extended=true&per_page=60&since=0&deleted=false&unread=true";
    const [users, others, teamList, unread, rest, totals, since, groups, scheduled, preferences, flagged] =
      await Promise.all([
        phone.need("POST", "users/ids?since=0", [ada.id, bob.id]),
        Promise.all([
          phone.need(
            "GET",
            `users/me/teams/${second}/channels?include_deleted=true&last_delete_at=${Date.now()}`,
          ),
          phone.need("GET", `users/me/teams/${second}/channels/members`),
          phone.need("GET", `users/me/teams/${second}/channels/categories`),
        ]),
        phone.need("GET", "teams?page=0&per_page=200"),
        threads(world.team.id, `${sync}&excludeDirect=false`),
        threads(second, `${sync}&excludeDirect=true`),
        threads(world.team.id, "totalsOnly=true"),
        phone.need(
          "GET",
          `channels/${world.channel.id}/posts?since=1&collapsedThreads=true&collapsedThreadsExtended=true`,
        ),
        // The licence says IsLicensed: it asks for groups and for scheduled messages.
        phone.need("GET", `users/${ada.id}/groups`),
        phone.need("GET", `posts/scheduled/team/${world.team.id}?includeDirectChannels=true`),
        phone.need("PUT", "users/me/preferences", [
          { user_id: ada.id, category: "last", name: "channel", value: world.channel.id },
        ]),
        phone.need("GET", `users/${ada.id}/posts/flagged?page=0&per_page=60`),
        phone.need("POST", "users/status/ids", [ada.id, bob.id]),
      ]);
    expect(users.map(({ id }: any) => id)).toContain(bob.id);
    expect(others[0].map(({ name }: any) => name)).toEqual(
      expect.arrayContaining(["town-square", "off-topic"]),
    );
    expect(others[1].length).toBe(others[0].length);
    expect(Array.isArray(teamList)).toBe(true);
    for (const list of [unread, rest]) {
      expect(list).toMatchObject({ total: expect.any(Number), total_unread_threads: expect.any(Number) });
      expect(Array.isArray(list.threads)).toBe(true);
    }
    expect(totals).toMatchObject({ total_unread_mentions: expect.any(Number) });
    expect(totals.threads ?? []).toEqual([]);
    expectPosts(since);
    expect([groups, scheduled]).toMatchObject([[], { [world.team.id]: [] }]);
    expect(preferences).toEqual(OK);
    expectPosts(flagged);
    // She is so a moment after the hello.
    const status = async () => (await phone.need("POST", "users/status/ids", [ada.id]))[0].status;
    await expect.poll(status, { timeout: 10_000 }).toBe("online");
    expect(teams.length).toBe(2);
  });

  it("gets a push, acknowledges it, and comes out of a tunnel with what it missed", async () => {
    const { connection_id } = phone.events.find(({ event }) => event === "hello")!.data;
    // In another channel: the open one gives no push.
    const square = channels.find(({ name }) => name === "town-square").id;
    await phone.need("POST", "channels/members/me/view", {
      channel_id: square,
      prev_channel_id: world.channel.id,
    });
    await phone.ping();
    const next = phone.events.at(-1)!.seq + 1;
    await phone.drop();
    const message = `Are you there, @${ada.username}?`;
    const post = await bob.client.createPost({ channel_id: world.channel.id, message } as never);
    const push = await proxy.next(
      ({ device_id, type }) => device.endsWith(String(device_id)) && type === "message",
    );
    expect(push).toMatchObject({
      post_id: post.id,
      channel_id: world.channel.id,
      team_id: world.team.id,
      version: "v2",
    });
    const ack = {
      id: push.ack_id,
      received_at: Date.now(),
      platform: "android",
      type: "message",
      post_id: post.id,
      is_id_loaded: false,
    };
    expect(await phone.need("POST", "notifications/ack", ack)).toEqual(OK);
    await phone.connect(connection_id, next);
    const posted = await phone.next("posted", ({ parsed }) => parsed.post.id === post.id);
    expect(posted.parsed.mentions).toEqual([ada.id]);
    // No hello: it does no REST at all then, and relies on the events.
    expect(phone.events.filter(({ event }) => event === "hello")).toHaveLength(1);
    const seqs = phone.events.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index));
  });
});

it("somebody without a team is offered teams to join", async () => {
  const nobody = await makeUser({ node });
  const phone = new Phone(node, "android");
  phone.token = nobody.token;
  expect(await phone.need("GET", "users/me/teams")).toEqual([]);
  expect(await phone.need("GET", "users/me/teams/members")).toEqual([]);
  expect(await phone.need("GET", "teams?page=0&per_page=200")).toEqual([]);
  await bob.client.patchTeam({ id: second, allow_open_invite: true } as never);
  expect(await phone.need("GET", "teams?page=0&per_page=200")).toMatchObject([{ id: second, delete_at: 0 }]);
  const joined = await phone.need("POST", `teams/${second}/members`, { team_id: second, user_id: nobody.id });
  expect(joined).toMatchObject({ team_id: second, user_id: nobody.id, roles: "team_user", delete_at: 0 });
});
