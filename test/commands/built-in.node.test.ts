import { beforeAll, expect, it } from "vitest";
import { makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let ada: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 1 });
  [ada] = world.users as [Person];
});

const say = async (command: string) =>
  (await ada.request("POST", "commands/execute", { command, channel_id: world.channel.id })).body;

it("/dnd leaves an end that was set before (websocket 8)", async () => {
  const end = Math.floor(Date.now() / 60_000) * 60 + 7_200;
  const status = () => ada.request("GET", `users/${ada.id}/status`);
  await ada.request("PUT", `users/${ada.id}/status`, { user_id: ada.id, status: "dnd", dnd_end_time: end });
  await say("/dnd");
  expect((await status()).body).toMatchObject({ status: "dnd", manual: true, dnd_end_time: end });
  await say("/away");
  await say("/dnd");
  expect((await status()).body).toMatchObject({ status: "dnd", manual: true, dnd_end_time: 0 });
});

it("/invite_people needs mail that is set up (semantics 19.6)", async () => {
  expect(await say("/invite_people eve@example.com")).toMatchObject({
    response_type: "ephemeral",
    text: expect.stringContaining("no invitations"),
  });
});

it("/collapse and /expand announce their one preference (websocket 6.4)", async () => {
  const socket = await ada.ws();
  for (const [command, value] of [
    ["/collapse", "true"],
    ["/expand", "false"],
  ] as const) {
    await say(command);
    const event = await socket.next("preference_changed");
    const preference = { user_id: ada.id, category: "display_settings", name: "collapse_previews", value };
    expect(event.parsed.preference).toEqual(preference);
    const stored = await ada.request("GET", "users/me/preferences/display_settings/name/collapse_previews");
    expect(stored.body).toEqual(preference);
  }
  await socket.none("preferences_changed");
});
