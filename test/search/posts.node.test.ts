import type { Post } from "@mattermost/types/posts";
import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeTeam, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { say } from "../posts/help.ts";
import { direct } from "../posts-create/help.ts";
import { searchPosts } from "./help.ts";

let world: World;
let ann: Person;
let bob: Person;
let cid: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [ann, bob, cid] = world.users as [Person, Person, Person];
  for (const person of world.users) await person.client.getMe();
});

describe("words (semantics 21.2 to 21.5)", () => {
  let found: (terms: string, more?: object) => Promise<string[]>;
  beforeAll(async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob] });
    const messages = [
      "Mountains are high",
      "the mountain road, high and wide",
      "a wide river",
      "river #Flood2026 #low",
      "#flood only",
      "don't cross-compile it",
    ];
    for (const message of messages) await say(ann, channel, message);
    found = async (terms, more) => {
      const { status, list, messages, sql } = await searchPosts(
        ann,
        world.team,
        `in:${channel.id} ${terms}`,
        more,
      );
      expect([status, list.matches, list.next_post_id, list.prev_post_id, sql]).toEqual([
        200,
        null,
        "",
        "",
        1,
      ]);
      return messages;
    };
  });

  it.each<[string, string[], object?]>([
    ["mountain", ["the mountain road, high and wide", "Mountains are high"]],
    ["MOUNTAIN wide", ["the mountain road, high and wide"]],
    [
      "mountain river",
      ["river #Flood2026 #low", "a wide river", "the mountain road, high and wide", "Mountains are high"],
      { is_or_search: true },
    ],
    ["high -road", ["Mountains are high"]],
    ['"high and wide"', ["the mountain road, high and wide"]],
    ['"wide and high"', []],
    ["mount*", ["the mountain road, high and wide", "Mountains are high"]],
    ["riv", []],
    ["#flood2026", ["river #Flood2026 #low"]],
    ["#flood", ["#flood only"]],
    ["#low #flood2026", ["river #Flood2026 #low"]],
    ["#low #flood", ["#flood only", "river #Flood2026 #low"], { is_or_search: true }],
    ["river -#low", ["a wide river"]],
    ["(river), !!wide??", ["a wide river"]],
    ["cross-compile", ["don't cross-compile it"]],
    ["don't cross", ["don't cross-compile it"]],
    ["don't", []],
    ["the", []],
    ["nothing-of-the-kind", []],
  ])("%s", async (terms, expected, more) => {
    expect(await found(terms, more)).toEqual(expected);
  });

  it("has pages that go on, each as long as was asked for", async () => {
    const page = (page: number) => found("", { page, per_page: 4 });
    const pages = [await page(0), await page(1), await page(2)];
    expect(pages.map((messages) => messages.length)).toEqual([4, 2, 0]);
    expect(new Set(pages.flat()).size).toBe(6);
  });
});

describe("where and from whom (21.2, 21.6)", () => {
  const word = `w${newId()}`;
  let secret: { id: string; name: string };
  let talk: { id: string };
  let group: { id: string };
  let elsewhere: { id: string };
  let archived: { id: string };
  beforeAll(async () => {
    secret = await makeChannel(ann, world.team, { type: "P", members: [bob] });
    talk = await direct(ann, bob);
    group = await direct(ann, bob, cid);
    const team = await makeTeam(ann, [bob]);
    elsewhere = await makeChannel(ann, team, { members: [bob] });
    archived = await makeChannel(ann, world.team, { members: [bob] });
    await say(ann, world.channel, `${word} open`);
    await say(bob, world.channel, `${word} bob's`);
    await say(ann, secret, `${word} secret`);
    await say(ann, talk, `${word} direct`);
    await say(ann, group, `${word} group`);
    await say(ann, elsewhere, `${word} elsewhere`);
    await say(ann, archived, `${word} archived`);
    await ann.request("DELETE", `channels/${archived.id}`);
    const deleted: Post = await say(ann, world.channel, `${word} deleted`);
    await ann.request("DELETE", `posts/${deleted.id}`);
    const edited = await say(ann, world.channel, `${word} before`);
    await ann.client.patchPost({ id: edited.id, message: "after" } as Post);
    for (const person of world.users) await person.client.getMe();
  });

  const found = async (
    who: Person,
    terms: string,
    more?: object,
    team: { id: string } | null = world.team,
  ) => {
    const { messages, status, sql } = await searchPosts(who, team ?? undefined, `${word} ${terms}`, more);
    expect([status, sql]).toEqual([200, 1]);
    return messages.map((message) => message.slice(word.length + 1)).sort();
  };

  it("only in one's own channels: of the team, and direct ones", async () => {
    expect(await found(ann, "")).toEqual(["bob's", "direct", "group", "open", "secret"]);
    expect(await found(cid, "")).toEqual(["bob's", "group", "open"]);
    expect(await found(ann, "", {}, null)).toEqual([
      "bob's",
      "direct",
      "elsewhere",
      "group",
      "open",
      "secret",
    ]);
    expect(await found(ann, "", { include_deleted_channels: true })).toContain("archived");
    expect(await found(cid, `in:${secret.name}`)).toEqual([]);
    expect(await found(cid, `in:${secret.id}`)).toEqual([]);
    expect(await found(cid, `-in:${secret.id}`)).toEqual(["bob's", "group", "open"]);
    const outsider = await makeUser();
    expect((await searchPosts(outsider, world.team, word)).status).toBe(403);
    expect((await searchPosts(outsider, undefined, word)).messages).toEqual([]);
    // The administrator sees no more than his own channels either.
    expect((await searchPosts(world.admin, world.team, word)).messages).toEqual([]);
  });

  it("in one channel by name, ~name, id, @user, @users; or not in it", async () => {
    expect(await found(ann, `in:${secret.name}`)).toEqual(["secret"]);
    expect(await found(ann, `in: ~${secret.name.toUpperCase()}`)).toEqual(["secret"]);
    expect(await found(ann, `channel:${secret.id}`)).toEqual(["secret"]);
    expect(await found(ann, `in:@${bob.username}`)).toEqual(["direct"]);
    expect(await found(bob, `in:@${ann.username}`)).toEqual(["direct"]);
    expect(await found(ann, `in:@${bob.username},${cid.username}`)).toEqual(["group"]);
    expect(await found(ann, `in:@${cid.username},${ann.username},${bob.username}`)).toEqual(["group"]);
    expect(await found(ann, `in:@${cid.username},${ann.username}`)).toEqual([]);
    expect(await found(ann, `in:${secret.name} in:${world.channel.name}`)).toEqual([
      "bob's",
      "open",
      "secret",
    ]);
    expect(await found(ann, `-in:${world.channel.name}`)).toEqual(["direct", "group", "secret"]);
    expect(await found(ann, "in:no-such-channel")).toEqual([]);
  });

  it("from someone, or not", async () => {
    expect(await found(ann, `from:${bob.username}`)).toEqual(["bob's"]);
    expect(await found(ann, `from: @${bob.username.toUpperCase()}`)).toEqual(["bob's"]);
    expect(await found(ann, `from:${bob.id}`)).toEqual(["bob's"]);
    expect(await found(ann, `-from:${bob.username}`)).toEqual(["direct", "group", "open", "secret"]);
    expect(await found(ann, `from:${bob.username} from:${ann.username} in:${world.channel.id}`)).toEqual([
      "bob's",
      "open",
    ]);
    expect(await found(ann, "from:nobody-at-all")).toEqual([]);
    expect(
      (await searchPosts(ann, world.team, `from:${bob.username} in:${world.channel.id}`)).messages,
    ).toEqual([`${word} bob's`]);
  });
});

