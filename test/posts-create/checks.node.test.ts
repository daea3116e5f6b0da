import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { create, direct, stored, uploaded } from "./help.ts";

let world: World;
let ann: Person;
let bob: Person;
let outsider: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 3 });
  [ann, bob] = world.users as [Person, Person];
  outsider = await makeUser();
});

const error = async (answer: ReturnType<typeof create>) => {
  const { status, body } = await answer;
  return [status, body?.id];
};
const PERMISSIONS = [403, "api.context.permissions.app_error"];
const ROOT = [400, "api.post.create_post.root_id.app_error"];

describe("who may post (semantics 1.2)", () => {
  it("members may; others may not, in any kind of channel", async () => {
    const secret = await makeChannel(ann, world.team, { type: "P" });
    const talk = await direct(ann, bob);
    expect((await create(ann, secret, "x")).status).toBe(201);
    expect((await create(bob, talk, "x")).status).toBe(201);
    expect(await error(create(bob, secret, "x"))).toEqual(PERMISSIONS);
    expect(await error(create(outsider, world.channel, "x"))).toEqual(PERMISSIONS);
    expect(await error(create(world.users[2]!, talk, "x"))).toEqual(PERMISSIONS);
    expect((await ann.request("POST", "posts", { channel_id: newId(), message: "x" })).body.id).toBe(
      "api.context.invalid_param.app_error",
    );
    expect(
      (await request(world.node, "", "POST", "posts", { channel_id: world.channel.id, message: "x" })).status,
    ).toBe(401);
  });

  it("nobody posts to an archived channel, the administrator neither", async () => {
    const channel = await makeChannel(ann, world.team, { members: [bob] });
    expect((await ann.request("DELETE", `channels/${channel.id}`)).status).toBe(200);
    for (const who of [ann, bob, world.admin]) {
      expect(await error(create(who, channel, "x"))).toEqual([
        400,
        "api.post.create_post.can_not_post_to_deleted.error",
      ]);
    }
  });
});

describe("what a post may be", () => {
  it("replies to live roots of the same channel only (1.8)", async () => {
    const other = await makeChannel(ann, world.team);
    const root = await stored(create(ann, world.channel, "root"));
    const reply = await stored(create(ann, world.channel, "reply", { root_id: root.id }));
    const elsewhere = await stored(create(ann, other, "elsewhere"));
    expect(reply).toMatchObject({ root_id: root.id, reply_count: 1, last_reply_at: 0, participants: null });
    expect(await error(create(ann, world.channel, "x", { root_id: reply.id }))).toEqual(ROOT);
    expect(await error(create(ann, world.channel, "x", { root_id: newId() }))).toEqual(ROOT);
    expect(await error(create(ann, world.channel, "x", { root_id: "short" }))).toEqual(ROOT);
    expect(await error(create(ann, world.channel, "x", { root_id: elsewhere.id }))).toEqual([
      400,
      "api.post.create_post.channel_root_id.app_error",
    ]);
    expect((await ann.request("DELETE", `posts/${root.id}`)).status).toBe(200);
    expect(await error(create(ann, world.channel, "x", { root_id: root.id }))).toEqual(ROOT);
    const [row] =
      await database()`select count(*) as posts from posts where channelid = ${world.channel.id} and message = 'x'`;
    expect(row!.posts).toBe(0);
  });

  it("has a type that users may send (1.5, 1.13), a text that fits (1.12), and no id of its own", async () => {
    const { channel } = world;
    expect((await error(create(ann, channel, "x", { type: "system_join_channel" })))[1]).toBe(
      "api.context.invalid_param.app_error",
    );
    expect(await error(create(ann, channel, "x", { type: "odd" }))).toEqual([
      400,
      "model.post.is_valid.type.app_error",
    ]);
    expect((await create(ann, channel, "x", { type: "custom_thing" })).status).toBe(201);
    expect(await error(create(ann, channel, "ä".repeat(16_384)))).toEqual([
      400,
      "model.post.is_valid.message_length.app_error",
    ]);
    expect((await create(ann, channel, "😀".repeat(16_383))).status).toBe(201);
    expect((await create(ann, channel, "x", { id: newId() })).status).toBe(400);
    expect((await create(ann, channel, "nul \0 here")).status).toBe(400);
    expect((await create(ann, channel, "x", { props: { a: "nul \0 here" } })).status).toBe(400);
    expect((await create(ann, channel, "x", { file_ids: Array.from({ length: 11 }, newId) })).status).toBe(
      400,
    );
    expect((await ann.request("POST", "posts", { channel_id: channel.id, message: 5 })).status).toBe(400);
    expect((await ann.request("POST", "posts", "{")).status).toBe(400);
  });

  it("keeps what only the server says, and drops what it says itself (1.1, 1.9)", async () => {
    const past = Date.now() - 100_000;
    const props = {
      add_channel_member: {},
      force_notification: "x",
      from_bot: "true",
      from_oauth_app: "true",
      channel_mentions: { a: {} },
      mine: 1,
    };
    const post = await stored(
      create(ann, world.channel, "x", {
        props,
        create_at: past,
        delete_at: 5,
        user_id: bob.id,
        remote_id: "r",
      }),
    );
    expect(post).toMatchObject({
      user_id: ann.id,
      props: { mine: 1 },
      delete_at: 0,
      remote_id: "",
      edit_at: 0,
    });
    expect(post.create_at).toBeGreaterThan(past);
    expect(post.update_at).toBe(post.create_at);
    expect((await stored(create(world.admin, world.channel, "x", { create_at: past }))).create_at).toBe(past);
  });

  it("has a priority if it is a root (1.4)", async () => {
    const { channel } = world;
    const urgent = await stored(
      create(ann, channel, "now", { metadata: { priority: { priority: "urgent" } } }),
    );
    expect(urgent.metadata.priority).toEqual({
      priority: "urgent",
      requested_ack: false,
      persistent_notifications: false,
    });
    const [row] =
      await database()`select channelid, priority, requestedack from postspriority where postid = ${urgent.id}`;
    expect(row).toEqual({ channelid: channel.id, priority: "urgent", requestedack: false });
    const priority = (value: object, root = "") =>
      error(create(ann, channel, "x", { root_id: root, metadata: { priority: value } }));
    expect(await priority({ priority: "urgent" }, urgent.id)).toEqual([
      400,
      "api.post.post_priority.priority_post_only_allowed_for_root_post.request_error",
    ]);
    expect(await priority({ priority: "urgent", requested_ack: true })).toEqual([
      501,
      "license_error.feature_unavailable",
    ]);
    expect((await priority({ priority: "odd" }))[0]).toBe(400);
  });
});

