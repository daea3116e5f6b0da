// The System Console's logs, analytics, edition, permissions and jobs (client-flows 19.2).

import type { Team } from "@mattermost/types/teams";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { newId } from "../../../workers/model/id.ts";
import { type OwnNode, ownNode } from "../../harness/node.ts";
import { makeWorld, type World } from "../../harness/people.ts";
import { openTab, type Tab } from "../support/tab.ts";

const ID = /^[a-z0-9]{26}$/;
const OK = { status: "OK" };
const mark = newId();

/** One of its own: a changed role and a job would cost the requests that other files count. */
let node: OwnNode;
let world: World;
let team: Team;
/** The console's. */
let admin: Tab;
let bob: Tab;

beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ users: 3, node });
  team = world.team;
  [admin, bob] = await Promise.all([openTab(world.admin), openTab(world.users[0]!)]);
});
afterAll(() => {
  for (const tab of [admin, bob]) tab?.close();
  return node?.stop();
});

it("logs: of this node, filtered, and as a file", async () => {
  const { client } = admin;
  await admin.ask("POST", "logs", { level: "ERROR", message: `mark ${mark}` });
  const asked = { server_names: [], log_levels: [], date_from: "", date_to: "" };
  const read = async () => {
    const answer = (await client.getLogs(asked)) as unknown as Record<string, any[]>;
    expect(JSON.stringify(answer)).toContain(mark);
    expect(Object.keys(answer)).toHaveLength(1);
    return Object.values(answer)[0]!;
  };
  const lines = await vi.waitFor(read, { timeout: 20_000, interval: 200 });
  for (const line of lines.slice(-50))
    expect(line).toMatchObject({
      timestamp: expect.any(String),
      level: expect.stringMatching(/^(debug|info|warn|error|critical|fatal|panic)$/),
      msg: expect.any(String),
      caller: expect.any(String),
    });
  const today = { ...asked, log_levels: ["error"], date_from: "2020-01-01 00:00:00.000 +02:00" };
  const errors = (await client.getLogs(today as never)) as unknown as Record<string, any[]>;
  for (const line of Object.values(errors).flat()) expect(line.level).toBe("error");
  const plain = (await client.getPlainLogs(0, 1000)) as unknown as string[];
  for (const line of plain) expect(typeof line).toBe("string");
  expect(await admin.load("logs/download")).toMatchObject({ status: 200 });
});

it("analytics: of the system and of a team, under the names that the page knows", async () => {
  const { client } = admin;
  const names = (rows: any[]) => rows.map(({ name }) => name);
  const [standard, posts, bots, people, extra] = (await Promise.all(
    ["standard", "post_counts_day", "bot_post_counts_day", "user_counts_with_posts_day", "extra_counts"].map(
      (name) => client.getAnalytics(name as never),
    ),
  )) as any[][];
  for (const row of standard!) expect(row).toEqual({ name: expect.any(String), value: expect.any(Number) });
  expect(names(standard!)).toEqual(
    expect.arrayContaining(
      "channel_open_count channel_private_count post_count unique_user_count team_count total_websocket_connections total_master_db_connections total_read_db_connections daily_active_users monthly_active_users inactive_user_count single_channel_guest_count".split(
        " ",
      ),
    ),
  );
  for (const rows of [posts!, bots!, people!])
    for (const { name, value } of rows)
      expect([name, value]).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d$/), expect.any(Number)]);
  // Asked for because the licence says IsLicensed.
  expect(names(extra!)).toEqual(
    expect.arrayContaining(["command_count", "incoming_webhook_count", "session_count"]),
  );
  const own = (await client.getAnalytics("standard", team.id)) as any[];
  expect(own).toContainEqual({ name: "unique_user_count", value: 3 });
  const [active, newest] = await Promise.all([
    client.getProfilesInTeam(team.id, 0, 100, "last_activity_at"),
    client.getProfilesInTeam(team.id, 0, 100, "create_at"),
  ]);
  expect(active).toHaveLength(3);
  expect(newest[0]!.create_at).toBe(Math.max(...newest.map(({ create_at }) => create_at)));
});

it("edition, permissions and jobs", async () => {
  const { client } = admin;
  const filtered = { include_bots: false, include_deleted: false };
  const [stats, limits, trial, upgrade, schemes] = await Promise.all([
    client.getFilteredUsersStats(filtered as never),
    client.getServerLimits(),
    admin.ask("GET", "trial-license/prev"),
    admin.ask("GET", "upgrade_to_enterprise/allowed"),
    client.getSchemes("team", 0, 100),
  ]);
  expect(stats).toEqual({ total_users_count: expect.any(Number) });
  expect(limits).toMatchObject({ data: { activeUserCount: expect.any(Number), maxUsersLimit: 0 } });
  expect([trial.status, upgrade.status >= 400, upgrade.status]).not.toContain(401);
  expect(trial.status).toBe(403);
  expect(schemes).toEqual([]);
  const [role] = await client.getRolesByNames(["system_user_manager"]);
  const without = role!.permissions.filter((name) => name !== "sysconsole_read_user_management_groups");
  const patched = await client.patchRole(role!.id, { permissions: without });
  expect(patched).toMatchObject({ id: role!.id, name: role!.name, permissions: without });
  expect((await bob.next("role_updated", ({ parsed }) => parsed.role.id === role!.id)).parsed.role).toEqual(
    patched,
  );
  await client.patchRole(role!.id, { permissions: role!.permissions });
  // Panels of jobs that this server never has ask for them all the same.
  for (const type of [
    "ldap_sync",
    "data_retention",
    "message_export",
    "elasticsearch_post_indexing",
    "migrations",
  ])
    expect([type, await client.getJobsByType(type as never, 0, 10)]).toEqual([type, []]);
  const job = await client.createJob({ type: "export_process" } as never);
  expect(job).toMatchObject({ id: expect.stringMatching(ID), status: "pending", type: "export_process" });
  const jobs = await client.getJobsByType("export_process" as never, 0, 10);
  expect(jobs.map(({ id }) => id)).toContain(job.id);
  for (const one of jobs)
    expect(one).toMatchObject({
      create_at: expect.any(Number),
      start_at: expect.any(Number),
      last_activity_at: expect.any(Number),
      progress: expect.any(Number),
    });
  // It may have run by now.
  const cancelled = await client.cancelJob(job.id).catch(({ server_error_id }) => server_error_id);
  expect([OK, "api.job.status.invalid"]).toContainEqual(cancelled);
});
