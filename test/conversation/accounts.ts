import { expect, it } from "vitest";
import { Browser, client, failureOf } from "../harness/client.ts";
import { loginAgain, makeUser } from "../harness/people.ts";
import { makePng } from "../images/make.ts";
import type { Steps } from "./scene.ts";

export const accounts: Steps = (scene) => {
  it("the server tells what it is", async () => {
    const { client } = scene.ada;
    expect(await client.ping(false)).toMatchObject({ status: "OK" });
    const config = await client.getClientConfig();
    expect(config.Version).toMatch(/^11\.6/);
    expect(config.CollapsedThreads).toBe("always_on");
    expect((await client.getClientLicenseOld()).IsLicensed).toBe("true");
  });

  it("everybody is who they are", async () => {
    const { ada, bob, cat } = scene;
    for (const actor of [ada, bob, cat]) {
      const me = await actor.client.getMe();
      expect(me).toMatchObject({ id: actor.id, username: actor.username, roles: "system_user" });
      expect(me.notify_props.channel).toBe("true");
    }
    expect((await ada.client.getUser(bob.id)).notify_props).toBeUndefined();
    expect((await ada.client.getUserByUsername(cat.username)).id).toBe(cat.id);
    expect((await ada.client.getProfilesByIds([bob.id, cat.id])).map((user) => user.id).sort()).toEqual(
      [bob.id, cat.id].sort(),
    );
    expect((await ada.client.getProfilesByUsernames([bob.username])).map((user) => user.id)).toEqual([
      bob.id,
    ]);
    expect((await ada.client.searchUsers(bob.username, {})).map((user) => user.id)).toEqual([bob.id]);
  });

  it("signs up, logs in and out", async () => {
    const { node } = scene;
    const dan = await makeUser({ node });
    const again = await loginAgain(dan, node);
    const sessions = await dan.client.getSessions(dan.id);
    expect(sessions).toHaveLength(2);
    const other = sessions.find(
      (session) => session.create_at === Math.max(...sessions.map((each) => each.create_at)),
    )!;
    await dan.client.revokeSession(dan.id, other.id);
    expect((await failureOf(again.client.getMe())).status_code).toBe(401);
    await dan.client.logout();
    expect((await failureOf(dan.client.getMe())).server_error_id).toBe(
      "api.context.session_expired.app_error",
    );
    const wrong = await failureOf(client(node.url).login(dan.username, "Not-the-password-1"));
    expect(wrong).toMatchObject({
      status_code: 401,
      server_error_id: "api.user.login.invalid_credentials_email_username",
    });
  });

  it("logs in as a browser does, with cookies and CSRF", async () => {
    const { ada, node } = scene;
    const browser = new Browser(node);
    expect((await browser.login(ada.username, ada.password)).status).toBe(200);
    expect([...browser.cookies.keys()].sort()).toEqual(["MMAUTHTOKEN", "MMCSRF", "MMUSERID"]);
    expect((await browser.request("GET", "users/me")).body.id).toBe(ada.id);
    expect((await browser.request("PUT", "users/me/patch", { nickname: "Countess" })).status).toBe(200);
    browser.cookies.set("MMCSRF", "wrong");
    const forged = await browser.request(
      "PUT",
      "users/me/patch",
      { nickname: "Thief" },
      { "X-Requested-With": "" },
    );
    expect(forged.status).toBe(401);
    expect((await ada.client.getMe()).nickname).toBe("Countess");
  });

  it("changes profile, password and roles", async () => {
    const { ada, bob, admin, node } = scene;
    const patched = await bob.client.patchMe({ nickname: "Builder" });
    expect(patched.nickname).toBe("Builder");
    const own = await bob.ear.next(
      "user_updated",
      ({ data }) => data.user.id === bob.id && data.user.nickname === "Builder",
    );
    expect(own.data.user.notify_props.desktop).toBe("mention");
    const others = await ada.ear.next(
      "user_updated",
      ({ data }) => data.user.id === bob.id && data.user.nickname === "Builder",
    );
    expect(others.data.user.notify_props).toBeUndefined();

    const eve = await makeUser({ node });
    await eve.client.updateUserPassword(eve.id, eve.password, "Another-pass-2");
    expect((await failureOf(client(node.url).login(eve.username, eve.password))).status_code).toBe(401);
    await client(node.url).login(eve.username, "Another-pass-2");
    await admin.client.updateUserRoles(eve.id, "system_user system_admin");
    expect((await eve.client.getMe()).roles.split(" ").sort()).toEqual(["system_admin", "system_user"]);
    await admin.client.updateUserRoles(eve.id, "system_user");
    await admin.client.updateUserActive(eve.id, false);
    expect((await failureOf(eve.client.getMe())).status_code).toBe(401);
    await admin.client.updateUserActive(eve.id, true);
    expect((await client(node.url).login(eve.username, "Another-pass-2")).delete_at).toBe(0);
  });

  it("shows a face", async () => {
    const { cat, ada } = scene;
    const png = makePng(200, 100, () => [10, 20, 200, 255]);
    const file = new File([png], "face.png", { type: "image/png" });
    await cat.client.uploadProfileImage(cat.id, file as never);
    const image = await ada.request("GET", `users/${cat.id}/image`);
    expect(image.status).toBe(200);
    expect(image.headers.get("content-type")).toBe("image/png");
    expect((await ada.client.getUser(cat.id)).last_picture_update).toBeGreaterThan(0);
  });

  it("is online, away, busy", async () => {
    const { ada, bob } = scene;
    // A connection makes online a moment after its hello.
    const statuses = async () =>
      (await ada.client.getStatusesByIds([ada.id, bob.id])).map(({ status }) => status);
    await expect.poll(statuses).toEqual(["online", "online"]);
    await bob.client.updateStatus({ user_id: bob.id, status: "dnd", dnd_end_time: 0 } as never);
    await bob.ear.next("status_change", ({ data }) => data.status === "dnd");
    expect(await ada.client.getStatus(bob.id)).toMatchObject({ status: "dnd", manual: true });
    await bob.client.updateStatus({ user_id: bob.id, status: "online" } as never);
  });

  it("keeps preferences", async () => {
    const { ada } = scene;
    const preference = {
      user_id: ada.id,
      category: "display_settings",
      name: "use_military_time",
      value: "true",
    };
    await ada.client.savePreferences(ada.id, [preference]);
    const event = await ada.ear.next("preferences_changed");
    expect(JSON.parse(event.data.preferences)).toEqual([preference]);
    expect(await ada.client.getMyPreferences()).toContainEqual(preference);
    await ada.client.deletePreferences(ada.id, [preference]);
    await ada.ear.next("preferences_deleted");
    expect(await ada.client.getMyPreferences()).not.toContainEqual(preference);
  });

  it("knows the roles", async () => {
    const roles = await scene.ada.client.getRolesByNames(["system_user", "team_user", "channel_user"]);
    expect(roles.map((role) => role.name).sort()).toEqual(["channel_user", "system_user", "team_user"]);
    expect(roles.find((role) => role.name === "channel_user")!.permissions).toContain("create_post");
  });
};
