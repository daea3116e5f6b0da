import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, loginAgain, makeUser, type Person, person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { AT, BAD_LINES, channel, everything, PNG, post, team, user } from "./lines.ts";
import {
  archiveOf,
  ended,
  imported,
  importNow,
  startImport,
  tables,
  uploadImport,
  VERSION,
} from "./support.ts";

let node: OwnNode;
let admin: Person;
beforeAll(async () => {
  node = await ownNode();
  admin = adminOf(node);
});
afterAll(() => node?.stop());

describe("an import", () => {
  it("makes everything that its lines say, and the same again changes nothing", async () => {
    const [red, carl, dora] = ["red", "carl", "dora"].map((name) => `${name}-${newId()}`) as [
      string,
      string,
      string,
    ];
    const robot = `robot-${newId()}`;
    const { lines, files } = everything({ red, carl, dora, robot, admin: admin.username });
    await imported(admin, lines, files);
    const first = await tables(node);

    const made = await admin.client.getTeamByName(red);
    const news = await admin.client.getChannelByName(made.id, "news");
    expect(made).toMatchObject({ description: "d", allow_open_invite: true, type: "O" });
    expect(news).toMatchObject({
      header: "h",
      purpose: "p",
      total_msg_count: 4,
      total_msg_count_root: 1,
      last_post_at: AT + 30,
    });
    const c = await loginAgain(
      person(node, { id: "", username: carl, password: "Secret-pass-1", token: "" }),
      node,
    );
    const me = await c.client.getMe();
    expect(me).toMatchObject({ nickname: "C", locale: "pt-BR", roles: "system_user" });
    expect(me.notify_props).toMatchObject({
      desktop: "all",
      push: "none",
      mention_keys: "cc",
      first_name: "false",
    });
    expect(me.last_picture_update).toBeGreaterThan(0);
    const old = await admin.request("GET", `teams/${made.id}/channels/name/old?include_deleted=true`);
    expect(old.body).toMatchObject({ delete_at: AT, type: "P" });
    const list = await c.client.getPosts(news.id);
    const texts = list.order.map((id) => list.posts[id]!.message);
    expect(texts).toEqual(["three", "two", "one", "hello #you"]);
    const root = list.posts[list.order.at(-1)!] as any;
    expect(root).toMatchObject({
      is_pinned: true,
      edit_at: AT + 5,
      hashtags: "#you",
      props: { card: "x" },
      reply_count: 3,
    });
    expect(root.metadata.reactions).toMatchObject([{ emoji_name: "smile", create_at: AT + 1 }]);
    expect(root.metadata.files.map((file: any) => [file.name, file.size, file.width])).toEqual([
      ["b.txt", 4, 0],
      ["a.png", PNG.length, 1],
    ]);
    const text = await fetch(`${node.url}/api/v4/files/${root.metadata.files[0].id}`, {
      headers: { authorization: `Bearer ${c.token}` },
    });
    expect(await text.text()).toBe("text");
    const thread = await c.client.getUserThread("me", made.id, root.id);
    expect(thread).toMatchObject({
      reply_count: 3,
      last_reply_at: AT + 30,
      unread_replies: 2,
      unread_mentions: 1,
    });
    const bot = await admin.client.getUserByUsername(robot);
    const d = await admin.client.getUserByUsername(dora);
    expect(d.delete_at).toBe(AT);
    expect(thread.participants.map(({ id }) => id)).toEqual([bot.id, d.id]);
    expect(await admin.client.getBot(bot.id)).toMatchObject({
      owner_id: me.id,
      description: "robot",
      display_name: "R",
    });
    const member = await c.client.getMyChannelMember(news.id);
    expect(member).toMatchObject({
      msg_count: 4,
      msg_count_root: 1,
      mention_count: 0,
      roles: "channel_user channel_admin",
    });
    expect(member.notify_props).toMatchObject({ desktop: "none", push: "all", mark_unread: "all" });
    const square = await admin.client.getChannelByName(made.id, "town-square");
    expect((await c.client.getMyChannelMember(square.id)).roles).toBe("channel_user");
    const own = (await c.request("GET", "users/me/preferences")).body as Record<string, string>[];
    const preferences = own.map(({ category, name, value }) => [category, name, value].join("|"));
    const direct = await c.client.createDirectChannel([me.id, d.id]);
    expect(preferences).toEqual(
      expect.arrayContaining([
        `flagged_post|${root.id}|true`,
        `favorite_channel|${news.id}|true`,
        `favorite_channel|${direct.id}|true`,
        `direct_channel_show|${d.id}|true`,
        `theme|${made.id}|{"sidebarBg":"#654321"}`,
        'theme||{"sidebarBg":"#123456"}',
        "display_settings|use_military_time|true",
        "notifications|email_interval|3600",
      ]),
    );
    expect(direct).toMatchObject({ header: "dh", total_msg_count: 1 });
    expect((await c.client.getPosts(direct.id)).order).toHaveLength(1);

    await imported(admin, lines, files);
    expect(await tables(node)).toEqual(first);
  });

  it("adds to what there is, and tells posts apart that only their place tells apart", async () => {
    const [blue, eve] = [`blue-${newId()}`, `eve-${newId()}`];
    const same = post(blue, "town-square", eve, "same");
    const base = [VERSION, team(blue), user(eve, { teams: [{ name: blue }] })];
    await imported(admin, [...base, same, same]);
    const made = await admin.client.getTeamByName(blue);
    const square = await admin.client.getChannelByName(made.id, "town-square");
    expect(square.total_msg_count).toBe(2);
    const own = await admin.client.createPost({
      channel_id: square.id,
      message: "mine",
      create_at: AT + 7,
    } as never);
    const known = { ...post(blue, "town-square", admin.username, "mine"), ...{} } as any;
    known.post.create_at = own.create_at;
    known.post.replies = [{ user: eve, message: "to yours", create_at: own.create_at + 1 }];
    await imported(admin, [...base, same, same, known]);
    const list = await admin.client.getPosts(square.id);
    const texts = list.order.map((id) => list.posts[id]!).filter(({ type }) => !type);
    expect(texts.map(({ message }) => message).sort()).toEqual(["mine", "same", "same", "to yours"]);
    expect(texts.find(({ message }) => message === "to yours")!.root_id).toBe(own.id);
    expect((await admin.client.getChannel(square.id)).total_msg_count).toBe(4);
  });

  it("changes by name what is there, at once, whatever the node had in memory", async () => {
    const green = `green-${newId()}`;
    const [mia, tom, ann] = await Promise.all([makeUser({ node }), makeUser({ node }), makeUser({ node })]);
    const name = { display_name: "One" };
    const seat = { name: green, roles: "team_user", channels: [{ name: "place" }] };
    const [m, t] = [mia.username, tom.username];
    await imported(admin, [
      VERSION,
      team(green, name),
      channel(green, "place", { header: "before" }),
      user(m, { nickname: "before", teams: [seat] }),
      user(t, { teams: [seat] }),
    ]);
    const made = await mia.client.getTeamByName(green);
    const place = await mia.client.getChannelByName(made.id, "place");
    expect((await mia.client.getMe()).nickname).toBe("before");
    expect((await mia.client.patchChannel(place.id, { header: "mine" })).header).toBe("mine");
    expect((await mia.request("PUT", `teams/${made.id}/patch`, { description: "x" })).status).toBe(403);
    for (const one of [tom, ann]) await one.client.getMe();
    await imported(admin, [
      VERSION,
      team(green, { display_name: "Two" }),
      channel(green, "place", { type: "P", purpose: "after" }),
      user(m, { position: "after", teams: [{ name: green, roles: "team_user team_admin" }] }),
      user(t, { delete_at: AT }),
      user(ann.username, { password: "Another-pass-1" }),
    ]);
    expect(await mia.client.getTeam(made.id)).toMatchObject({ display_name: "Two" });
    const after = await mia.client.getChannel(place.id);
    expect(after).toMatchObject({ header: "mine", purpose: "after", type: "P", delete_at: 0 });
    expect(await mia.client.getMe()).toMatchObject({ nickname: "before", position: "after" });
    expect((await mia.request("PUT", `teams/${made.id}/patch`, { description: "x" })).status).toBe(200);
    for (const gone of [tom, ann]) expect((await gone.request("GET", "users/me")).status).toBe(401);
    await loginAgain({ ...ann, password: "Another-pass-1" }, node);
    const [open] = await database(node)`select count(*)::int as n from publicchannels where id = ${place.id}`;
    expect(open!.n).toBe(0);
  });

  it("is for administrators, and of what is there", async () => {
    const bob = await makeUser({ node });
    const bytes = await archiveOf([VERSION]);
    const name = await uploadImport(admin, bytes);
    expect(
      (await bob.request("POST", "uploads", { type: "import", filename: "a.zip", file_size: 9 })).status,
    ).toBe(403);
    expect((await bob.request("GET", "imports")).status).toBe(403);
    expect((await bob.request("DELETE", `imports/${name}`)).status).toBe(403);
    const job = (import_file: unknown, more = {}, who = admin) =>
      who.request("POST", "jobs", { type: "import_process", data: { import_file, ...more } });
    expect((await job(name, {}, bob)).status).toBe(403);
    expect((await admin.request("GET", "imports")).body).toContain(name);
    for (const bad of [
      "",
      "none.zip",
      "../config.json",
      `../import/${name}`,
      "..",
      ".",
      "a/../b",
      7,
      null,
      {},
    ])
      expect([bad, (await job(bad)).status]).toEqual([bad, 400]);
    expect((await job("none.zip")).body.id).toBe("import_process.worker.do_job.file_exists");
    expect((await job(name, { local_mode: "true" })).body.id).toBe("api.import.local_mode.app_error");
    expect((await admin.request("DELETE", "imports/..%2f..%2fconfig.json")).status).toBe(400);
    expect((await admin.request("DELETE", `imports/${name}`)).status).toBe(200);
    expect((await admin.request("GET", "imports")).body).not.toContain(name);
    expect((await job(name)).status).toBe(400);
  });

  it("names the line that is wrong, and writes nothing", async () => {
    const before = await tables(node);
    for (const [what, lines, reason] of BAD_LINES) {
      const job = await importNow(admin, lines);
      expect([what, job.status], job.data.error).toEqual([what, "error"]);
      expect(job.data.error, what).toMatch(reason);
      expect(job.data.line_number, what).toBe(/^line (\d+)/.exec(job.data.error)![1]);
    }
    expect(await tables(node)).toEqual(before);
  });

  it("says what is wrong with an archive", async () => {
    const whole = await archiveOf([VERSION, ...Array.from({ length: 500 }, () => team(`t${newId()}`))]);
    const broken = whole.slice();
    broken.set(new Uint8Array(200), 2_000);
    for (const bytes of [Buffer.from("no archive at all"), whole.slice(0, whole.length - 30), broken]) {
      const job = await ended(admin, await startImport(admin, await uploadImport(admin, bytes)));
      expect([job.status, job.data.error]).toEqual([
        "error",
        // What a broken stream gives may be JSON, and then says something else.
        expect.stringMatching(/archive cannot be read|^line \d+: /),
      ]);
    }
    const [row] = await database(
      node,
    )`select count(*)::int as n from teams where name like 't__________________________'`;
    expect(row!.n).toBe(0);
  });
});
