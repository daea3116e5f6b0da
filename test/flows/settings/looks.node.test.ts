// Pictures, the test notification and the team's settings (client-flows 17).

import type { Team } from "@mattermost/types/teams";
import { beforeAll, expect, it } from "vitest";
import { failureOf } from "../../harness/client.ts";
import { makeWorld, type World } from "../../harness/people.ts";
import { makePng } from "../../images/make.ts";
import { openTab, type Tab } from "../support/tab.ts";

const OK = { status: "OK" };
const picture = () =>
  new File([makePng(300, 200, () => [200, 80, 20, 255]) as never], "face.png", { type: "image/png" });

let world: World;
let team: Team;
let ada: Tab;
let bob: Tab;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  team = world.team;
  [ada, bob] = (await Promise.all(world.users.map(openTab))) as [Tab, Tab];
});

/** The picture as an <img> loads it: its bytes differ with each change, and its address does. */
const seen = (by: Tab, path: string, at: number) => by.load(`${path}?_=${at}`);

it("a picture is put on and taken off, and everybody sees it under a new address", async () => {
  const before = await ada.client.getMe();
  const path = `users/${ada.id}/image`;
  const generated = await seen(bob, path, before.last_picture_update ?? 0);
  expect([generated.status, generated.get("content-type")]).toEqual([200, "image/png"]);
  expect(await ada.client.uploadProfileImage(ada.id, picture())).toEqual(OK);
  const heard = await bob.next("user_updated", ({ data }) => data.user.id === ada.id);
  const at = heard.data.user.last_picture_update;
  expect(at).toBeGreaterThan(before.last_picture_update ?? 0);
  // Her own client takes the event only if update_at grew.
  const own = await ada.next("user_updated", ({ data }) => data.user.last_picture_update === at);
  expect(own.data.user.update_at).toBeGreaterThan(before.update_at);
  expect((await ada.client.getMe()).last_picture_update).toBe(at);
  const shown = await seen(bob, path, at);
  expect(shown.get("content-type")).toBe("image/png");
  expect(shown.bytes.equals(generated.bytes)).toBe(false);
  expect(shown.get("cache-control")).toBe("max-age=86400, private");
  expect(shown.get("etag")).not.toBe(generated.get("etag"));
  expect(await ada.client.setDefaultProfileImage(ada.id)).toEqual(OK);
  const reset = await bob.next("user_updated", ({ data }) => data.user.id === ada.id);
  const back = await seen(bob, path, reset.data.user.last_picture_update ?? 0);
  expect(back.bytes.equals(generated.bytes)).toBe(true);
  const text = new File(["no picture"], "face.png", { type: "image/png" });
  const refused = await failureOf(ada.client.uploadProfileImage(ada.id, text));
  expect(refused).toMatchObject({ status_code: 400, message: expect.stringMatching(/\w+ \w+/) });
  expect((await failureOf(bob.client.uploadProfileImage(ada.id, picture()))).status_code).toBe(403);
});

it("a test notification comes as a message of the system's bot", async () => {
  // Client4's own name for it.
  expect(await ada.client.sendTestNotificaiton()).toEqual(OK);
  const posted = await ada.next("posted", ({ data }) => data.channel_type === "D");
  expect(posted.data).toMatchObject({ channel_type: "D", set_online: expect.any(Boolean), team_id: "" });
  expect(posted.parsed.mentions).toEqual([ada.id]);
  expect(posted.data.should_ack).toBe(true);
  const { post } = posted.parsed;
  expect(post.message).toMatch(/test notification/i);
  // The client looks the sender and the channel up.
  const [sender] = await ada.client.getProfilesByIds([post.user_id]);
  expect(sender).toMatchObject({ id: post.user_id, is_bot: true, bot_description: expect.any(String) });
  const channel = await ada.client.getChannel(post.channel_id);
  expect(channel).toMatchObject({ type: "D", name: [ada.id, post.user_id].sort().join("__") });
  const member = await ada.client.getMyChannelMember(post.channel_id);
  expect(member).toMatchObject({ user_id: ada.id, mention_count: 1, msg_count: 0 });
  await bob.none("posted", ({ parsed }) => parsed.post.user_id === post.user_id);
});

it("the team's settings are saved by its administrator, and each member sees them", async () => {
  const fields = { display_name: "Engines", description: "Analytical", allowed_domains: "" };
  const saved = await ada.client.patchTeam({ id: team.id, ...fields } as Team);
  expect(saved).toMatchObject({
    ...fields,
    id: team.id,
    name: team.name,
    delete_at: 0,
    type: "O",
    invite_id: team.invite_id,
    allow_open_invite: expect.any(Boolean),
    update_at: expect.any(Number),
  });
  const heard = await bob.next("update_team", ({ parsed }) => parsed.team.display_name === "Engines");
  expect(heard.broadcast.team_id).toBe(team.id);
  expect(heard.parsed.team).toMatchObject({ id: team.id, delete_at: 0, email: "", invite_id: "" });
  expect((await failureOf(bob.client.patchTeam({ id: team.id, ...fields } as Team))).status_code).toBe(403);

  const opened = await ada.client.patchTeam({ id: team.id, allow_open_invite: true } as Team);
  expect(opened.allow_open_invite).toBe(true);
  const { invite_id } = await ada.client.regenerateTeamInviteId(team.id);
  expect(invite_id).not.toBe(opened.invite_id);
  expect((await ada.client.getTeam(team.id)).invite_id).toBe(invite_id);
  expect(await ada.client.getTeamInviteInfo(invite_id)).toMatchObject({
    id: team.id,
    display_name: "Engines",
  });

  const before = (await bob.client.getTeam(team.id)).last_team_icon_update ?? 0;
  expect(await ada.client.setTeamIcon(team.id, picture())).toEqual(OK);
  const icon = await bob.next("update_team", ({ parsed }) => parsed.team.last_team_icon_update > before);
  const at = icon.parsed.team.last_team_icon_update;
  const loaded = await seen(bob, `teams/${team.id}/image`, at);
  expect([loaded.status, loaded.get("content-type")]).toEqual([200, "image/png"]);
  expect(await ada.client.removeTeamIcon(team.id)).toEqual(OK);
  await bob.next("update_team", ({ parsed }) => (parsed.team.last_team_icon_update ?? 0) === 0);
  // Without one the client draws the team's initials.
  expect((await bob.client.getMyTeams()).find(({ id }) => id === team.id)!.last_team_icon_update ?? 0).toBe(
    0,
  );
  const typed = await failureOf(
    ada.client.setTeamIcon(team.id, new File(["x"], "x.png", { type: "image/png" })),
  );
  expect([typed.status_code, typed.message.length > 5]).toEqual([400, true]);
});
