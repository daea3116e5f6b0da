import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  membersByIds,
  membershipsInTeam,
  membersOf,
  unreadOf,
} from "../../workers/actions/channels/members/lists.ts";
import { channelListOf } from "../../workers/actions/channels/read/list.ts";
import { doViewChannels } from "../../workers/actions/channels/view.ts";
import { editStatements } from "../../workers/actions/posts/change/edit-sql.ts";
import { unreadBefore, unreadStatements } from "../../workers/actions/posts/change/unread-sql.ts";
import {
  type CreateShape,
  type CreateValues,
  createStatement,
} from "../../workers/actions/posts/create-sql.ts";
import {
  type ListShape,
  pageStatement,
  sinceStatement,
  unreadStatement,
  unreadsStatement,
} from "../../workers/actions/posts/read/list-sql.ts";
import { followingOf } from "../../workers/actions/posts/read/page.ts";
import { PINNED } from "../../workers/actions/posts/read/picks.ts";
import { threadStatement } from "../../workers/actions/posts/read/thread-sql.ts";
import { REACTIONS_OF, removeStatements, saveStatements } from "../../workers/actions/reactions/sql.ts";
import { type PostReport, reportStatement } from "../../workers/actions/reports/posts.ts";
import { postsStatement } from "../../workers/actions/search/posts.ts";
import { teamUnreads } from "../../workers/actions/teams/unread.ts";
import { doFollowThread } from "../../workers/actions/threads/follow.ts";
import { threadsStatement } from "../../workers/actions/threads/sql.ts";
import type { Context } from "../../workers/context.ts";
import type { Channel } from "../../workers/model/channel.ts";
import { newId } from "../../workers/model/id.ts";
import type { Statement } from "../../workers/ports/sql/sql.ts";
import { parseSearch } from "../../workers/text/search/search.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import type { Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { type Large, makeLarge } from "./fixture.ts";
import { Recorder } from "./recorder.ts";

let node: OwnNode;
let given: Large;
let recorder: Recorder;
beforeAll(async () => {
  node = await ownNode();
  const start = Date.now();
  given = await makeLarge(node);
  if (process.env.VERBOSE) console.log(`The fixture took ${Date.now() - start} ms`);
  recorder = await Recorder.open(database(node));
}, 180_000);
afterAll(async () => {
  recorder?.close();
  await node?.stop();
});

const run = (statement: Statement) => (ctx: Context) => ctx.sql.query(statement.text, statement.params);

/** Tables that grow with what people write and with how many they are. */
const BIG = new Set(["posts", "channelmembers", "threads", "threadmemberships", "users", "sessions"]);

const PLAIN: CreateShape = {
  reply: false,
  mentions: false,
  wide: "",
  missed: false,
  self: false,
  files: false,
  priority: false,
  urgent: false,
  viewed: true,
  counted: true,
  follow: true,
  collapsed: "on",
};

function create(shape: Partial<CreateShape>, values: Partial<CreateValues> = {}) {
  const { ann, large, team } = given;
  return run(
    createStatement(
      { ...PLAIN, ...shape },
      {
        id: newId(),
        at: Date.now(),
        userId: ann.id,
        channelId: large.id,
        rootId: "",
        message: "hello",
        type: "",
        props: "{}",
        hashtags: "",
        fileIds: [],
        teamId: team.id,
        priority: "",
        usernames: [],
        userIds: [],
        autoFollow: [],
        maxWide: 1_000,
        ...values,
      },
    ),
  );
}

const shape = (more: Partial<ListShape> = {}): ListShape => ({
  channelId: given.large.id,
  collapsed: true,
  fetchThreads: true,
  viewer: given.ann.id,
  ...more,
});
const page = { offset: 0, limit: 60 };
const flat = { collapsed: false, fetchThreads: true };
const thread = (more: object) => ({
  postId: given.short,
  viewer: given.ann.id,
  collapsed: true,
  down: true,
  updatesOnly: false,
  fromTime: 0,
  fromPost: "",
  limit: 60,
  ...more,
});
const followed = (more: object = {}) => ({
  userId: given.ann.id,
  teamId: given.team.id,
  since: 0,
  before: "",
  after: "",
  offset: 0,
  limit: 25,
  unread: false,
  deleted: false,
  excludeDirect: false,
  extended: true,
  wants: "both" as const,
  ...more,
});
const search = (terms: string) =>
  run(
    postsStatement(
      { userId: given.ann.id, teamId: given.team.id, archived: false },
      parseSearch(terms),
      false,
      {
        offset: 0,
        limit: 20,
      },
    ),
  );
const scope = (createAt: number) => ({
  channelId: given.large.id,
  userId: given.ann.id,
  createAt,
  patterns: ["%@ann%"],
});

/** A page of a channel's posts from the middle of them. */
const report = (more: Partial<PostReport>) =>
  run(
    reportStatement({
      channelId: given.large.id,
      timeField: "create_at",
      descending: false,
      deleted: false,
      excludeSystem: true,
      after: { at: given.middleAt, id: given.middle },
      perPage: 100,
      ...more,
    }),
  );

