import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { archiveOf, ended, startImport, uploadImport, VERSION } from "./support.ts";

const dataDir = mkdtempSync(join(tmpdir(), "edgemost-"));
let node: OwnNode;
beforeAll(async () => {
  node = await ownNode({ dataDir });
});
afterAll(async () => {
  await node?.stop();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

const POSTS = 16_000;
const AT = 1_700_000_000_000;
const CHANNELS = ["one", "two", "three"];
const USERS = ["ann", "ben"];

/** A post with two replies at every eighth place. */
function conversation(): { lines: object[]; said: string[] } {
  const lines: object[] = [];
  const said: string[] = [];
  const at = (n: number) => AT + n * 10;
  for (let n = 0; n < POSTS; n++) {
    const place = { team: "tt", channel: CHANNELS[n % 3]!, user: USERS[n % 2]! };
    const replies =
      n % 8
        ? []
        : [1, 2].map((r) => ({ user: USERS[r - 1]!, message: `${n} re ${r}`, create_at: at(n) + r }));
    const post = { ...place, message: `${n}`, create_at: at(n), replies, flagged_by: n % 100 ? [] : ["ann"] };
    lines.push({ type: "post", post });
    said.push(`${place.channel}|${place.user}|${at(n)}|${n}|`);
    for (const { user, create_at, message } of replies)
      said.push(`${place.channel}|${user}|${create_at}|${message}|${n}`);
  }
  return { lines, said: said.sort() };
}

const posts = async () => {
  const [row] = await database(node)`select count(*)::int as n from posts where type = ''`;
  return row!.n as number;
};

it("that was cancelled, and then killed with its node, comes to the same end", async () => {
  const { lines, said } = conversation();
  const channels = CHANNELS.map((name) => ({
    type: "channel",
    channel: { team: "tt", name, display_name: name, type: "O" },
  }));
  const users = USERS.map((username) => ({
    type: "user",
    user: {
      username,
      email: `${username}@example.com`,
      teams: [{ name: "tt", channels: CHANNELS.map((name) => ({ name })) }],
    },
  }));
  const team = { type: "team", team: { name: "tt", display_name: "T", type: "O" } };
  const bytes = await archiveOf([VERSION, team, ...channels, ...users, ...lines]);
  let admin = adminOf(node);
  const name = await uploadImport(admin, bytes);

  const first = await startImport(admin, name);
  await expect.poll(posts, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0);
  expect((await admin.request("POST", `jobs/${first}/cancel`)).status).toBe(200);
  expect((await ended(admin, first)).status).toBe("canceled");
  const cancelled = await posts();
  expect(cancelled).toBeLessThan(said.length);

  await startImport(admin, name);
  await expect.poll(posts, { timeout: 60_000, interval: 5 }).toBeGreaterThan(cancelled);
  await node.kill9();
  node = await ownNode({ dataDir, admin: node.admin });
  admin = adminOf(node);
  expect(await posts()).toBeLessThan(said.length);

  expect(await ended(admin, await startImport(admin, name))).toMatchObject({
    status: "success",
    progress: 100,
  });
  const sql = database(node);
  const rows =
    await sql`select c.name || '|' || u.username || '|' || p.createat || '|' || p.message || '|' || coalesce(r.message, '') as said
    from posts p join channels c on c.id = p.channelid join users u on u.id = p.userid left join posts r on r.id = p.rootid where p.type = ''`;
  expect(rows.map((row) => row.said).sort()).toEqual(said);
  for (const channel of CHANNELS) {
    const mine = said.filter((line) => line.startsWith(`${channel}|`));
    const total = mine.length;
    const roots = mine.filter((line) => line.endsWith("|")).length;
    const last = Math.max(...mine.map((line) => Number(line.split("|")[2])));
    const [row] =
      await sql`select totalmsgcount, totalmsgcountroot, lastpostat from channels where name = ${channel}`;
    expect(row).toEqual({ totalmsgcount: total, totalmsgcountroot: roots, lastpostat: last });
    const members =
      await sql`select m.msgcount, m.msgcountroot from channelmembers m join channels c on c.id = m.channelid
      where c.name = ${channel}`;
    expect([...members]).toEqual(USERS.map(() => ({ msgcount: total, msgcountroot: roots })));
  }
  const [threads] = await sql`select count(*)::int as n, sum(replycount)::int as replies from threads`;
  expect(threads).toEqual({ n: POSTS / 8, replies: POSTS / 4 });
  const [saved] = await sql`select count(*)::int as n from preferences where category = 'flagged_post'`;
  expect(saved!.n).toBe(POSTS / 100);
}, 240_000);
