// What one client does on several nodes in turn: they give the same answers, and go on where another began.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Post } from "@mattermost/types/posts";
import { beforeAll, expect, test } from "vitest";
import type { ClusterFile } from "../../../nginx-compat/cluster/report.ts";
import { newId } from "../../../workers/model/id.ts";
import { sharedNode } from "../../harness/node.ts";
import { adminOf, makeWorld, type Person, type World } from "../../harness/people.ts";
import { channel, PNG, post, team, user } from "../../imports/lines.ts";
import { archiveOf, VERSION } from "../../imports/support.ts";

/** The least that the first of several parts may have. */
const FIRST_PART = 5 * 1024 * 1024;

let world: World;
let ada: Person;
let admin: Person;
let urls: [string, string, string];

beforeAll(async () => {
  const file: ClusterFile = JSON.parse(readFileSync(join(sharedNode().dataDir, "cluster.json"), "utf8"));
  urls = file.nodes.map(({ url }) => url) as typeof urls;
  expect(urls).toHaveLength(3);
  world = await makeWorld({ users: 2 });
  [ada] = world.users as [Person];
  admin = adminOf(world.node);
});

interface Asked {
  method?: string;
  body?: unknown;
  token?: string;
  headers?: Record<string, string>;
}

async function ask(
  url: string,
  path: string,
  { method = "GET", body, token = ada.token, headers = {} }: Asked = {},
) {
  const response = await fetch(`${url}/api/v4/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined
      ? {}
      : { body: body instanceof Uint8Array ? body : (JSON.stringify(body) as never) }),
  });
  const text = await response.text();
  return { status: response.status, etag: response.headers.get("etag"), text, json: () => JSON.parse(text) };
}

test("every node gives the same answer and the same ETag, and knows the others'", async () => {
  const { id } = world.channel;
  const { id: root } = await ada.client.createPost({ channel_id: id, message: "root" } as Post);
  await ada.client.createPost({ channel_id: id, message: "reply", root_id: root } as Post);
  for (const path of [
    "config/client?format=old",
    "license/client?format=old",
    "users/me",
    `users/${world.users[1]!.id}`,
    `users/me/teams/${world.team.id}/channels`,
    `users/me/teams/${world.team.id}/channels/categories`,
    `users/me/channel_members?page=-1`,
    `channels/${id}/posts?page=0&per_page=60&collapsedThreads=true`,
    `channels/${id}/posts?page=0&per_page=60`,
    `channels/${id}/pinned`,
    `posts/${root}/thread?collapsedThreads=true&perPage=60&direction=down`,
  ]) {
    const answers = await Promise.all(urls.map((url) => ask(url, path)));
    for (const answer of answers)
      expect(answer, path).toMatchObject({ ...answers[0], json: expect.any(Function) });
    const { etag } = answers[0]!;
    if (!etag) continue;
    for (const url of urls)
      expect((await ask(url, path, { headers: { "if-none-match": etag } })).status, path).toBe(304);
  }
});

test("a session that began on one node ends on another, for all within a second", async () => {
  const login = await fetch(`${urls[0]}/api/v4/users/login`, {
    method: "POST",
    body: JSON.stringify({ login_id: ada.username, password: ada.password }),
  });
  const token = login.headers.get("token")!;
  for (const url of urls) expect((await ask(url, "users/me", { token })).status).toBe(200);
  expect((await ask(urls[1], "users/logout", { token, method: "POST" })).status).toBe(200);
  const ended = Date.now();
  // However slow the machine: what is asked later than that is refused.
  for (const url of [urls[1], urls[2], urls[0]])
    for (let answer = 200, late = false; answer !== 401; ) {
      expect([url, answer, late]).toEqual([url, 200, false]);
      late = Date.now() - ended > 1_000;
      answer = (await ask(url, "users/me", { token })).status;
    }
});

test("an emoji that one node was given is there on the others", async () => {
  const name = `e${newId()}`;
  const form = new FormData();
  form.set("emoji", JSON.stringify({ creator_id: ada.id, name }));
  form.set("image", new Blob([PNG]), "e.png");
  const made = await fetch(`${urls[0]}/api/v4/emoji`, {
    method: "POST",
    headers: { authorization: `Bearer ${ada.token}` },
    body: form,
  });
  const { id } = (await made.json()) as { id: string };
  for (const url of urls) {
    expect((await ask(url, `emoji/name/${name}`)).json()).toMatchObject({ id });
    expect((await ask(url, `emoji/${id}/image`)).status).toBe(200);
  }
});

test("an import is uploaded to two nodes in parts, run by one, and seen on all, its files in the store", async () => {
  const { token } = admin;
  const [name, place, who] = [`t${newId()}`, `c${newId()}`.slice(0, 20), `u${newId()}`.slice(0, 20)];
  const bytes = await archiveOf(
    [
      VERSION,
      team(name),
      channel(name, place),
      user(who, { teams: [{ name, channels: [{ name: place }] }] }),
      post(name, place, who, "from elsewhere", { attachments: [{ path: "a.png" }] }),
    ],
    { "data/a.png": PNG, "data/padding": randomBytes(FIRST_PART) },
  );
  const session = await ask(urls[0], "uploads", {
    token,
    method: "POST",
    body: { type: "import", filename: "a.zip", file_size: bytes.length },
  });
  const { id } = session.json();
  const part = (url: string, body: Uint8Array) => ask(url, `uploads/${id}`, { token, method: "POST", body });
  const first = await part(urls[1], bytes.subarray(0, FIRST_PART));
  expect(first.status, first.text).toBe(204);
  const whole = await part(urls[2], bytes.subarray(FIRST_PART));
  expect(whole.status).toBe(200);
  for (const url of urls) expect((await ask(url, "imports", { token })).json()).toContain(whole.json().name);

  const data = { import_file: whole.json().name };
  const job = (
    await ask(urls[1], "jobs", { token, method: "POST", body: { type: "import_process", data } })
  ).json();
  const state = async () => (await ask(urls[2], `jobs/${job.id}`, { token })).json();
  await expect.poll(async () => (await state()).status, { timeout: 60_000 }).toBe("success");
  for (const url of urls) {
    const { id: channelId } = (await ask(url, `teams/name/${name}/channels/name/${place}`, { token })).json();
    const list = (await ask(url, `channels/${channelId}/posts`, { token })).json();
    const imported = Object.values<Post>(list.posts).find(({ message }) => message === "from elsewhere")!;
    expect(imported.metadata.files).toHaveLength(1);
    expect((await ask(url, `files/${imported.metadata.files[0]!.id}`, { token })).status).toBe(200);
  }
}, 120_000);