/** What is asked of the database, and how many rows it may look at for that at most. */
const CASES: [name: string, rows: number, act: () => (ctx: Context) => Promise<unknown>][] = [
  ["a post", 20, () => create({})],
  [
    "a post that names people",
    60,
    () =>
      create(
        { mentions: true, missed: true },
        { usernames: [given.bob.username, given.users[5_000]!.username, "nobody"] },
      ),
  ],
  // Counts one more than the limit at most (semantics 2.6).
  [
    "a post to @all in a channel that is too large for that",
    1_500,
    () => create({ mentions: true, wide: "everyone" }),
  ],
  ["a post to @here", 1_500, () => create({ mentions: true, wide: "online" })],
  ["an urgent post", 30, () => create({ priority: true, urgent: true }, { priority: "urgent" })],
  // Its followers (100) get an event each; their replies are counted by what they have seen.
  ["a reply", 800, () => create({ reply: true, viewed: false }, { rootId: given.short })],
  [
    "a reply with a mention",
    800,
    () =>
      create(
        { reply: true, viewed: false, mentions: true },
        { rootId: given.short, usernames: [given.bob.username] },
      ),
  ],
  [
    "a reply where the author reads threads flat",
    800,
    () => create({ reply: true, mentions: true, collapsed: "default_off" }, { rootId: given.short }),
  ],
  ["the newest page", 700, () => run(pageStatement(shape(), page))],
  ["the newest page with its threads", 4_000, () => run(pageStatement(shape(flat), page))],
  [
    // Its rows, for what the viewer follows of them; no texts.
    "the newest page that the client has",
    600,
    () => run(pageStatement(shape(), { ...page, seen: given.changedAt })),
  ],
  [
    "a page of what is before a post",
    700,
    () => run(pageStatement(shape(), { ...page, before: given.middle })),
  ],
  [
    "a page of what is after a post",
    700,
    () => run(pageStatement(shape(), { ...page, after: given.middle })),
  ],
  [
    "a page of what is before a post, threads flat",
    2_500,
    () => run(pageStatement(shape(flat), { ...page, before: given.middle })),
  ],
  ["what changed since lately", 600, () => run(sinceStatement(shape(), given.newestAt - 30_000))],
  ["what changed since long ago", 9_000, () => run(sinceStatement(shape(), 1))],
  ["a page of a report on posts", 700, () => report({})],
  ["the same backwards", 700, () => report({ descending: true })],
  ["the same with deleted posts", 700, () => report({ deleted: true })],
  ["the same by the time of the last change", 700, () => report({ timeField: "update_at", deleted: true })],
  ["the first page of a report on posts", 700, () => report({ after: undefined, descending: true })],
  [
    "what is around the first unread post, nothing read",
    900,
    () => run(unreadStatement({ ...shape(), viewer: given.ann.id }, { before: 30, after: 30 })),
  ],
  [
    "the same of all unread channels together",
    900,
    () =>
      run(
        unreadsStatement({ ...shape(), viewer: given.ann.id }, { before: 30, after: 30 }, given.team.id, 20),
      ),
  ],
  ["a short thread", 60, () => run(threadStatement(thread({})))],
  ["a long thread's first page", 7_000, () => run(threadStatement(thread({ postId: given.long })))],
  ["a thread's page further on", 60, () => run(threadStatement(thread({ fromTime: given.newestAt + 2 })))],
  [
    "a long thread's page further on",
    7_000,
    () =>
      run(threadStatement(thread({ postId: given.long, fromTime: given.middleAt, fromPost: given.middle }))),
  ],
  [
    "what changed in a thread",
    60,
    () => run(threadStatement(thread({ updatesOnly: true, fromTime: given.newestAt }))),
  ],
  // What one follows (300 threads) is looked through, not what there is.
  ["my threads", 3_000, () => run(threadsStatement(followed()))],
  ["my unread threads", 3_000, () => run(threadsStatement(followed({ unread: true })))],
  ["how many threads are unread", 1_500, () => run(threadsStatement(followed({ wants: "totals" })))],
  ["search for a rare word", 2_000, () => search("needle")],
  ["search in a channel from a person", 3_000, () => search(`needle from:${given.users[0]!.username}`)],
  ["pinned posts", 40, () => run({ text: PINNED, params: [given.large.id] })],
  ["reactions", 10, () => run({ text: REACTIONS_OF, params: [[given.middle]] })],
  [
    "a reaction",
    20,
    () => (ctx) =>
      ctx.sql.batch(
        saveStatements({ userId: given.ann.id, postId: given.middle, emojiName: "rocket" }, 50, false),
      ),
  ],
  [
    "no reaction any more",
    20,
    () => (ctx) =>
      ctx.sql.batch(removeStatements({ userId: given.ann.id, postId: given.middle, emojiName: "rocket" })),
  ],
  [
    "an edit",
    40,
    () => (ctx) =>
      ctx.sql.batch(
        editStatements({
          id: given.middle,
          versionId: newId(),
          at: Date.now(),
          message: "other",
          hashtags: "",
          props: null,
          pinned: null,
          fileIds: null,
          edited: true,
        }),
      ),
  ],
  [
    "my channels",
    400,
    () => (ctx) => channelListOf(ctx, given.ann.id, { includeDeleted: false, lastDeleteAt: 0 }),
  ],
  ["my memberships", 400, () => (ctx) => membershipsInTeam(ctx, given.ann.id, given.team.id)],
  ["what is unread in my teams", 2_500, () => (ctx) => teamUnreads(ctx, given.ann.id, { threads: true })],
  ["a page of members", 60, () => (ctx) => membersOf(ctx, given.large.id, { perPage: 60, offset: 0 })],
  [
    "some members",
    20,
    () => (ctx) => membersByIds(ctx, given.large.id, [given.ann.id, given.users[9_000]!.id]),
  ],
  ["what is unread in a channel", 4, () => (ctx) => unreadOf(ctx, given.large.id, given.ann.id)],
  [
    "a view",
    120,
    () => (ctx) => doViewChannels(ctx, given.ann.id, [given.large.id], { collapsedThreads: true }),
  ],
  [
    "a view by a client that knows no threads",
    2_000,
    () => (ctx) => doViewChannels(ctx, given.ann.id, [given.large.id], { collapsedThreads: false }),
  ],
  // All that is then unread is counted: a hundred root posts, and the replies.
  ["mark unread from a post on", 11_000, () => (ctx) => markUnread(ctx, given.newestAt - 100_000)],
  [
    "who follows what of a page",
    10,
    () => (ctx) => followingOf(ctx, given.ann.id, [given.short, given.long]),
  ],
  [
    "a thread is followed",
    10,
    () => (ctx) =>
      doFollowThread(
        ctx,
        {
          userId: given.ann.id,
          teamId: given.team.id,
          threadId: given.middle,
          channel: given.large as Channel,
        },
        true,
      ),
  ],
];

