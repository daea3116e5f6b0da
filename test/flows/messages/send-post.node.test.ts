// Sending a message (client-flows 8), as the web client does it: what it inserts before
// the answer, by what it replaces that, and which failures it takes for which.

import type { Channel } from "@mattermost/types/channels";
import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { failureOf } from "../../harness/client.ts";
import { makeChannel, makeWorld, type Person, type World } from "../../harness/people.ts";
import { untilOnline } from "../support/tab.ts";
import { WebTab } from "../support/web-client.ts";

let world: World;
let people: Person[];
let ada: WebTab;
/** Ada's other window. */
let other: WebTab;
let bob: WebTab;
let me: string;
let channel: Channel;

beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  people = world.users;
  me = people[0]!.id;
  channel = world.channel;
  const tabs = [people[0]!, people[0]!, people[1]!].map((who) => new WebTab(world.node).login(who));
  [ada, other, bob] = (await Promise.all(tabs)) as [WebTab, WebTab, WebTab];
  await Promise.all([ada, other, bob].map((tab) => tab.connect()));
  await untilOnline(ada, [me, people[1]!.id]);
});

let last = 0;
/** As the client inserts it: with the pending id for its id. */
function optimistic(message: string, fields: Record<string, unknown> = {}): Post {
  // Never twice in the same ms.
  last = Math.max(Date.now(), last + 1);
  return {
    channel_id: channel.id,
    message,
    root_id: "",
    user_id: me,
    pending_post_id: `${me}:${last}`,
    file_ids: [],
    props: { disable_group_highlight: true },
    metadata: {},
    create_at: last,
    update_at: last,
    reply_count: 0,
    ...fields,
  } as unknown as Post;
}
/** What it then sends. */
const send = (post: Post, tab = ada) => tab.client.createPost({ ...post, create_at: 0 });
const isPost = (id: string) => (event: { parsed: Record<string, any> }) => event.parsed.post?.id === id;

