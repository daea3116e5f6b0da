import { beforeAll, describe, expect, it } from "vitest";
import { sharedNode } from "../harness/node.ts";
import { adminOf, makeTeam, makeUser, type Person } from "../harness/people.ts";

describe("administration", () => {
  let admin: Person;
  let user: Person;

  beforeAll(async () => {
    admin = adminOf(sharedNode());
    user = await makeUser();
  });

  it("is for administrators", async () => {
    for (const [method, path, body] of [
      ["GET", "analytics/old", undefined],
      ["GET", "audits", undefined],
      ["GET", "config", undefined],
      ["PUT", "config", {}],
      ["PUT", "config/patch", {}],
      ["POST", "config/reload", undefined],
      ["POST", "caches/invalidate", undefined],
      ["POST", "database/recycle", undefined],
      ["GET", "cluster/status", undefined],
      ["GET", "system/onboarding/complete", undefined],
      ["POST", "system/onboarding/complete", { organization: "x" }],
      ["GET", "system/schema/version", undefined],
    ] as const) {
      expect((await user.request(method, path, body)).status, `${method} ${path}`).toBe(403);
    }
    expect((await user.request("GET", "config/environment")).body).toEqual({});
  });

  it("has statistics", async () => {
    const today = () => new Date().toISOString().slice(0, 10);
    const began = today();
    const team = await makeTeam(user);
    const figures = async (query: string) => {
      const { body } = await admin.request("GET", `analytics/old?${query}`);
      return Object.fromEntries(
        body.map(({ name, value }: { name: string; value: number }) => [name, value]),
      );
    };
    const all = await figures("name=standard");
    expect(Object.keys(all).sort()).toEqual(
      [
        "channel_open_count",
        "channel_private_count",
        "daily_active_users",
        "inactive_user_count",
        "monthly_active_users",
        "post_count",
        "single_channel_guest_count",
        "team_count",
        "total_master_db_connections",
        "total_read_db_connections",
        "total_websocket_connections",
        "unique_user_count",
      ].sort(),
    );
    expect(all.channel_open_count).toBeGreaterThanOrEqual(2);
    const ear = await user.ws();
    expect((await figures("name=standard")).total_websocket_connections).toBeGreaterThanOrEqual(1);
    await ear.none("nothing");
    expect(await figures(`name=standard&team_id=${team.id}`)).toMatchObject({
      channel_open_count: 2,
      unique_user_count: 1,
    });
    expect(await figures("name=extra_counts")).toMatchObject({ command_count: expect.any(Number) });
    const days = await figures(`name=post_counts_day&team_id=${team.id}`);
    // Midnight may have been between the two posts, or after them.
    expect([began, today()]).toEqual(expect.arrayContaining(Object.keys(days)));
    expect(Object.values(days).reduce((sum: number, count) => sum + Number(count), 0)).toBe(2);
    await figures("name=user_counts_with_posts_day");
    await figures("name=bot_post_counts_day");
    expect((await admin.request("GET", "analytics/old?name=nonsense")).status).toBe(400);
    expect((await admin.request("GET", "analytics/old?team_id=x")).status).toBe(400);
  });

  it("tells its schema, its audits by page, and that it is alone", async () => {
    expect((await admin.request("GET", "audits?per_page=2")).body.length).toBeLessThanOrEqual(2);
    expect((await admin.request("GET", "cluster/status")).body).toEqual([]);
    const versions = (await admin.request("GET", "system/schema/version")).body;
    expect(versions).toContainEqual(expect.objectContaining({ version: 159 }));
  });
});
