// The web client's WebSocket (client-flows 18, websocket.md 4): first connect, a cut line that is resumed, and one that cannot
// be; after each, everything that the client asks for again, at once.

import { WebSocketClient } from "@mattermost/client";
import type { Channel } from "@mattermost/types/channels";
import type { Team } from "@mattermost/types/teams";
import { beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { checkEvent, type SocketEvent } from "../../harness/contract/events.ts";
import { sharedNode } from "../../harness/node.ts";
import { makeChannel, makeTeam, makeWorld, type World } from "../../harness/people.ts";
import { reportViolation } from "../../harness/watch.ts";
import { CHANNEL, expectPosts, MEMBER, openChannel } from "../support/channel.ts";
import { openTab, Tab, untilOnline } from "../support/tab.ts";
import { listThreads, type ThreadList } from "../support/threads.ts";

const ID = /^[a-z0-9]{26}$/;
/** Of all that follows a reconnect, with warm caches. */
const ROUND_TRIPS = 12;
/** With none: in a cluster each request may be the first that its node sees of hers. */
const COLD_ROUND_TRIPS = 27;

interface Kept {
  connectionId: string;
  serverHostname: string;
  /** Of the next event. */
  serverSequence: number;
}

/** A tab that keeps count: how its socket connects, what the socket's listeners are told, what requests cost. */
class Line extends Tab {
  readonly dials: URLSearchParams[] = [];
  /** In their order: first, reconnected, missed, closed, hello, … */
  readonly told: string[] = [];
  sql = 0;
  /** WebSocketClient, with what it keeps to itself. */
  line!: Omit<WebSocketClient, keyof Kept> & Kept;
  private ws!: WebSocket;

  override received(method: string, url: string, response: Response): void {
    super.received(method, url, response);
    this.sql += Number(response.headers.get("x-edgemost-sql"));
  }

  override async connect(): Promise<this> {
    const socket = new WebSocketClient({
      minWebSocketRetryTime: 50,
      reconnectJitterRange: 10,
      newWebSocketFn: (address: string) => {
        this.dials.push(new URL(address).searchParams);
        this.ws = new WebSocket(address, { headers: { cookie: this.cookies.header, origin: this.url } });
        return this.ws as never;
      },
    });
    this.line = socket as never;
    this.socket = socket;
    socket.addFirstConnectListener(() => this.tell("first"));
    socket.addReconnectListener(() => this.tell("reconnected"));
    socket.addMissedMessageListener(() => this.tell("missed"));
    socket.addCloseListener(() => this.tell("closed"));
    socket.addMessageListener((message) => {
      const { event, problems } = checkEvent(message as never);
      for (const problem of problems) reportViolation(`event ${event.event}: ${problem}`);
      this.events.push(event);
      this.tell(event.event);
    });
    socket.initialize(`${this.url.replace(/^http/, "ws")}/api/v4/websocket`, undefined, true);
    await this.until(() => this.told.includes("hello"));
    return this;
  }

  /** Ends the connection without a word. */
  cut(): Promise<void> {
    const before = this.told.filter((what) => what === "closed").length;
    this.ws.terminate();
    return this.until(() => this.told.filter((what) => what === "closed").length > before);
  }

  until(condition: () => boolean): Promise<void> {
    return this.wakers.until(condition, () => `Waited in vain: ${this.told.join(" ")}`, 10_000);
  }

  private tell(what: string): void {
    this.told.push(what);
    this.wakers.wake();
  }
}

let world: World;
let team: Team;
let second: Team;
let channel: Channel;
let ada: Line;
let bob: Tab;
let root: string;
/** What the client knows when the line breaks. */
let known: { connection: string; newest: number; thread: number; at: number };

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  const [first, other] = world.users as [World["users"][0], World["users"][0]];
  ({ team, channel } = world);
  second = await makeTeam(first, [other]);
  bob = await openTab(other);
  ada = new Line(first);
  await ada.login(first);
});

/** As a client does that has the channel open, the thread read and the team chosen. */
async function sayWhere(): Promise<void> {
  const reply = (send: (done: (answer: any) => void) => void) => new Promise<any>(send);
  const answers = await Promise.all([
    reply((done) => ada.line.updateActiveChannel(channel.id, done)),
    reply((done) => ada.line.updateActiveTeam(team.id, done)),
    reply((done) => ada.line.updateActiveThread(true, "", done)),
    reply((done) => ada.line.updateActiveThread(false, "", done)),
  ]);
  for (const { status, error } of answers) expect([status, error]).toEqual(["OK", undefined]);
}

