import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeAdmin, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let admin: Person;
let mark: string;
let people: Person[];
beforeAll(async () => {
  [world, admin] = await Promise.all([makeWorld({ users: 1 }), makeAdmin()]);
  mark = newId().slice(0, 10);
  people = [];
  for (const letter of "abcde")
    people.push(
      await makeUser({ profile: { username: `rep-${mark}-${letter}`, nickname: `Nick 10% ${mark}` } }),
    );
});

const report = (query: string, who = admin) =>
  who.request("GET", `reports/users?search_term=${mark}&${query}`);
const letters = (body: { username: string }[]) => body.map(({ username }) => username.at(-1)).join("");

describe("the report on users (client-flows 19.2)", () => {
  it("is sorted and paged by a cursor, forth and back", async () => {
    await admin.client.getMe();
    const first = await report("page_size=2&sort_column=Username&sort_direction=asc");
    expect(first.status).toBe(200);
    expect(first.headers.get("x-edgemost-sql")).toBe("1");
    expect(letters(first.body)).toBe("ab");
    expect(first.body[0]).toMatchObject({ id: people[0]!.id, channel_count: 0, total_posts: 0 });
    expect(first.body[0].last_login).toBeGreaterThan(0);
    expect(first.body[0].password).toBeUndefined();
    const cursor = (user: Person) => `from_column_value=${user.username}&from_id=${user.id}`;
    const next = await report(`page_size=2&direction=next&${cursor(people[1]!)}`);
    expect(letters(next.body)).toBe("cd");
    expect(letters((await report(`page_size=2&direction=prev&${cursor(people[3]!)}`)).body)).toBe("bc");
    const descending = await report(`page_size=2&sort_direction=desc&direction=next&${cursor(people[3]!)}`);
    expect(letters(descending.body)).toBe("cb");
    const created = await report("page_size=10&sort_column=CreateAt&sort_direction=desc");
    expect(letters(created.body)).toBe("edcba");
    const after = `from_column_value=${created.body[0].create_at}&from_id=${created.body[0].id}`;
    const older = await report(`sort_column=CreateAt&sort_direction=desc&direction=next&${after}`);
    expect(letters(older.body)).toBe("dcba");
  });

  it("filters, and counts what it would tell", async () => {
    const count = async (query: string) =>
      (await world.admin.request("GET", `reports/users/count?search_term=${mark}&${query}`)).body;
    expect(await count("")).toBe(5);
    await world.users[0]!.client.addUsersToTeam(world.team.id, [people[0]!.id]);
    expect(await count(`team_filter=${world.team.id}`)).toBe(1);
    expect(await count("has_no_team=true")).toBe(4);
    await world.admin.client.updateUserActive(people[1]!.id, false);
    expect(letters((await report("hide_active=true")).body)).toBe("b");
    expect(await count("hide_inactive=true")).toBe(4);
    expect(await count("role_filter=system_admin")).toBe(0);
    expect(await count("guest_filter=single_channel")).toBe(0);
    for (const range of ["last_30_days", "previous_month", "last_6_months", "all_time"])
      expect((await report(`date_range=${range}`)).body).toHaveLength(5);
    expect((await world.admin.request("GET", "reports/users/count?search_term=10%25")).body).toBeGreaterThan(
      4,
    );
  });

  it("refuses what it does not take, and who may not", async () => {
    for (const query of [
      "page_size=101",
      "page_size=0",
      "sort_column=Password",
      "direction=up",
      "sort_direction=x",
      "team_filter=x",
      "from_id=x",
      "date_range=ever",
      "guest_filter=x",
      `sort_column=CreateAt&from_id=${newId()}&from_column_value=x`,
      "hide_active=true&hide_inactive=true",
    ])
      expect((await report(query)).status, query).toBe(400);
    expect((await report("", people[0]!)).status).toBe(403);
    expect((await people[0]!.request("GET", "reports/users/count")).status).toBe(403);
  });
});
