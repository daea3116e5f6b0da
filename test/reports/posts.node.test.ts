import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeAdmin, makeChannel, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

interface Page {
  posts: Record<string, { id: string; message: string; create_at: number; metadata: object }>;
  next_cursor: { cursor: string } | null;
}

describe("POST /reports/posts", () => {
  let world: World;
  let admin: Person;
  let user: Person;
  let channel: string;
  /** In the order of their creation; two of each time. */
  const ids: string[] = [];

  beforeAll(async () => {
    [world, admin] = await Promise.all([makeWorld(), makeAdmin()]);
    user = world.users[0]!;
    channel = (await makeChannel(user, world.team)).id;
    const sql = database();
    for (let n = 0; n < 8; n++) {
      const message = n === 3 ? "with a https://chat.invalid/x and :party_parrot:" : `message ${n}`;
      const { body } = await user.request("POST", "posts", { channel_id: channel, message });
      ids.push(body.id);
    }
    // Ties: the id decides.
    const pairs = [0, 2, 4, 6].map((n) => ids.slice(n, n + 2).sort());
    ids.splice(0, ids.length, ...pairs.flat());
    for (const [n, id] of ids.entries())
      await sql`update posts set createat = ${1_000 + Math.floor(n / 2)}, updateat = ${5_000 - n} where id = ${id}`;
    await sql`update posts set createat = 900, updateat = 900 where channelid = ${channel} and type like 'system_%'`;
  });

  const ask = async (fields: object, by = admin) =>
    by.request("POST", "reports/posts", { channel_id: channel, ...fields });
  const all = async (fields: object): Promise<{ ids: string[]; pages: number }> => {
    const found: string[] = [];
    for (let pages = 1, cursor = ""; ; pages++) {
      const { body } = await ask({ ...fields, cursor });
      const page = body as Page;
      found.push(...Object.keys(page.posts));
      if (!page.next_cursor) return { ids: found, pages };
      cursor = page.next_cursor.cursor;
    }
  };

  it("is for who manages the system", async () => {
    expect((await ask({}, user)).status).toBe(403);
    for (const fields of [
      { channel_id: "x" },
      { per_page: 0 },
      { per_page: 1_001 },
      { time_field: "edit_at" },
      { sort_direction: "up" },
      { start_time: -1 },
      { cursor: "nonsense" },
      { cursor: btoa(JSON.stringify(["create_at", false, false, false, "1", newId()])) },
    ])
      expect((await ask(fields)).status, JSON.stringify(fields)).toBe(400);
    expect((await ask({ channel_id: newId() })).status).toBe(404);
  });

  it.each([1, 3, 4, 8, 100])(
    "reads each post once, %i at a time, in either order of either time",
    async (per_page) => {
      const fields = { per_page, exclude_system_posts: true };
      const pages = Math.ceil(8 / per_page);
      const backwards = [...ids].reverse();
      expect(await all(fields)).toEqual({ ids, pages });
      expect(await all({ ...fields, sort_direction: "desc" })).toEqual({ ids: backwards, pages });
      expect(await all({ ...fields, time_field: "update_at" })).toEqual({ ids: backwards, pages });
      const both = { time_field: "update_at", sort_direction: "desc" };
      expect(await all({ ...fields, ...both })).toEqual({ ids, pages });
    },
  );

  it("begins where it is told, and costs one round trip a page", async () => {
    const from = { exclude_system_posts: true, start_time: 1_002 };
    expect((await all(from)).ids).toEqual(ids.slice(4));
    expect((await all({ ...from, sort_direction: "desc", per_page: 2 })).ids).toEqual(
      ids.slice(0, 6).reverse(),
    );
    expect((await ask({})).headers.get("x-edgemost-sql")).toBe("1");
    // The message that somebody was added or the channel made is a system post.
    expect((await all({})).ids.length).toBeGreaterThan(8);
  });

  it("has deleted posts and metadata where they are asked for", async () => {
    const reacted = ids[2]!;
    await user.request("POST", "reactions", { user_id: user.id, post_id: reacted, emoji_name: "smile" });
    const { posts: plain } = (await ask({})).body as Page;
    expect(plain[reacted]!.metadata).toEqual({});
    const { posts } = (await ask({ include_metadata: true })).body as Page;
    expect(posts[reacted]!.metadata).toMatchObject({ reactions: [{ emoji_name: "smile" }] });
    const edited = await user.request("PUT", `posts/${ids[0]}/patch`, { message: "edited" });
    expect(edited.status).toBe(200);
    expect((await user.request("DELETE", `posts/${ids[5]}`)).status).toBe(200);
    const fields = { exclude_system_posts: true, per_page: 3 };
    expect((await all(fields)).ids).toEqual(ids.filter((id) => id !== ids[5]));
    // In its place by creation, and without the earlier version of the edited post.
    expect((await all({ ...fields, include_deleted: true })).ids).toEqual(ids);
    const last = { ...fields, include_deleted: true, time_field: "update_at", sort_direction: "desc" };
    expect((await all(last)).ids[0]).toBe(ids[5]);
    expect((await all(last)).ids.sort()).toEqual([...ids].sort());
  });
});
