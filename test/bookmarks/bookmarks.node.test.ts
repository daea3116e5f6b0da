import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { download, formOf, uploadOne } from "../files/uploads.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

const link = (name: string, fields: Record<string, unknown> = {}) => ({
  display_name: name,
  type: "link",
  link_url: "https://example.com/",
  ...fields,
});
const pathOf = (channelId: string, id = "") => `channels/${channelId}/bookmarks${id && `/${id}`}`;
const fresh = () => makeChannel(ada, world.team, { members: [bob] });
const add = async (who: Person, channelId: string, body: unknown, connection = "") =>
  who.request("POST", pathOf(channelId), body, { "connection-id": connection });
const namesOf = async (channelId: string): Promise<string[]> =>
  (await bob.client.getChannelBookmarks(channelId)).map(({ display_name }) => display_name);

describe("channel bookmarks (semantics 17.6)", () => {
  it("are made, listed, changed, sorted and deleted, and the channel is told", async () => {
    const { id: channel } = await fresh();
    const [here, there] = await Promise.all([ada.ws(), bob.ws()]);
    const made = await add(ada, channel, link("one", { emoji: ":smile:" }), here.connectionId);
    expect([made.status, made.headers.get("x-edgemost-sql")]).toEqual([201, "1"]);
    expect(made.body).toMatchObject({
      channel_id: channel,
      owner_id: ada.id,
      display_name: "one",
      link_url: "https://example.com/",
      emoji: "smile",
      sort_order: 0,
      type: "link",
      delete_at: 0,
    });
    expect((await there.next("channel_bookmark_created")).parsed.bookmark).toEqual(made.body);
    await here.none("channel_bookmark_created");

    const two = await add(ada, channel, link("two"));
    const three = await add(ada, channel, link("three"));
    const sorted = await ada.client.updateChannelBookmarkSortOrder(channel, three.body.id, 0, "");
    expect(sorted.map(({ display_name, sort_order }) => [display_name, sort_order])).toEqual([
      ["three", 0],
      ["one", 1],
      ["two", 2],
    ]);
    expect((await there.next("channel_bookmark_sorted")).parsed.bookmarks).toEqual(sorted);
    await ada.client.updateChannelBookmarkSortOrder(channel, three.body.id, 1, "");
    expect(await namesOf(channel)).toEqual(["one", "three", "two"]);
    const beyond = await ada.request("POST", `${pathOf(channel, three.body.id)}/sort_order`, 3);
    expect(beyond.status).toBe(400);
    expect((await ada.request("POST", `${pathOf(channel, newId())}/sort_order`, 0)).status).toBe(404);

    const patched = await ada.client.updateChannelBookmark(channel, two.body.id, { display_name: "2" }, "");
    expect(patched.updated).toMatchObject({ id: two.body.id, display_name: "2", owner_id: ada.id });
    expect("deleted" in patched).toBe(false);
    expect((await there.next("channel_bookmark_updated")).parsed.bookmarks).toEqual(patched);

    const since = patched.updated.update_at;
    const gone = await ada.client.deleteChannelBookmark(channel, made.body.id, here.connectionId);
    expect(gone).toMatchObject({ id: made.body.id, display_name: "one" });
    expect((await there.next("channel_bookmark_deleted")).parsed.bookmark).toEqual(gone);
    expect(await namesOf(channel)).toEqual(["three", "2"]);
    const changed = await bob.client.getChannelBookmarks(channel, since);
    expect(changed.map(({ id }) => id).sort()).toEqual([made.body.id, two.body.id].sort());
    expect((await ada.request("DELETE", pathOf(channel, made.body.id))).status).toBe(404);
  });

  it("of others are replaced by the editor's own", async () => {
    const { id: channel } = await fresh();
    const made = await add(ada, channel, link("hers"));
    const answer = await bob.client.updateChannelBookmark(channel, made.body.id, { display_name: "his" }, "");
    expect(answer.deleted).toMatchObject({ id: made.body.id, owner_id: ada.id, display_name: "hers" });
    expect(answer.deleted.delete_at).toBeGreaterThan(0);
    expect(answer.updated).toMatchObject({
      owner_id: bob.id,
      display_name: "his",
      original_id: made.body.id,
    });
    expect(await namesOf(channel)).toEqual(["his"]);
  });

  it("may be files, which the channel's readers see and nobody can take twice", async () => {
    const { id: channel } = await fresh();
    const form = formOf(channel, [{ name: "plan.txt", bytes: "plan" }]);
    const stored = await ada.request("POST", "files?bookmark=true", form);
    const file = stored.body.file_infos[0];
    const body = { display_name: "plan", type: "file", file_id: file.id };
    const made = await add(ada, channel, body);
    expect(made.body).toMatchObject({ file_id: file.id, file: { name: "plan.txt", user_id: "bookmark" } });
    expect((await download(bob, `files/${file.id}`)).text).toBe("plan");
    const [row] = await database(world.node)`select path from fileinfo where id = ${file.id}`;
    expect(row!.path).toBe(`bookmark/teams/noteam/channels/${channel}/${file.id}/plan.txt`);
    expect((await add(bob, channel, body)).body.id).toBe("app.channel.bookmark.file.app_error");

    const own = await uploadOne(ada, channel, "other.txt", "other");
    expect((await add(bob, channel, { ...body, file_id: own.id })).status).toBe(400);
    const swapped = await bob.client.updateChannelBookmark(channel, made.body.id, { display_name: "p" }, "");
    expect(swapped.updated.file?.id).toBe(file.id);
    const other = await uploadOne(bob, channel, "other.txt", "other");
    const id = swapped.updated.id;
    const changed = await bob.client.updateChannelBookmark(channel, id, { file_id: other.id }, "");
    expect(changed.updated.file?.id).toBe(other.id);
    expect((await download(bob, `files/${file.id}`)).status).toBe(404);
    await bob.client.deleteChannelBookmark(channel, id, "");
    expect((await download(bob, `files/${other.id}`)).status).toBe(404);
  });

  it("are 50 at most, however many are added at once", async () => {
    const { id: channel } = await fresh();
    await database(
      world.node,
    )`insert into channelbookmarks (id, ownerid, channelid, createat, updateat, deleteat, displayname,
        sortorder, linkurl, imageurl, emoji, type)
      select substr(md5(${channel} || n), 1, 26), ${ada.id}, ${channel}, 1, 1, 0, n::text, n, 'https://example.com/', '', '', 'link'
      from generate_series(1, 47) n`;
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => add(bob, channel, link(`x${i}`))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 400, 400, 400, 400, 400]);
    const orders = (await bob.client.getChannelBookmarks(channel)).map(({ sort_order }) => sort_order);
    expect(new Set(orders).size).toBe(50);
  });

  it("refuse what is no bookmark", async () => {
    const { id: channel } = await fresh();
    const bad: Record<string, unknown>[] = [
      link(""),
      link("x".repeat(65)),
      link("a", { link_url: "javascript:alert(1)" }),
      link("a", { link_url: `https://example.com/${"x".repeat(1_024)}` }),
      link("a", { image_url: "data:x" }),
      link("a", { file_id: newId() }),
      link("a", { type: "board" }),
      { display_name: "a", type: "file", file_id: newId() },
      { display_name: "a", type: "file" },
      { display_name: "a\0", type: "link", link_url: "https://example.com/" },
    ];
    const answers = await Promise.all(bad.map((body) => add(ada, channel, body)));
    expect(answers.map(({ status }) => status)).toEqual(bad.map(() => 400));
  });

  it("need membership, and a channel that is not archived", async () => {
    const channel = await makeChannel(ada, world.team, { type: "P", members: [bob] });
    const outsider = await makeUser();
    const made = await add(ada, channel.id, link("a"));
    const one = pathOf(channel.id, made.body.id);
    const calls: [string, string, unknown?][] = [
      ["GET", pathOf(channel.id)],
      ["POST", pathOf(channel.id), link("b")],
      ["PATCH", one, { display_name: "b" }],
      ["POST", `${one}/sort_order`, 0],
      ["DELETE", one],
    ];
    for (const [method, path, body] of calls)
      expect((await outsider.request(method, path, body)).status, `${method} ${path}`).toBe(403);
    const elsewhere = pathOf(world.channel.id, made.body.id);
    expect((await ada.request("PATCH", elsewhere, { display_name: "b" })).status).toBe(404);
    await ada.client.deleteChannel(channel.id);
    for (const [method, path, body] of calls.slice(1))
      expect((await ada.request(method, path, body)).status, `${method} ${path}`).toBe(403);
  });
});
