import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";

const URL_OF_HOOKS = "https://hooks.example.com";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

async function make(fields: Record<string, unknown> = {}, by = ada) {
  const answer = await by.request("POST", "hooks/outgoing", {
    team_id: world.team.id,
    channel_id: world.channel.id,
    display_name: "CI",
    trigger_words: [],
    callback_urls: [`${URL_OF_HOOKS}/hook`],
    ...fields,
  });
  return { status: answer.status, hook: answer.body };
}

describe("managing outgoing webhooks (semantics 18.11)", () => {
  it("makes, reads, changes, renews and removes them", async () => {
    const { status, hook } = await make({ trigger_words: ["deploy", "deploy"], description: "ships" });
    expect(status).toBe(201);
    expect(hook).toMatchObject({
      creator_id: ada.id,
      team_id: world.team.id,
      channel_id: world.channel.id,
      trigger_words: ["deploy"],
      trigger_when: 0,
      callback_urls: [`${URL_OF_HOOKS}/hook`],
      content_type: "",
      delete_at: 0,
    });
    expect(hook.token).toMatch(/^[a-z0-9]{26}$/);
    expect(await ada.client.getOutgoingWebhook(hook.id)).toEqual(hook);
    expect(await ada.client.getOutgoingWebhooks(world.channel.id, world.team.id)).toEqual([hook]);
    expect(await ada.client.getOutgoingWebhooks("", world.team.id)).toContainEqual(hook);
    // Of all teams, other tests' too: more than a page of the default size may be older.
    expect(await world.admin.client.getOutgoingWebhooks("", "", 0, 200)).toContainEqual(hook);
    const edited = await ada.client.updateOutgoingWebhook({ ...hook, display_name: "CD", trigger_when: 1 });
    expect(edited).toMatchObject({ token: hook.token, display_name: "CD", trigger_when: 1 });
    expect(edited.update_at).toBeGreaterThanOrEqual(hook.update_at);
    const renewed = await ada.client.regenOutgoingHookToken(hook.id);
    expect(renewed).toMatchObject({ id: hook.id, display_name: "CD" });
    expect(renewed.token).not.toBe(hook.token);
    expect(await ada.client.removeOutgoingWebhook(hook.id)).toEqual({ status: "OK" });
    expect((await failureOf(ada.client.getOutgoingWebhook(hook.id))).status_code).toBe(404);
    expect(await ada.client.getOutgoingWebhooks(world.channel.id, world.team.id)).toEqual([]);
  });

  it("is for those who may, and others' hooks for those who may that", async () => {
    const { hook } = await make({ trigger_words: [newId()] });
    expect((await make({}, bob)).status).toBe(403);
    const stranger = await makeUser();
    for (const person of [bob, stranger]) {
      const path = `hooks/outgoing/${hook.id}`;
      const tries = [
        person.request("GET", path),
        person.request("PUT", path, hook),
        person.request("DELETE", path),
        person.request("POST", `${path}/regen_token`),
        person.request("GET", `hooks/outgoing?team_id=${world.team.id}`),
        person.request("GET", `hooks/outgoing?channel_id=${world.channel.id}`),
        person.request("GET", "hooks/outgoing"),
      ];
      for (const answer of await Promise.all(tries)) expect(answer.status).toBe(403);
    }
    expect(await world.admin.client.getOutgoingWebhook(hook.id)).toEqual(hook);
    const other = await make({ trigger_words: [newId()], creator_id: bob.id }, world.admin);
    expect(other.hook.creator_id).toBe(bob.id);
    expect((await make({ creator_id: newId() }, world.admin)).status).toBe(400);
  });

  it("refuses what no hook can be", async () => {
    const secret = await makeChannel(ada, world.team, { type: "P" });
    const other = await makeWorld({ users: 1 });
    const word = newId();
    expect((await make({ trigger_words: [word] })).status).toBe(201);
    const cases: [Record<string, unknown>, number][] = [
      [{ channel_id: secret.id }, 403],
      [{ channel_id: other.channel.id }, 403],
      [{ channel_id: newId() }, 400],
      [{ channel_id: "", trigger_words: [] }, 400],
      [{ trigger_words: ["a", word] }, 400],
      [{ trigger_words: ["x".repeat(1_025)] }, 400],
      [{ trigger_words: [""] }, 400],
      [{ callback_urls: [] }, 400],
      [{ callback_urls: ["ftp://example.com"] }, 400],
      [{ callback_urls: [`http://example.com/${"x".repeat(1_024)}`] }, 400],
      [{ trigger_when: 2 }, 400],
      [{ display_name: "x".repeat(65) }, 400],
      [{ description: "x".repeat(501) }, 400],
      [{ team_id: "none" }, 400],
    ];
    for (const [fields, status] of cases)
      expect((await make(fields)).status, JSON.stringify(fields).slice(0, 80)).toBe(status);
    expect((await make({ trigger_words: [word], callback_urls: [`${URL_OF_HOOKS}/b`] })).status).toBe(201);
  });

  it("sends one word to one address once, also where many hooks are made or changed at once", async () => {
    const trigger_words = [newId()];
    const apart = await Promise.all(Array.from({ length: 4 }, () => make({ trigger_words: [newId()] })));
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => make({ trigger_words })),
      ...apart.map(({ hook }) => ada.request("PUT", `hooks/outgoing/${hook.id}`, { ...hook, trigger_words })),
    ]);
    expect(answers.filter(({ status }) => status !== 400)).toHaveLength(1);
  });
});