describe("when (21.4)", () => {
  it("before, after and on a day, in the zone that was given", async () => {
    const channel = await makeChannel(ann, world.team);
    const at = (day: number, hour: number) => ({ create_at: Date.UTC(2020, 1, day, hour) });
    for (const [day, hour] of [
      [1, 12],
      [2, 1],
      [2, 12],
      [2, 23],
      [3, 12],
    ] as const) {
      await say(world.admin, channel, `${day}/${hour}`, at(day, hour) as Partial<Post>);
    }
    const found = async (terms: string, time_zone_offset = 0) =>
      (await searchPosts(ann, world.team, `in:${channel.name} ${terms}`, { time_zone_offset })).messages
        .filter((message) => message.includes("/"))
        .reverse();
    expect(await found("on:2020-02-02")).toEqual(["2/1", "2/12", "2/23"]);
    expect(await found("on:2020-2-2", 7_200)).toEqual(["2/1", "2/12"]);
    expect(await found("on:2020-2-2", -7_200)).toEqual(["2/12", "2/23"]);
    expect(await found("before:2020-02-02")).toEqual(["1/12"]);
    expect(await found("after:2020-02-02")).toEqual(["3/12"]);
    expect(await found("after:2020-02-01 before:2020-02-03")).toEqual(["2/1", "2/12", "2/23"]);
    expect(await found("-on:2020-02-02")).toEqual(["1/12", "3/12"]);
    expect(await found("-before:2020-02-03")).toEqual(["3/12"]);
    expect(await found("-after:2020-02-01")).toEqual(["1/12"]);
    expect(await found("on:yesterday")).toHaveLength(5);
  });
});

describe("whatever is typed", () => {
  it("is nothing where there is nothing to look for", async () => {
    for (const terms of ["*", "-", "...", " "])
      expect((await searchPosts(ann, undefined, terms)).list.order).toEqual([]);
  });

  it.each([
    "' \\ '' \\' & | ! <-> ( ) :*",
    "'); drop table posts; --",
    '"',
    '"""" -"" -',
    "a:* & | !b",
    "%_\\",
    "\u{1F600} \uD800 ñ 日本語 ﷽",
    "x".repeat(10_000),
    "word ".repeat(5_000),
    "-word ".repeat(5_000),
    "#tag ".repeat(3_000),
    "in:a from:b ".repeat(200),
    `in:@${"a,".repeat(3_000)}`,
    "on:9999-99-99 before:0001-01-01 after:275760-09-13",
    "-".repeat(20_000),
  ])("is no error: %.40s", async (terms) => {
    for (const is_or_search of [false, true]) {
      expect((await searchPosts(ann, world.team, terms, { is_or_search })).status).toBe(200);
    }
  });

  it("is refused where it is no search", async () => {
    const path = `teams/${world.team.id}/posts/search`;
    for (const body of [
      {},
      { terms: 5 },
      { terms: "" },
      { terms: "a\0b" },
      { terms: "a", page: "x" },
      [],
      "{",
    ]) {
      expect((await ann.request("POST", path, body)).status).toBe(400);
    }
    for (const page of [-1, 1.5, 1e15])
      expect((await searchPosts(ann, world.team, "a", { page, per_page: page })).status).toBe(200);
  });
});