describe("a message", () => {
  it("is answered and announced with the pending id that stands for it until then", async () => {
    const pending = optimistic("hello @here #tag");
    const post = await send(pending);
    expect(ada.last.status).toBe(201);
    expect(post).toMatchObject({
      id: expect.stringMatching(/^[a-z0-9]{26}$/),
      pending_post_id: pending.pending_post_id,
      user_id: me,
      channel_id: channel.id,
      root_id: "",
      original_id: "",
      message: pending.message,
      type: "",
      props: expect.any(Object),
      hashtags: "#tag",
      edit_at: 0,
      delete_at: 0,
      is_pinned: false,
      reply_count: 0,
      last_reply_at: 0,
      participants: null,
      metadata: {},
    });
    expect(post.create_at).toBe(post.update_at);
    expect(Math.abs(post.create_at - Date.now())).toBeLessThan(10_000);
    for (const tab of [ada, other, bob]) {
      const { data, parsed } = await tab.next("posted", isPost(post.id));
      expect(parsed.post.pending_post_id).toBe(pending.pending_post_id);
      expect(data).toMatchObject({
        channel_type: "O",
        channel_name: channel.name,
        channel_display_name: channel.display_name,
        team_id: world.team.id,
        sender_name: `@${people[0]!.username}`,
        set_online: true,
      });
      if (tab === bob) expect(parsed.mentions).toEqual([people[1]!.id]);
    }
    // What the window says of the notification that it shows or not.
    const reply = await bob.send("posted_notify_ack", {
      post_id: post.id,
      user_agent: "x",
      status: "not_sent",
      reason: "channel_muted",
      data: "",
    });
    expect(reply.status).toBe("OK");
  });

  it("is stored once, however often it is sent, with what the client's own copy has besides", async () => {
    const post = optimistic("again");
    const [one, two] = await Promise.all([send(post), send(post)]);
    const third = await send({ ...post, failed: true, exists: true, update_at: Date.now() } as never);
    expect([ada.last.status, two.id, third.id]).toEqual([201, one.id, one.id]);
    expect(third.pending_post_id).toBe(post.pending_post_id);
    const nulls = {
      id: null,
      message: null,
      root_id: null,
      type: null,
      props: null,
      metadata: null,
      file_ids: null,
    };
    const empty = await ada.ask("POST", "posts", { channel_id: channel.id, ...nulls });
    expect([empty.status, empty.data.message, empty.data.root_id, empty.data.props]).toEqual([
      201,
      "",
      "",
      {},
    ]);
    await bob.next("posted", isPost(one.id));
    await bob.none("posted", isPost(one.id));
    const { posts } = await ada.client.getPosts(channel.id, 0, 30, true, true, false);
    expect(Object.values(posts).filter(({ message }) => message === "again")).toHaveLength(1);
  });

  it("that failed is sent again with the same pending id; some failures remove the optimistic one", async () => {
    const root = await send(optimistic("root"));
    const elsewhere = await makeChannel(people[0]!, world.team);
    const archived = await makeChannel(people[0]!, world.team);
    const removed = await send(optimistic("removed"));
    await ada.client.deletePost(removed.id);
    await ada.client.deleteChannel(archived.id);
    const cases: [fields: Record<string, unknown>, id: string, status: number][] = [
      [{ root_id: removed.id }, "api.post.create_post.root_id.app_error", 400],
      [{ root_id: newId() }, "api.post.create_post.root_id.app_error", 400],
      [{ root_id: root.id, channel_id: elsewhere.id }, "api.post.create_post.channel_root_id.app_error", 400],
      [{ channel_id: archived.id }, "api.post.create_post.can_not_post_to_deleted.error", 400],
      [{ message: "x".repeat(16_384) }, "model.post.is_valid.message_length.app_error", 400],
      [{ type: "system_join_channel" }, "api.context.invalid_param.app_error", 400],
      [
        { metadata: { priority: { priority: "urgent", requested_ack: true } } },
        "license_error.feature_unavailable",
        501,
      ],
      [
        { root_id: root.id, metadata: { priority: { priority: "urgent" } } },
        "api.post.post_priority.priority_post_only_allowed_for_root_post.request_error",
        400,
      ],
    ];
    for (const [fields, id, status] of cases) {
      const failure = await failureOf(send(optimistic("fails", fields)));
      expect(failure).toMatchObject({ server_error_id: id, status_code: status });
    }
    const secret = await makeChannel(people[0]!, world.team, { type: "P" });
    const stranger = optimistic("fails", { channel_id: secret.id, user_id: people[1]!.id });
    expect(await failureOf(send(stranger, bob))).toMatchObject({
      server_error_id: "api.context.permissions.app_error",
      status_code: 403,
    });
    const retried = optimistic("retried", { root_id: newId() });
    await failureOf(send(retried));
    const post = await send({ ...retried, root_id: root.id });
    expect(post).toMatchObject({
      root_id: root.id,
      pending_post_id: retried.pending_post_id,
      reply_count: 1,
    });
    await other.next("posted", isPost(post.id));
  });

  it("that was missed while the connection was broken comes with it again", async () => {
    const { connectionId } = bob;
    const again = new Promise<void>((done) => bob.socket!.addReconnectListener(() => done()));
    (bob.socket as unknown as { conn: { terminate(): void } }).conn.terminate();
    const posts = [await send(optimistic("missed")), await send(optimistic("missed, too"))];
    await again;
    for (const post of posts) await bob.next("posted", isPost(post.id));
    // Resumed: a new connection would have made the client fetch everything.
    expect(bob.connectionId).toBe(connectionId);
    await bob.none("posted", isPost(posts[0]!.id));
  });

  it("has a priority, if it is a root", async () => {
    expect((await ada.client.getClientConfig()).PostPriority).toBe("true");
    const priority = { priority: "urgent", requested_ack: false, persistent_notifications: false };
    const post = await send(optimistic("now!", { metadata: { priority } }));
    expect(post.metadata.priority).toMatchObject({ priority: "urgent" });
    const { parsed } = await bob.next("posted", isPost(post.id));
    expect(parsed.post.metadata.priority).toMatchObject({ priority: "urgent", requested_ack: false });
    const none = await send(optimistic("later", { metadata: { priority: { priority: "" } } }));
    expect(none.metadata.priority?.priority ?? "").toBe("");
  });
});

