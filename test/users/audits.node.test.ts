import { beforeAll, expect, it } from "vitest";
import { newId, randomToken } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 1 });
  [ada] = world.users as [Person];
});

/** Waits for a row about that user; it is written after the answer (semantics 24.2). */
async function noted(user: Person, row: Record<string, unknown>) {
  const rows = async () => (await world.admin.request("GET", `users/${user.id}/audits?per_page=200`)).body;
  await expect.poll(rows).toContainEqual(expect.objectContaining({ user_id: user.id, ...row }));
}

it("notes that a session ended and a password was reset (semantics 24.2)", async () => {
  const [session] = (await ada.request("GET", `users/${ada.id}/sessions`)).body;
  const token = randomToken(64);
  const extra = JSON.stringify({ UserId: ada.id, Email: (await ada.client.getMe()).email });
  await database(
    world.node,
  )`insert into tokens values (${token}, ${Date.now()}, 'password_recovery', ${extra})`;
  await ada.request("POST", "users/logout");
  await noted(ada, { action: "/api/v4/users/logout", session_id: session.id });
  const body = { token, new_password: `P@1${newId()}` };
  const reset = await request(world.node, "", "POST", "users/password/reset", body);
  expect(reset.status).toBe(200);
  await noted(ada, { action: "/api/v4/users/password/reset", extra_info: `success user_id=${ada.id}` });
});

it("notes that a team's invitation was renewed (semantics 24.2)", async () => {
  const { id } = world.team;
  await world.admin.request("POST", `teams/${id}/regenerate_invite_id`);
  await noted(world.admin, {
    action: `/api/v4/teams/${id}/regenerate_invite_id`,
    extra_info: `team_id=${id}`,
  });
});