describe("what a post takes along", () => {
  it("claims its author's files, once, and drops the others (1.19, 11.8)", async () => {
    const { channel } = world;
    const [first, second] = [
      await uploaded(ann, channel, { name: "b.png", mimetype: "image/png" }),
      await uploaded(ann, channel),
    ];
    const foreign = await uploaded(bob, channel);
    const nobodys = await uploaded(ann, channel, { creator: "nouser" });
    const ear = await bob.ws();
    const post = await stored(
      create(ann, channel, "files", { file_ids: [second, foreign, first, second, nobodys, newId()] }),
    );
    expect(post.file_ids).toEqual([second, first, nobodys]);
    const files = post.metadata.files!.map((file) => [file.id, file.post_id]);
    expect(files.sort()).toEqual([second, first, nobodys].map((id) => [id, post.id]).sort());
    // In the order of every later read (8.10).
    expect((await ann.client.getPost(post.id)).metadata.files).toEqual(post.metadata.files);
    const { data, parsed } = await ear.next("posted", (event) => event.parsed.post.id === post.id);
    expect(data).toMatchObject({ otherFile: "true", image: "true" });
    expect(parsed.post.metadata.files).toHaveLength(3);
    const [row] = await database()`select fileids, filenames from posts where id = ${post.id}`;
    expect(JSON.parse(row!.fileids)).toEqual([second, first, nobodys]);
    const again = await stored(create(ann, channel, "again", { file_ids: [first] }));
    expect(again.file_ids ?? []).toEqual([]);
    const [kept] = await database()`select postid from fileinfo where id = ${first}`;
    expect(kept!.postid).toBe(post.id);
  });

  it("claims no file for a post that is not taken", async () => {
    const file = await uploaded(ann, world.channel);
    expect((await create(ann, world.channel, "x", { root_id: newId(), file_ids: [file] })).status).toBe(400);
    const [row] = await database()`select postid from fileinfo where id = ${file}`;
    expect(row!.postid).toBe("");
  });

  it("has hashtags (1.16) and links to channels that the author may read (1.11)", async () => {
    const secret = await makeChannel(bob, world.team, { type: "P", name: `secret-${newId()}` });
    const open = await makeChannel(bob, world.team, { name: `open-${newId()}` });
    const post = await stored(
      create(ann, world.channel, `#One ##two #3 (#four) \`#five\` ~${secret.name} ~${open.name} ~nothing`),
    );
    expect(post.hashtags).toBe("#One #two #four #five");
    expect(post.props.channel_mentions).toMatchObject({
      [open.name]: { id: open.id, display_name: open.display_name, team_name: world.team.name },
    });
    expect(Object.keys(post.props.channel_mentions as object)).toEqual([open.name]);
  });
});
