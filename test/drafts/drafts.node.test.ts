import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

const save = (who: Person, fields: Record<string, unknown>, connection = "") =>
  who.request(
    "POST",
    "drafts",
    { user_id: who.id, channel_id: world.channel.id, root_id: "", ...fields },
    {
      "connection-id": connection,
    },
  );
const list = (who: Person) => who.client.getUserDrafts(world.team.id) as unknown as Promise<any[]>;

describe("drafts (semantics 17.1)", () => {
  it("are kept, changed and told to the user's other connections", async () => {
    const here = await ada.ws();
    const there = await ada.ws();
    const others = await bob.ws();
    const message = "half a thought";
    const saved = await save(
      ada,
      { message, props: { a: "b" }, priority: { priority: "urgent" } },
      here.connectionId,
    );
    expect(saved.status).toBe(201);
    expect(saved.headers.get("x-edgemost-sql")).toBe("1");
    expect(saved.body).toMatchObject({
      user_id: ada.id,
      channel_id: world.channel.id,
      root_id: "",
      message,
      props: { a: "b" },
      priority: { priority: "urgent" },
      file_ids: [],
      delete_at: 0,
    });
    const event = await there.next("draft_created");
    expect(event.parsed.draft).toEqual(saved.body);
    expect(event.broadcast).toMatchObject({
      user_id: ada.id,
      channel_id: world.channel.id,
      omit_connection_id: here.connectionId,
    });
    await here.none("draft_created");
    await others.none("draft_created");
    const changed = await save(ada, { message: "a whole one" });
    expect(changed.body.create_at).toBe(saved.body.create_at);
    expect(await list(ada)).toEqual([changed.body]);
    expect(await list(bob)).toEqual([]);
    await there.next("draft_created");
    const deleted = await ada.request("DELETE", `users/me/channels/${world.channel.id}/drafts`, undefined, {
      "connection-id": here.connectionId,
    });
    expect(deleted.body).toEqual({ status: "OK" });
    expect((await there.next("draft_deleted")).parsed.draft).toMatchObject({ message: "a whole one" });
    expect(await list(ada)).toEqual([]);
    expect((await ada.request("DELETE", `users/me/channels/${world.channel.id}/drafts`)).status).toBe(200);
  });

  it("of threads are others; an empty message deletes without a word", async () => {
    const root = newId();
    const socket = await ada.ws();
    await save(ada, { message: "root" });
    await save(ada, { message: "reply", root_id: root });
    expect((await list(ada)).map(({ root_id }) => root_id)).toEqual([root, ""]);
    const emptied = await save(ada, { message: "" });
    expect([emptied.status, emptied.body]).toEqual([201, null]);
    await ada.client.deleteDraft(world.channel.id, root, "undefined");
    expect((await socket.next("draft_deleted")).parsed.draft.root_id).toBe(root);
    await socket.none("draft_deleted");
    expect(await list(ada)).toEqual([]);
  });

  it("keep only files that are still the user's to attach", async () => {
    const form = new FormData();
    form.append("channel_id", world.channel.id);
    form.append("files", new File(["one"], "one.txt"));
    form.append("files", new File(["two"], "two.txt"));
    const { file_infos } = await ada.client.uploadFile(form as never);
    const [one, two] = file_infos as any;
    const mine = await save(ada, { message: "files", file_ids: [two.id, one.id, newId()] });
    expect(mine.body.file_ids).toEqual([two.id, one.id]);
    expect(mine.body.metadata.files.map(({ name }: { name: string }) => name)).toEqual([
      "two.txt",
      "one.txt",
    ]);
    expect((await save(bob, { message: "not mine", file_ids: [one.id] })).body.file_ids).toEqual([]);
    await ada.client.createPost({ channel_id: world.channel.id, message: "x", file_ids: [one.id] } as never);
    expect((await list(ada))[0].file_ids).toEqual([two.id]);
    await save(ada, { message: "" });
    await save(bob, { message: "" });
  });

  it("refuses what it does not take, and who may not write there", async () => {
    for (const fields of [
      { channel_id: "x" },
      { root_id: "x" },
      { message: "x".repeat(16_384) },
      { message: "\u0000" },
      { message: "a", props: { a: "x".repeat(8_000) } },
      { message: "a", props: { a: "\u0000" } },
      { message: "a", file_ids: Array.from({ length: 11 }, newId) },
      { message: "a", file_ids: ["x"] },
      { message: "a", priority: { priority: "huge" } },
    ])
      expect((await save(ada, fields)).status, JSON.stringify(fields).slice(0, 60)).toBe(400);
    const secret = await makeChannel(ada, world.team, { type: "P" });
    expect((await save(bob, { message: "a", channel_id: secret.id })).status).toBe(403);
    expect((await save(ada, { message: "a", channel_id: newId() })).status).toBe(404);
    expect((await ada.request("GET", `users/${bob.id}/teams/${world.team.id}/drafts`)).status).toBe(403);
    expect((await ada.request("DELETE", `users/${bob.id}/channels/${secret.id}/drafts`)).status).toBe(403);
    await save(ada, { message: "soon gone", channel_id: secret.id });
    await ada.client.deleteChannel(secret.id);
    expect(await list(ada)).toEqual([]);
    expect((await save(ada, { message: "late", channel_id: secret.id })).status).toBe(400);
    const kept = await database(world.node)`select count(*) from drafts where userid = ${bob.id}`;
    expect(Number(kept[0]!.count)).toBe(0);
  });
});