async function remember(): Promise<void> {
  const { posts } = await openChannel(ada, channel.id);
  const { threads } = await listThreads(ada, team.id);
  const at = Math.max(...Object.values(posts).map(({ create_at }) => create_at));
  const thread = Math.max(...threads.map(({ last_reply_at }) => last_reply_at));
  known = { connection: ada.line.connectionId, newest: at, thread, at: Date.now() };
}

/** Everything that is asked for at once after a line has come back. */
async function refetch(config: boolean) {
  const { client, id } = ada;
  const since = (of: string) =>
    client.getUserThreads(id, of, {
      perPage: 1000,
      extended: false,
      since: of === team.id ? known.thread : 1,
    }) as unknown as Promise<ThreadList>;
  ada.sql = 0;
  const [
    channels,
    members,
    scheduled,
    categories,
    posts,
    statuses,
    unreads,
    mine,
    others,
    fields,
    users,
    settings,
  ] = await Promise.all([
    client.getAllTeamsChannels(),
    client.getAllChannelsMembers(id, -1),
    client.getScheduledPosts(team.id, true),
    client.getChannelCategories(id, team.id),
    client.getPostsSince(channel.id, known.newest, false, true, false),
    client.getStatusesByIds([id, bob.id]),
    client.getMyTeamUnreads(true),
    since(team.id),
    since(second.id),
    ada.ask("GET", "custom_profile_attributes/fields"),
    client.getProfilesByIds([bob.id, id], { since: known.at }),
    config ? client.getClientConfig() : undefined,
  ]);
  const { sql } = ada;
  await sayWhere();
  for (const each of channels) expect(each).toMatchObject({ ...CHANNEL, delete_at: 0 });
  for (const each of members) expect(each).toMatchObject({ ...MEMBER, user_id: id });
  expect(members.map(({ channel_id }) => channel_id).sort()).toEqual(channels.map((each) => each.id).sort());
  expect(scheduled.data).toMatchObject({ [team.id]: [] });
  const shown = categories.categories.flatMap(({ channel_ids }) => channel_ids);
  expect(categories.order.length).toBe(categories.categories.length);
  for (const each of channels) if (each.team_id === team.id) expect(shown).toContain(each.id);
  expectPosts(posts);
  for (const status of statuses)
    expect(status).toMatchObject({ manual: false, last_activity_at: expect.any(Number) });
  expect(statuses.map(({ user_id }) => user_id).sort()).toEqual([id, bob.id].sort());
  await untilOnline(ada, [id, bob.id]);
  expect(unreads.map(({ team_id }) => team_id).sort()).toEqual([team.id, second.id].sort());
  for (const unread of unreads)
    for (const key of ["msg_count", "mention_count", "msg_count_root", "mention_count_root", "thread_count"])
      expect((unread as never)[key], key).toEqual(expect.any(Number));
  expect([fields.status, fields.data.status_code]).toEqual([403, 403]);
  expect(fields.data.id).toBe("api.custom_profile_attributes.license_error");
  expect(others.threads).toEqual([]);
  if (settings) expect(settings).toMatchObject({ MaxPostSize: "16383", Version: expect.any(String) });
  console.info(`what follows a reconnect: ${sql} database round trips`);
  expect(sql).toBeLessThanOrEqual(sharedNode().nodes > 1 ? COLD_ROUND_TRIPS : ROUND_TRIPS);
  return { channels, members, posts, mine, users, unreads };
}

it("connects for the first time, and says where it is", async () => {
  await ada.connect();
  expect(Object.fromEntries(ada.dials[0]!)).toEqual({
    connection_id: "",
    sequence_number: "0",
    posted_ack: "true",
  });
  expect(ada.told.slice(0, 2)).toEqual(["first", "hello"]);
  const { data, seq, broadcast } = ada.events[0] as SocketEvent;
  expect(data).toEqual({
    connection_id: expect.stringMatching(ID),
    server_version: ada.last.headers.get("x-version-id"),
    server_hostname: expect.any(String),
  });
  expect([seq, broadcast.user_id]).toEqual([0, ada.id]);
  expect(ada.line.serverHostname).toBe(data.server_hostname);
  await sayWhere();
  root = (await ada.say(channel.id, "Shall we begin?")).id;
  await bob.say(channel.id, "Yes", { root_id: root });
  await ada.until(() => ada.told.includes("thread_updated"));
});

