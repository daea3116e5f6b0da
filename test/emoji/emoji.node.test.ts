import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { makePng } from "../images/make.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

const png = (width = 200, height = 100) =>
  new File([makePng(width, height, () => [10, 200, 10, 255]) as never], "party.png", { type: "image/png" });
const nameOf = () => `e_${newId()}`;

async function add(who: Person, fields: Record<string, unknown> = {}, image: Blob | string = png()) {
  const form = new FormData();
  form.append("image", image as Blob);
  form.append("emoji", JSON.stringify({ creator_id: who.id, name: nameOf(), ...fields }));
  const answer = await fetch(`${world.node.url}/api/v4/emoji`, {
    method: "POST",
    headers: { authorization: `Bearer ${who.token}` },
    body: form,
  });
  return { status: answer.status, body: (await answer.json()) as any };
}

describe("custom emoji (semantics 17.7)", () => {
  it("are made, announced to everyone, scaled to fit, and found", async () => {
    const socket = await bob.ws();
    const { status, body } = await add(ada);
    expect(status).toBe(200);
    expect(body).toMatchObject({ creator_id: ada.id, delete_at: 0 });
    const event = await socket.next("emoji_added", (e) => e.parsed.emoji.id === body.id);
    expect(event.parsed.emoji).toEqual(body);
    const image = await fetch(`${world.node.url}/api/v4/emoji/${body.id}/image`, {
      headers: { authorization: `Bearer ${bob.token}` },
    });
    const bytes = Buffer.from(await image.arrayBuffer());
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([128, 64]);
    expect(image.headers.get("content-type")).toBe("image/png");
    expect(image.headers.get("cache-control")).toBe("max-age=2592000, private");
    expect(await bob.client.getCustomEmoji(body.id)).toEqual(body);
    expect(await bob.client.getCustomEmojiByName(body.name)).toEqual(body);
    expect(await bob.client.getCustomEmojisByNames([body.name, "smile", "no-such"])).toEqual([body]);
    expect((await bob.request("GET", `emoji/autocomplete?name=${body.name.slice(0, 10)}`)).body).toEqual([
      body,
    ]);
    expect((await bob.request("GET", `emoji/autocomplete?name=${body.name.slice(1)}`)).body).toEqual([]);
    const search = (term: string, prefix_only: unknown) =>
      bob.request("POST", "emoji/search", { term, prefix_only });
    expect((await search(body.name.slice(5).toUpperCase(), false)).body).toEqual([body]);
    expect((await search(body.name.slice(5), "true")).body).toEqual([]);
    expect((await search("100%", false)).body).toEqual([]);
    const page = (n: number) => bob.request("GET", `emoji?per_page=200&sort=name&page=${n}`);
    const list = await page(0);
    expect(list.headers.get("x-edgemost-sql")).toBe("1");
    // Other files make emoji, too: it need not be on the first page.
    const all = [...list.body];
    for (let n = 1, full = list.body.length === 200; full; n++) {
      const { body: more } = await page(n);
      all.push(...more);
      full = more.length === 200;
    }
    expect(all).toContainEqual(body);
  });

  it("refuses names, images and forms that it does not take", async () => {
    const { body } = await add(ada);
    const failures: [string, Promise<{ status: number; body: any }>][] = [
      ["api.emoji.create.duplicate.app_error", add(bob, { name: body.name })],
      ["model.emoji.system_emoji_name.app_error", add(bob, { name: "smile" })],
      ["model.emoji.name.app_error", add(bob, { name: "a b" })],
      ["model.emoji.name.app_error", add(bob, { name: "a".repeat(65) })],
      ["api.emoji.upload.image.app_error", add(bob, {}, new Blob(["text"]))],
      ["api.emoji.create.parse.app_error", add(bob, {}, "no file")],
      ["api.emoji.create.parse.app_error", add(bob, { name: 1 })],
      ["api.emoji.upload.large_image.too_large.app_error", add(bob, {}, png(1029, 10))],
      ["api.emoji.create.too_large.app_error", add(bob, {}, new Blob([new Uint8Array(600 * 1024)]))],
    ];
    for (const [id, answer] of failures) {
      const { status, body } = await answer;
      expect([status, body.id]).toEqual([400, id]);
    }
    expect((await add(bob, { creator_id: ada.id })).status).toBe(403);
    expect((await bob.request("GET", "emoji?sort=age")).status).toBe(400);
    expect((await bob.request("GET", "emoji/autocomplete")).status).toBe(400);
    const many = Array.from({ length: 201 }, (_, i) => `n${i}`);
    expect((await bob.request("POST", "emoji/names", many)).status).toBe(400);
    expect((await failureOf(bob.client.getCustomEmoji(newId()))).status_code).toBe(404);
    expect((await failureOf(bob.client.getCustomEmojiByName("nothing-of-that-name"))).status_code).toBe(404);
  });

  it("are their maker's to delete, with the reactions of everyone", async () => {
    const { body } = await add(ada);
    const post = await ada.client.createPost({
      channel_id: world.channel.id,
      message: `so :${body.name}:`,
    } as never);
    await bob.client.addReaction(bob.id, post.id, body.name);
    await ada.client.getPosts(world.channel.id);
    const before = await ada.client.getPosts(world.channel.id);
    expect(before.posts[post.id]!.metadata.emojis).toHaveLength(1);
    expect((await failureOf(bob.client.deleteCustomEmoji(body.id))).status_code).toBe(403);
    await ada.client.deleteCustomEmoji(body.id);
    expect((await failureOf(ada.client.getCustomEmoji(body.id))).status_code).toBe(404);
    const image = await fetch(`${world.node.url}/api/v4/emoji/${body.id}/image`, {
      headers: { authorization: `Bearer ${bob.token}` },
    });
    expect(image.status).toBe(404);
    const after = (await ada.client.getPosts(world.channel.id)).posts[post.id]!;
    expect([after.metadata.emojis, after.metadata.reactions, (after as any).has_reactions]).toEqual([
      undefined,
      undefined,
      false,
    ]);
    const [row] = await database(world.node)`select deleteat from emoji where id = ${body.id}`;
    expect(Number(row!.deleteat)).toBeGreaterThan(0);
    // The name is free again.
    expect((await add(bob, { name: body.name })).status).toBe(200);
  });

  it("of others are an administrator's to delete", async () => {
    const { body } = await add(bob);
    await world.admin.client.deleteCustomEmoji(body.id);
    expect((await failureOf(bob.client.getCustomEmoji(body.id))).status_code).toBe(404);
  });

  it("need the permission to make them, in the system or a team", async () => {
    const guest = await makeUser();
    await world.admin.client.updateUserRoles(guest.id, "system_guest");
    expect((await add(guest)).status).toBe(403);
  });
});