describe("before it is sent", () => {
  it("a draft is kept for the user's other windows, and goes with the message", async () => {
    const draft = {
      ...{ user_id: me, channel_id: channel.id, root_id: "", message: "half", props: {}, file_ids: [] },
      ...{ create_at: 0, update_at: 0, delete_at: 0, metadata: {}, priority: { priority: "important" } },
    };
    const saved = await ada.client.upsertDraft(draft as never, ada.connectionId);
    expect(ada.last.status).toBe(201);
    expect(saved).toMatchObject({ message: "half", user_id: me, root_id: "", delete_at: 0 });
    const { parsed } = await other.next(
      "draft_created",
      ({ data }) => JSON.parse(data.draft).message === "half",
    );
    expect(parsed.draft).toMatchObject({ channel_id: channel.id, priority: { priority: "important" } });
    await ada.none("draft_created");
    const root = await send(optimistic("thread"));
    await ada.client.upsertDraft({ ...draft, root_id: root.id, message: "reply" } as never, ada.connectionId);
    const drafts = (await ada.client.getUserDrafts(world.team.id)) as unknown as { message: string }[];
    expect(drafts.map(({ message }) => message).sort()).toEqual(["half", "reply"]);
    for (const root_id of ["", root.id]) {
      expect(await ada.client.deleteDraft(channel.id, root_id, ada.connectionId)).toEqual({ status: "OK" });
      await other.next("draft_deleted", (event) => event.parsed.draft.root_id === root_id);
    }
    // Sending deletes a draft that there may not be.
    expect(await ada.client.deleteDraft(channel.id, "", ada.connectionId)).toEqual({ status: "OK" });
    await ada.none("draft_deleted");
    expect(await ada.client.getUserDrafts(world.team.id)).toEqual([]);
  });

  it("the others see that one is typing", async () => {
    const config = await ada.client.getClientConfig();
    expect(config.EnableUserTypingMessages).toBe("true");
    expect(Number(config.TimeBetweenUserTypingUpdatesMilliseconds)).toBeGreaterThan(0);
    const root = await send(optimistic("typed under"));
    for (const parent of ["", root.id]) {
      ada.socket!.userTyping(channel.id, parent);
      const typing = await bob.next("typing", ({ data }) => data.parent_id === parent);
      expect(typing.data).toEqual({ user_id: me, parent_id: parent });
      expect(typing.broadcast.channel_id).toBe(channel.id);
    }
    await ada.none("typing");
  });

  it("names of people, channels, emoji and commands are completed", async () => {
    const { client } = ada;
    const args = { channel_id: channel.id, root_id: "", team_id: world.team.id };
    const [users, all, channels, emoji, commands] = await Promise.all([
      client.autocompleteUsers(people[1]!.username.slice(0, 12), world.team.id, channel.id),
      client.autocompleteUsers("", world.team.id, channel.id),
      client.autocompleteChannels(world.team.id, "town-s"),
      client.autocompleteCustomEmoji("smile"),
      client.getCommandAutocompleteSuggestionsList("/aw", world.team.id, args as never),
    ]);
    expect(users.users.map(({ id }) => id)).toContain(people[1]!.id);
    expect(Array.isArray(users.out_of_channel)).toBe(true);
    expect(all.users).toHaveLength(3);
    expect(channels.map(({ name }) => name)).toEqual(["town-square"]);
    expect(emoji).toEqual([]);
    expect(commands[0]).toMatchObject({
      Complete: "away",
      Suggestion: expect.any(String),
      Hint: expect.any(String),
      Description: expect.any(String),
      IconData: expect.any(String),
    });
    const done = await client.executeCommand("/away", args as never);
    expect(done).toMatchObject({ response_type: "ephemeral", text: expect.any(String), goto_location: "" });
    const unknown = await failureOf(client.executeCommand("/nonsense", args as never));
    expect(unknown.status_code).toBe(404);
    await client.executeCommand("/online", args as never);
  });
});