it("comes back on the same connection, is told what it missed, and asks for everything again", async () => {
  await remember();
  await ada.cut();
  const from = ada.told.length;
  const seq = ada.events.at(-1)!.seq;
  const [post] = await Promise.all([
    bob.say(channel.id, `Where are you, @${ada.username}?`),
    bob.client.patchMe({ nickname: "Away" }),
    bob.say(channel.id, "And then?", { root_id: root }),
  ]);
  const away = await makeChannel(world.users[1]!, team, { members: [world.users[0]!] });
  await ada.until(() => ada.told.slice(from).includes("user_added"));
  expect(Object.fromEntries(ada.dials.at(-1)!)).toMatchObject({
    connection_id: known.connection,
    sequence_number: String(seq + 1),
    posted_ack: "true",
  });
  // Not a hello: the client goes on where it was.
  expect(ada.told.slice(from)[0]).toBe("reconnected");
  expect(ada.told.slice(from)).not.toEqual(expect.arrayContaining(["hello"]));
  expect(ada.told).not.toContain("missed");
  expect(ada.line.connectionId).toBe(known.connection);
  const missed = ada.events.filter((event) => event.seq > seq);
  const posted = missed.filter(({ event }) => event === "posted").map(({ parsed }) => parsed.post);
  expect(posted.map(({ message }) => message)).toEqual(expect.arrayContaining([post.message, "And then?"]));
  expect(missed.find(({ parsed }) => parsed.post?.id === post.id)!.parsed.mentions).toEqual([ada.id]);
  const renamed = missed.find(({ event, data }) => event === "user_updated" && data.user.id === bob.id)!;
  expect(renamed.data.user.nickname).toBe("Away");

  const { channels, members, posts, mine, users, unreads } = await refetch(false);
  expect(channels.map(({ id }) => id)).toEqual(expect.arrayContaining([away.id, channel.id]));
  expect(members.find(({ channel_id }) => channel_id === channel.id)).toMatchObject({
    mention_count: 1,
    mention_count_root: 1,
  });
  // The replies are the thread's, but the root is newer than before: its count of replies has changed.
  expect(posts.order).toContain(post.id);
  expect(posts.posts[root]).toMatchObject({ reply_count: 2, is_following: true });
  expect(mine.threads).toMatchObject([{ id: root, reply_count: 2, unread_replies: 2 }]);
  expect(users).toMatchObject([{ id: bob.id, nickname: "Away" }]);
  const unread = unreads.find(({ team_id }) => team_id === team.id)!;
  // With the message that tells her that she has been added to a channel.
  expect(unread).toMatchObject({ mention_count_root: 2, thread_count: 1 });
});

it("gets a new connection where the server cannot tell what was missed, and the configuration again", async () => {
  await remember();
  const from = ada.told.length;
  // As if events had been lost on the way: the client itself sees the gap at the next one, and ends the connection.
  ada.line.serverSequence += 5;
  const post = await bob.say(channel.id, "Do you hear me?");
  await ada.until(() => ada.told.slice(from).includes("hello"));
  expect(Object.fromEntries(ada.dials.at(-1)!)).toMatchObject({
    connection_id: known.connection,
    disconnect_err_code: "4001",
  });
  expect(ada.told.slice(from, from + 4)).toEqual(["closed", "reconnected", "missed", "hello"]);
  expect(ada.line.connectionId).toMatch(ID);
  expect(ada.line.connectionId).not.toBe(known.connection);
  const { posts, users } = await refetch(true);
  expect(posts.order).toContain(post.id);
  expect(users).toEqual([]);
  await bob.say(channel.id, "Now you do");
  await ada.until(() => ada.told.slice(from).includes("posted"));
  const after = ada.events.slice(ada.events.findLastIndex(({ event }) => event === "hello"));
  expect(after.map(({ seq }) => seq)).toEqual(after.map((_, index) => index));
  ada.line.close();
});