async function markUnread(ctx: Context, createAt: number): Promise<void> {
  const first = unreadBefore(scope(createAt));
  const [before] = await ctx.sql.query(first.text, first.params);
  const values = {
    now: Date.now(),
    mentions: 0,
    mentionsRoot: 0,
    mentionsUrgent: 0,
    before: before as never,
  };
  await ctx.sql.batch(unreadStatements({ ...scope(createAt), ...values }));
}

describe("in a channel of ten thousand members and two hundred thousand posts", () => {
  it.each(CASES)("%s looks at %i rows at most", async (_, rows, act) => {
    for (const { text, plans } of await recorder.explain(act())) {
      for (const plan of plans) {
        const shown = `${plan.visited} rows: ${plan.scans.join("; ")}\n${text}`;
        expect(
          plan.sequential.filter((table) => BIG.has(table)),
          shown,
        ).toEqual([]);
        expect(plan.visited, shown).toBeLessThanOrEqual(rows);
      }
    }
  });

  it("and what it counts is what the database does", async () => {
    const [all] = await recorder.explain(
      run({ text: "SELECT count(*) FROM posts WHERE message LIKE '%no such%'", params: [] }),
    );
    expect(all!.plans[0]!.visited).toBeGreaterThan(200_000);
    expect(all!.plans[0]!.sequential).toEqual(["posts"]);
  });
});

describe("what a request costs is the same for 10 and for 10,000 members", () => {
  const cost = ({ status, headers, text }: Awaited<ReturnType<Person["request"]>>) => {
    if (status >= 300) throw new Error(`${status} ${text}`);
    return { sql: Number(headers.get("x-edgemost-sql")), objects: Number(headers.get("x-edgemost-objects")) };
  };
  const requests: [
    name: string,
    sql: number,
    ask: (person: Person, channel: { id: string }) => ReturnType<Person["request"]>,
  ][] = [
    [
      "a post",
      1,
      (person, channel) => person.request("POST", "posts", { channel_id: channel.id, message: "hello" }),
    ],
    [
      "a page of posts",
      1,
      (person, channel) => person.request("GET", `channels/${channel.id}/posts?per_page=60`),
    ],
    ["my channels", 0, (person) => person.request("GET", "users/me/channels")],
    ["who I am", 0, (person) => person.request("GET", "users/me")],
    [
      "a view",
      1,
      (person, channel) =>
        person.request("POST", "channels/members/me/view", {
          channel_id: channel.id,
          collapsed_threads_supported: true,
        }),
    ],
    [
      "a page of members",
      1,
      (person, channel) => person.request("GET", `channels/${channel.id}/members?per_page=60`),
    ],
  ];

  it.each(requests)("%s: %i database round trips at most", async (_, sql, ask) => {
    const { ann, small, large } = given;
    const measured: ReturnType<typeof cost>[] = [];
    for (const channel of [small, large]) {
      const costs: ReturnType<typeof cost>[] = [];
      // The first ones fill caches.
      for (let i = 0; i < 4; i++) costs.push(cost(await ask(ann, channel)));
      measured.push(costs.sort((a, b) => a.sql - b.sql || a.objects - b.objects)[0]!);
    }
    expect(measured[1]).toEqual(measured[0]);
    expect(measured[1]!.sql).toBeLessThanOrEqual(sql);
  });
});
