import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../../harness/node.ts";
import { makeChannel, makeWorld, type World } from "../../harness/people.ts";
import { database } from "../../harness/sql.ts";
import { tables } from "../support.ts";
import { type Contents, importSlack, T, workspace, zipOf } from "./export.ts";

let node: OwnNode;
let world: World;
beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ users: 2, node });
});
afterAll(() => node?.stop());

/** A zip as no library writes it: another text of the same length, wherever it stands. */
function renamed(zip: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(zip).toString("latin1").replaceAll(from, to);
  return new Uint8Array(Buffer.from(text, "latin1"));
}

describe("an import from Slack", () => {
  it("makes people, channels and messages, and the same again changes nothing", async () => {
    const { users, team, admin } = world;
    const [owner, ann] = users as [(typeof users)[0], (typeof users)[0]];
    const tag = newId().slice(0, 8);
    // The export's #hush is open: what is said there may be read by more people than a private channel's members.
    const hush = await makeChannel(owner, team, { type: "P", name: "hush" });
    const zip = await zipOf(workspace(tag, { email: (await ann.client.getMe()).email }));
    const first = await importSlack(owner, team.id, zip);
    expect([first.status, first.text.slice(0, 200)]).toEqual([200, expect.stringContaining("results")]);
    const after = await tables(node);

    const { log } = first;
    const bobName = `bob-b-${tag}`;
    expect(log).toContain(
      `Users created:\r\n${bobName} (bob${tag}@example.org); was Bob B!${tag} in Slack\r\n`,
    );
    expect(log).toMatch(
      new RegExp(`carl${tag} \\(ucarl@slack.invalid\\); .*no valid e-mail.*guest in Slack`),
    );
    expect(log).toContain(`Users that were here:\r\n${ann.username} (`);
    expect(log).toContain("merged into those that were here:\r\ntown-square\r\n");
    expect(log).toContain("hush-slack (was hush in Slack)");
    expect(log).toContain("Conversations not imported:\r\nDSLACK: ");
    expect(log).toContain("not imported:\r\nstray\r\n");
    expect(log).toContain("Messages of unknown users: 1\r\n");
    expect(log).toContain("Messages without a valid time: 1\r\n");
    expect(log).toContain("(huddle_thread): 1");

    const [bob, carl, gone] = await Promise.all(
      [bobName, `carl${tag}`, `gone${tag}`].map((name) => admin.client.getUserByUsername(name)),
    );
    expect(bob).toMatchObject({
      first_name: "Bob",
      last_name: "Long Builder",
      position: "Boss",
      roles: "system_user",
    });
    expect(gone!.delete_at).toBeGreaterThan(0);
    const members = await owner.client.getTeamMembersByIds(team.id, [bob!.id, carl!.id, gone!.id]);
    expect(members.map(({ user_id }) => user_id).sort()).toEqual([bob!.id, carl!.id].sort());

    const news = await owner.client.getChannelByName(team.id, "news");
    expect(news).toMatchObject({
      type: "O",
      header: `All & @${ann.username}`,
      purpose: "p".repeat(250),
      // Two halves of the long one, and the reply that went to all.
      total_msg_count: 12,
    });
    expect((await ann.client.getMyChannelMember(news.id)).msg_count).toBe(12);
    const list = await ann.client.getPosts(news.id);
    const posts = list.order.map((id) => list.posts[id] as any).reverse();
    const ms = (seconds: number) => (T + seconds) * 1_000;
    const robot = await admin.client.getUserByUsername("slack-import");
    expect(
      posts.map(({ message, create_at, type, user_id }) => [message.slice(0, 100), create_at, type, user_id]),
    ).toEqual([
      [`**hello** @${ann.username} in ~hush-slack & [x](http://x.org) @here`, ms(20), "", bob!.id],
      ["first reply", ms(21), "", ann.id],
      ["to all", ms(30), "", carl!.id],
      ["same ms", ms(40), "", ann.id],
      ["same ms", ms(40) + 1, "", ann.id],
      ["*waves*", ms(50), "me", bob!.id],
      ["built", ms(60), "slack_attachment", robot.id],
      ["beep", ms(70), "", robot.id],
      ["a file\n[A](https://files.slack.com/a.txt)", ms(90), "", gone!.id],
      ["set the channel topic: new", ms(100), "system_header_change", bob!.id],
      ["x".repeat(100), ms(110), "", bob!.id],
      ["tail", ms(110) + 1, "", bob!.id],
    ]);
    const [root, reply, broadcast] = posts;
    expect(root).toMatchObject({ reply_count: 2, metadata: { reactions: [{}, {}] } });
    expect(new Set(root.metadata.reactions.map((one: any) => `${one.user_id} ${one.emoji_name}`))).toEqual(
      new Set([`${ann.id} thumbsup`, `${bob!.id} thumbsup`]),
    );
    expect([reply.root_id, broadcast.root_id]).toEqual([root.id, root.id]);
    expect(broadcast.metadata.reactions).toMatchObject([{ emoji_name: "tada", create_at: ms(30) }]);
    expect(posts[6].props).toMatchObject({
      from_webhook: "true",
      override_username: "CI",
      attachments: [{ fallback: "f", color: "good", text: `**ok** @${bobName}` }],
    });
    expect(JSON.stringify(posts[6].props)).not.toMatch(/javascript|preview|actions/);
    expect(posts[7].props.override_username).toBe("Robo");
    const thread = await ann.client.getUserThread("me", team.id, root.id);
    expect(thread).toMatchObject({ reply_count: 2, unread_replies: 0 });

    expect((await admin.client.getChannelByName(team.id, "private-group")).type).toBe("P");
    expect((await admin.client.getPosts(hush.id)).order.map((id) => id)).toHaveLength(1);
    const messagesIn = async (id: string) => {
      const { order, posts: all } = await ann.client.getPosts(id);
      return order.map((post) => all[post]!.message);
    };
    const direct = await ann.client.createDirectChannel([ann.id, bob!.id]);
    expect(await messagesIn(direct.id)).toEqual(["what?", "psst"]);
    const group = await ann.client.createGroupChannel([ann.id, bob!.id, carl!.id]);
    expect(await messagesIn(group.id)).toEqual(["three of us"]);

    const again = await importSlack(owner, team.id, zip);
    expect(again.status).toBe(200);
    expect(again.log).not.toContain("created");
    expect(await tables(node)).toEqual(after);
    // Another administrator's import does not take the bot over.
    await importSlack(admin, team.id, zip);
    expect(await tables(node)).toEqual(after);
  });

  it("may run twice at the same time", async () => {
    const { users, team } = world;
    const zip = await zipOf({
      "users.json": [{ id: "UTWICE", name: `twice${newId()}` }],
      "channels.json": [{ id: "CTWICE", name: "twice", members: ["UTWICE"] }],
      "twice/2020-01-01.json": [{ type: "message", user: "UTWICE", ts: `${T}.1`, text: "once" }],
    });
    const run = () => importSlack(users[0]!, team.id, zip);
    for (const { status, body } of await Promise.all([run(), run(), run()]))
      if (status !== 200)
        expect([status, body.id]).toEqual([400, "api.slackimport.slack_import.concurrent.app_error"]);
    expect((await run()).status).toBe(200);
    const { id } = await users[0]!.client.getChannelByName(team.id, "twice");
    expect((await users[0]!.client.getPosts(id)).order).toHaveLength(1);
  });

  it("is for those with import_team", async () => {
    const { users, team, admin } = world;
    const zip = await zipOf({ "users.json": [], "channels.json": [] });
    const member = await importSlack(users[1]!, team.id, zip);
    expect([member.status, member.body.id]).toEqual([403, "api.context.permissions.app_error"]);
    expect((await importSlack(users[0]!, team.id, zip)).status).toBe(200);
    expect((await importSlack(admin, team.id, zip)).status).toBe(200);
    expect((await importSlack(admin, newId(), zip)).status).toBe(404);
  });

  it.each<[string, Contents, boolean, string]>([
    ["another source", { importFrom: "hipchat" }, true, "api.team.import_team.unknown_import_from.app_error"],
    ["no source", { importFrom: null }, true, "api.team.import_team.no_import_from.app_error"],
    ["no size", { filesize: null }, true, "api.team.import_team.unavailable.app_error"],
    ["a size that is none", { filesize: "big" }, true, "api.team.import_team.integer.app_error"],
    ["no file", {}, false, "api.team.import_team.no_file.app_error"],
    ["a text as file", { file: "x" }, false, "api.team.import_team.no_file.app_error"],
  ])("refuses %s", async (_, fields, withFile, id) => {
    const { users, team } = world;
    const zip = withFile ? await zipOf({ "users.json": [], "channels.json": [] }) : null;
    const answer = await importSlack(users[0]!, team.id, zip, fields);
    expect([answer.status, answer.body.id]).toEqual([400, id]);
  });

  it("refuses what is no form", async () => {
    const answer = await world.users[0]!.request("POST", `teams/${world.team.id}/import`, { file: 1 });
    expect([answer.status, answer.body.id]).toEqual([400, "api.team.import_team.parse.app_error"]);
  });

  const EMPTY = { "users.json": [], "channels.json": [] };
  const news = { ...EMPTY, "channels.json": [{ id: "C1", name: "broken-news" }] };
  const day = "broken-news/2020-01-01.json";
  const ZIP = "api.slackimport.slack_import.zip.app_error";
  const JSON_ID = "api.slackimport.slack_import.json.app_error";
  const LARGE = "api.slackimport.slack_import.too_large.app_error";
  const zipped = (files: Contents) => () => zipOf(files);
  it.each<[string, () => Promise<Uint8Array>, string, RegExp]>([
    ["no zip", async () => new TextEncoder().encode("PK no zip at all"), ZIP, /./],
    ["an empty file", async () => new Uint8Array(), ZIP, /./],
    ["half a zip", async () => (await zipOf(news)).subarray(20), ZIP, /./],
    [
      "a zip whose contents have changed",
      async () => renamed(await zipOf({ ...EMPTY, "users.json": [{ id: "U1" }] }, 0), '"U1"', '"U2"'),
      ZIP,
      /CRC32/,
    ],
    ["no users.json", zipped({ "channels.json": [] }), ZIP, /users\.json/],
    ["a path that leaves", zipped({ ...EMPTY, "../../etc/passwd": "x" }), ZIP, /unsafe filename/i],
    [
      "a path that leaves, of Windows",
      async () => renamed(await zipOf({ ...EMPTY, "a/../b.json": "[]" }), "a/../b", "a\\..\\b"),
      ZIP,
      /unsafe filename/i,
    ],
    [
      "an absolute path",
      async () => renamed(await zipOf({ ...EMPTY, "xetc/passwd": "x" }), "xetc", "/etc"),
      ZIP,
      /unsafe filename/i,
    ],
    ["no JSON", zipped({ ...EMPTY, "users.json": "{" }), JSON_ID, /users\.json.*JSON/],
    ["no text", zipped({ ...EMPTY, "users.json": new Uint8Array([0xff, 0xfe]) }), JSON_ID, /users\.json/],
    ["an object for a list", zipped({ ...EMPTY, "users.json": {} }), JSON_ID, /users\.json/],
    [
      "a user without an id",
      zipped({ ...EMPTY, "users.json": [{ name: "x" }] }),
      JSON_ID,
      /users\.json.*0\.id/,
    ],
    ["an id that is a path", zipped({ ...EMPTY, "dms.json": [{ id: "../x" }] }), JSON_ID, /dms\.json.*0\.id/],
    [
      "members that are none",
      zipped({ ...EMPTY, "channels.json": [{ id: "C1", members: "all" }] }),
      JSON_ID,
      /members/,
    ],
    ["a day of another shape", zipped({ ...news, [day]: [[]] }), JSON_ID, /broken-news/],
    ["a text that is none", zipped({ ...news, [day]: [{ type: "message", text: {} }] }), JSON_ID, /0\.text/],
    ["deep JSON", zipped({ ...news, [day]: "[".repeat(500_000) }), JSON_ID, /broken-news/],
    ["a bomb", zipped({ ...news, [day]: new Uint8Array(65 * 1024 * 1024) }), LARGE, /import_process/],
    ["too many messages", zipped({ ...news, [day]: `[${"{},".repeat(50_000)}{}]` }), LARGE, /50000 messages/],
  ])("refuses %s", async (_, make, id, message) => {
    const { users, team } = world;
    const answer = await importSlack(users[0]!, team.id, await make());
    expect([answer.status, answer.body.id]).toEqual([400, id]);
    expect(answer.body.message).toMatch(message);
  });

  it("takes strange but well-formed messages", async () => {
    const { users, team } = world;
    const strange = [
      {},
      { type: "message" },
      { type: "message", user: "U1", ts: "99999999999999999999", text: "x" },
      { type: "message", user: "U1", ts: "-1", text: "x" },
      { type: "message", user: "U1", ts: "9999999999.0", text: "in the future" },
      { type: "message", user: "__proto__", ts: `${T}.1`, text: "x" },
      {
        type: "message",
        user: "U1",
        ts: `${T}.2`,
        text: "\ud800 half",
        reactions: [{ name: "no name!", users: ["U1"] }],
      },
      {
        type: "message",
        user: "U1",
        ts: `${T}.3`,
        text: "",
        attachments: [null, 7, [], { fields: [null, 3] }],
      },
      { type: "message", user: "U1", ts: `${T}.4`, text: "late", thread_ts: "nothing" },
    ];
    const zip = await zipOf({
      "users.json": [
        { id: "U1", name: "@all", profile: { email: "no address" } },
        { id: "U2", name: "x".repeat(200) },
        { id: "U3", name: "sysadmin" },
      ],
      "channels.json": [
        { id: "C1", name: "__proto__", members: ["U1", "U9"] },
        { id: "C2", name: "!!!" },
        { id: "C3", name: "strange".repeat(20) },
      ],
      "__proto__/2020-01-01.json": strange,
    });
    const answer = await importSlack(users[0]!, team.id, zip);
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([200, expect.any(String)]);
    expect(answer.log).toContain("sysadmin-u3");
    const rows = await database(node)`select p.message from posts p join channels c on c.id = p.channelid
      where c.teamid = ${team.id} and c.name = 'proto__' order by p.createat`;
    expect(rows.map(({ message }) => message)).toEqual(["\ufffd half", "", "late"]);
  });
});
