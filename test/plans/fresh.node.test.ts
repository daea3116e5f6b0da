// Before the database has any statistics, as on the first day of a server, a client's own lists must cost what they list:
// not its memberships times the channels there are.

import { afterAll, beforeAll, expect, it } from "vitest";
import { membershipsInTeam } from "../../workers/actions/channels/members/lists.ts";
import { draftsOf } from "../../workers/actions/drafts/drafts.ts";
import { unreadsStatement } from "../../workers/actions/posts/read/list-sql.ts";
import { categoriesOf } from "../../workers/actions/sidebar/read.ts";
import { teamUnreads } from "../../workers/actions/teams/unread.ts";
import type { Context } from "../../workers/context.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeTeam, makeUser, type Person } from "../harness/people.ts";
import { database, insertChannel, insertMembers } from "../harness/sql.ts";
import { Recorder } from "./recorder.ts";

const CHANNELS = 300;

let node: OwnNode;
let ann: Person;
let team: string;
let channel: string;
let recorder: Recorder;

beforeAll(async () => {
  node = await ownNode();
  const sql = database(node);
  for (const table of ["channels", "channelmembers", "posts", "drafts"])
    await sql.unsafe(`alter table ${table} set (autovacuum_enabled = false)`);
  ann = await makeUser({ node });
  team = (await makeTeam(ann)).id;
  const ids: string[] = [];
  for (let i = 0; i < CHANNELS; i++)
    ids.push(
      await insertChannel(sql, { team_id: team, type: "O", name: `fresh-${i}`, display_name: `${i}` }),
    );
  await insertMembers(sql, [ann.id], [], ids);
  channel = ids[0]!;
  recorder = await Recorder.open(sql);
});
afterAll(async () => {
  recorder?.close();
  await node?.stop();
});

const unreads = (ctx: Context) => {
  const shape = { channelId: channel, collapsed: true, fetchThreads: false, viewer: ann.id };
  const { text, params } = unreadsStatement(shape, { before: 30, after: 30 }, team, 20);
  return ctx.sql.query(text, params);
};

it.each<[string, (ctx: Context) => Promise<unknown>]>([
  ["categories", (ctx) => categoriesOf(ctx, ann.id, team)],
  ["unread counts", (ctx) => teamUnreads(ctx, ann.id, { threads: true })],
  ["memberships", (ctx) => membershipsInTeam(ctx, ann.id, team)],
  ["drafts", (ctx) => draftsOf(ctx, ann.id, team)],
  ["unread channels", unreads],
])("%s look at a few rows for each channel of the user", async (_, act) => {
  for (const { text, plans } of await recorder.explain(act))
    for (const plan of plans)
      expect(plan.visited, `${plan.scans.join("; ")}\n${text}`).toBeLessThanOrEqual(8 * CHANNELS);
});
