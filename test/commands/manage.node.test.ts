import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeUser, makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

async function make(fields: Record<string, unknown> = {}, by = ada) {
  const trigger = `c${newId().slice(0, 10)}`;
  const answer = await by.request("POST", "commands", {
    team_id: world.team.id,
    trigger,
    method: "P",
    url: "https://commands.example.com/run",
    ...fields,
  });
  return { status: answer.status, command: answer.body, trigger };
}

describe("managing custom commands (semantics 19.5)", () => {
  it("makes, reads, changes, renews, moves and removes them", async () => {
    const { status, command } = await make({ trigger: "Deploy", description: "ships", auto_complete: true });
    expect(status).toBe(201);
    expect(command).toMatchObject({
      creator_id: ada.id,
      team_id: world.team.id,
      trigger: "deploy",
      method: "P",
      username: "",
      auto_complete: true,
      delete_at: 0,
    });
    expect(command.token).toMatch(/^[a-z0-9]{26}$/);
    const path = `commands/${command.id}`;
    expect((await ada.request("GET", path)).body).toEqual(command);
    expect(await ada.client.getCustomTeamCommands(world.team.id)).toEqual([command]);
    const all = await ada.client.getCommandsList(world.team.id);
    expect(all.map(({ trigger }) => trigger)).toEqual(expect.arrayContaining(["shrug", "deploy"]));
    const edited = await ada.client.editCommand({ ...command, display_name: "Ship", trigger: "SHIP" });
    expect(edited).toMatchObject({
      id: command.id,
      token: command.token,
      trigger: "ship",
      display_name: "Ship",
    });
    const { token } = await ada.client.regenCommandToken(command.id);
    expect(token).not.toBe(command.token);
    expect((await ada.request("GET", path)).body.token).toBe(token);
    const other = await makeWorld({ users: 1 });
    expect((await ada.request("PUT", `${path}/move`, { team_id: other.team.id })).status).toBe(403);
    expect((await world.admin.request("PUT", `${path}/move`, { team_id: other.team.id })).body).toEqual({
      status: "OK",
    });
    expect((await ada.request("GET", path)).status).toBe(404);
    expect(await other.users[0]!.client.deleteCommand(command.id)).toEqual({ status: "OK" });
    expect((await world.admin.request("GET", path)).status).toBe(404);
  });

  it("is for those who may, and others' commands for those who may that", async () => {
    const { command } = await make({ auto_complete: true });
    expect((await make({}, bob)).status).toBe(403);
    expect((await make({ creator_id: bob.id }, world.admin)).command.creator_id).toBe(bob.id);
    const path = `commands/${command.id}`;
    const stranger = await makeUser();
    for (const who of [bob, stranger]) {
      const answers = await Promise.all([
        who.request("GET", path),
        who.request("PUT", path, command),
        who.request("DELETE", path),
        who.request("PUT", `${path}/regen_token`),
      ]);
      for (const answer of answers) expect(answer.status).toBe(404);
      expect((await who.request("GET", `commands?team_id=${world.team.id}&custom_only=true`)).status).toBe(
        403,
      );
    }
    expect((await stranger.request("GET", `commands?team_id=${world.team.id}`)).status).toBe(403);
    expect((await bob.request("GET", "commands")).status).toBe(400);
    const offered = await bob.client.getCommandsList(world.team.id);
    expect(offered.find(({ id }) => id === command.id)).toMatchObject({
      token: "",
      url: "",
      trigger: command.trigger,
    });
    expect((await world.admin.request("GET", path)).body).toEqual(command);
  });

  it("refuses what no command can be", async () => {
    const { trigger } = await make();
    const cases: Record<string, unknown>[] = [
      { trigger },
      { trigger: "SHRUG" },
      { trigger: "open" },
      { trigger: "" },
      { trigger: "/a" },
      { trigger: "a b" },
      { trigger: "x".repeat(129) },
      { url: "" },
      { url: "ftp://example.com" },
      { url: `http://example.com/${"x".repeat(1_024)}` },
      { method: "X" },
      { display_name: "x".repeat(65) },
      { description: "x".repeat(129) },
      { team_id: "none" },
    ];
    for (const fields of cases)
      expect((await make(fields)).status, JSON.stringify(fields).slice(0, 60)).toBe(400);
    const second = (await make()).command;
    const answer = await ada.request("PUT", `commands/${second.id}`, { ...second, trigger });
    expect([answer.status, answer.body.id]).toEqual([400, "api.command.duplicate_trigger.app_error"]);
    const away = { ...second, team_id: newId() };
    expect((await ada.request("PUT", `commands/${second.id}`, away)).status).toBe(400);
  });

  it("offers those that want to be", async () => {
    const hint = { auto_complete_hint: "[where]", auto_complete_desc: "Ships it" };
    const shown = await make({ auto_complete: true, ...hint });
    const hidden = await make();
    const list = await bob.client.getCommandAutocompleteSuggestionsList("/c", world.team.id, {} as never);
    const complete = list.map(({ Complete }) => Complete);
    expect(complete).toContain(shown.trigger);
    expect(complete).not.toContain(hidden.trigger);
    expect(list.find(({ Complete }) => Complete === shown.trigger)).toMatchObject({
      Hint: "[where]",
      Description: "Ships it",
    });
  });

  it("are one of their name in a team, also where many are made or renamed at once", async () => {
    const trigger = `c${newId().slice(0, 10)}`;
    const apart = await Promise.all(Array.from({ length: 4 }, () => make()));
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => make({ trigger })),
      ...apart.map(({ command }) =>
        ada.request("PUT", `commands/${command.id}`, { ...command, trigger: trigger.toUpperCase() }),
      ),
    ]);
    expect(answers.filter(({ status }) => status !== 400)).toHaveLength(1);
    const list = await ada.client.getCustomTeamCommands(world.team.id);
    expect(list.filter((command) => command.trigger === trigger)).toHaveLength(1);
  });
});
