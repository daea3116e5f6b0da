// DELETE /users/{id}?permanent=true (schema-notes 7), on a node that allows it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let node: OwnNode;
let world: World;
let ada: Person;
beforeAll(async () => {
  node = await ownNode({ env: { MM_SERVICESETTINGS_ENABLEAPIUSERDELETION: "true" } });
  world = await makeWorld({ node, users: 2 });
  ada = world.users[0]!;
}, 60_000);
afterAll(() => node?.stop());

const remove = (user: Person, by = world.admin) => by.request("DELETE", `users/${user.id}?permanent=true`);

const post = async (by: Person, message: string, root_id = "") => {
  const { status, body } = await by.request("POST", "posts", {
    channel_id: world.channel.id,
    message,
    root_id,
  });
  expect(status).toBe(201);
  return body.id as string;
};

/** Every table's rows that name the user by any column of its own. */
async function traces(id: string): Promise<string[]> {
  const sql = database(node);
  const columns =
    await sql`select table_name, column_name from information_schema.columns join information_schema.tables
    using (table_schema, table_name) where table_schema = 'public' and table_type = 'BASE TABLE'
    and column_name in ('userid', 'creatorid', 'ownerid') or table_name = 'users' and column_name = 'id'`;
  const found: string[] = [];
  for (const { table_name, column_name } of columns) {
    const rows = await sql`select from ${sql(table_name)} where ${sql(column_name)} = ${id} limit 1`;
    if (rows.length > 0) found.push(`${table_name}.${column_name}`);
  }
  return found.sort();
}

it("is for who manages the system", async () => {
  const user = await makeUser({ node });
  expect((await remove(user, ada)).status).toBe(403);
  expect((await remove(user, user)).status).toBe(403);
  expect((await user.request("GET", "users/me")).status).toBe(200);
});

it("removes an account with all that was its own, and nothing of others", async () => {
  const [, bob] = world.users as [Person, Person];
  const kept = await post(ada, "a thread");
  const keptReply = await post(ada, "mine", kept);
  const reply = await post(bob, "a reply", kept);
  const own = await post(bob, "a thread of his own");
  const answer = await post(ada, "an answer to it", own);
  await bob.request("PUT", `posts/${own}/patch`, { message: "edited" });
  await bob.request("POST", "reactions", { user_id: bob.id, post_id: kept, emoji_name: "smile" });
  await ada.request("POST", "reactions", { user_id: ada.id, post_id: keptReply, emoji_name: "smile" });
  const form = new FormData();
  form.append("channel_id", world.channel.id);
  form.append("files", new Blob(["attached"]), "a.txt");
  const { body: uploaded } = await bob.request("POST", "files", form);
  const file = uploaded.file_infos[0].id as string;
  await bob.request("POST", "posts", { channel_id: world.channel.id, message: "", file_ids: [file] });
  await bob.request("POST", "channels/direct", [bob.id, ada.id]);
  const own_channel = await makeChannel(bob, world.team, { members: [ada] });
  await bob.request("POST", "drafts", { user_id: bob.id, channel_id: world.channel.id, message: "d" });
  const page = `channels/${world.channel.id}/posts`;
  expect((await ada.request("GET", page)).body.order).toContain(own);
  const socket = await bob.ws();
  const sql = database(node);
  const [stored] = await sql`select path from fileinfo where id = ${file}`;
  const onDisk = join(node.dataDir, "files", stored!.path);
  expect(existsSync(onDisk)).toBe(true);
  // More than one transaction's worth.
  await sql`insert into posts (id, createat, updateat, deleteat, userid, channelid, rootid, originalid, message, type, props,
      hashtags, fileids, hasreactions, editat, ispinned)
    select 'p' || lpad(n::text, 25, '0'), n, n, 0, ${bob.id}, ${world.channel.id}, '', '', 'bulk', '', '{}', '', '[]', false, 0, false
    from generate_series(1, 600) n`;

  expect((await remove(bob)).body).toEqual({ status: "OK" });
  expect(await traces(bob.id)).toEqual(["channels.creatorid"]);
  expect((await ada.request("GET", `channels/${own_channel.id}`)).status).toBe(200);
  expect((await bob.request("GET", "users/me")).status).toBe(401);
  expect((await socket.call("get_statuses")).status).toBe("FAIL");
  expect((await ada.request("GET", `users/${bob.id}`)).status).toBe(404);
  expect((await ada.request("GET", `files/${file}`)).status).toBe(404);
  for (const id of [own, answer, reply])
    expect((await ada.request("GET", `posts/${id}`)).status, id).toBe(404);
  const { body } = await ada.request("GET", page);
  expect(body.order.filter((id: string) => [own, answer, reply].includes(id))).toEqual([]);
  expect(body.posts[kept]).toMatchObject({ reply_count: 1, participants: [{ id: ada.id }] });
  expect(body.posts[kept].has_reactions ?? false).toBe(false);
  const { body: thread } = await ada.request("GET", `posts/${kept}/thread`);
  expect(Object.keys(thread.posts).sort()).toEqual([kept, keptReply].sort());
  expect(thread.posts[keptReply].metadata.reactions).toHaveLength(1);
  expect(body.posts[kept].last_reply_at).toBe(thread.posts[keptReply].create_at);
  await expect.poll(() => existsSync(onDisk), { timeout: 15_000 }).toBe(false);
  // The name is free again.
  const profile = { username: bob.username, email: `${bob.username}@example.com` };
  expect((await makeUser({ node, profile })).id).not.toBe(bob.id);
  expect((await remove(bob)).status).toBe(404);
});
