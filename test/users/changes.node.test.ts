import { beforeAll, describe, expect, it } from "vitest";
import { newId, randomToken } from "../../workers/model/id.ts";
import { client, failureOf, request } from "../harness/client.ts";
import type { SocketEvent } from "../harness/contract/events.ts";
import { sharedNode } from "../harness/node.ts";
import { adminOf, loginAgain, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

const node = sharedNode();
const admin = adminOf(node);
const sql = () => database();
const of = (id: string, field: string, value: unknown) => (event: SocketEvent) =>
  event.data.user.id === id && event.data.user[field] === value;

describe("changing a profile (semantics 14.6, 14.7)", () => {
  let world: World;
  let ada: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await makeWorld({ users: 2 });
    [ada, bob] = world.users as [Person, Person];
  });

  it("answers and announces it, to each as they may see it", async () => {
    const [own, others, admins] = await Promise.all([ada.ws(), bob.ws(), admin.ws()]);
    const nickname = `n${newId()}`;
    const before = await ada.client.getMe();
    const me = await ada.client.patchMe({
      nickname,
      timezone: { useAutomaticTimezone: "true", automaticTimezone: "Europe/Berlin", manualTimezone: "" },
    });
    expect(me).toMatchObject({
      nickname,
      email: before.email,
      timezone: { automaticTimezone: "Europe/Berlin" },
    });
    expect(me.update_at).toBeGreaterThan(before.update_at);
    const mine = await own.next("user_updated", of(ada.id, "nickname", nickname));
    expect(mine.data.user).toEqual(await ada.client.getMe());
    const theirs = await others.next("user_updated", of(ada.id, "nickname", nickname));
    expect(theirs.data.user).toEqual(await bob.client.getUser(ada.id));
    expect(theirs.broadcast).toMatchObject({ omit_users: { [ada.id]: true }, contains_sanitized_data: true });
    const seen = await admins.next("user_updated", of(ada.id, "nickname", nickname));
    expect(seen.data.user).toEqual(await admin.client.getUser(ada.id));
    expect(seen.broadcast.contains_sensitive_data).toBe(true);
    // Once to each.
    for (const socket of [own, others, admins])
      expect(
        socket.events.filter((e) => e.event === "user_updated" && of(ada.id, "nickname", nickname)(e)),
      ).toHaveLength(1);
  });

  it("is not for others", async () => {
    for (const call of [
      () => bob.client.patchUser({ id: ada.id, nickname: "x" } as never),
      () => bob.client.updateUser({ id: ada.id, username: ada.username, email: "x@example.com" } as never),
      () => bob.client.patchUser({ id: admin.id, nickname: "x" } as never),
      () => bob.client.updateUserPassword(ada.id, "", "Another-pass-2"),
      () => bob.client.updateUserRoles(bob.id, "system_user system_admin"),
      () => bob.client.updateUserActive(ada.id, false),
      () => bob.client.setDefaultProfileImage(ada.id),
      () => bob.client.resetFailedAttempts(bob.id),
    ]) {
      expect((await failureOf(call())).status_code).toBe(403);
    }
    expect((await bob.request("DELETE", `users/${ada.id}`)).status).toBe(403);
    expect((await bob.request("POST", `users/${bob.id}/email/verify/member`)).status).toBe(403);
    expect((await admin.client.patchUser({ id: ada.id, position: "Analyst" } as never)).position).toBe(
      "Analyst",
    );
  });

  it("keeps what has its own way to change", async () => {
    const extra = {
      roles: "system_admin",
      delete_at: 5,
      create_at: 5,
      failed_attempts: 9,
      auth_service: "ldap",
      mfa_active: true,
    };
    const { body } = await bob.request("PUT", "users/me/patch", { ...extra, nickname: "y" });
    expect(body).toMatchObject({
      roles: "system_user",
      delete_at: 0,
      failed_attempts: 0,
      auth_service: "",
      mfa_active: false,
      nickname: "y",
    });
  });

  it("as a whole needs the same id", async () => {
    const me = await bob.client.getMe();
    const changed = await bob.client.updateUser({ ...me, nickname: "whole" } as never);
    expect(changed).toMatchObject({ id: bob.id, nickname: "whole" });
    expect((await bob.request("PUT", `users/${bob.id}`, { ...me, id: ada.id })).status).toBe(400);
    expect((await bob.request("PUT", `users/${bob.id}`, {})).status).toBe(400);
  });

  it("of the own e-mail address needs the password", async () => {
    const email = `${newId()}@example.com`;
    expect((await bob.request("PUT", "users/me/patch", { email })).body.id).toBe(
      "api.user.check_user_password.invalid.app_error",
    );
    expect(
      (await bob.request("PUT", "users/me/patch", { email: email.toUpperCase(), password: bob.password }))
        .body,
    ).toMatchObject({
      email,
      email_verified: false,
    });
    expect((await admin.client.patchUser({ id: bob.id, email: `x${email}` } as never)).email).toBe(
      `x${email}`,
    );
    const taken = await bob.request("PUT", "users/me/patch", {
      email: `${ada.username}@example.com`,
      password: bob.password,
    });
    expect(taken.body.id).toBe("app.user.save.email_exists.app_error");
  });

  it("of the username takes the old one out of the keywords", async () => {
    const user = await makeUser();
    const notify = {
      ...(await user.client.getMe()).notify_props,
      mention_keys: `hello,${user.username},@${user.username}`,
    };
    await user.client.patchMe({ notify_props: notify });
    const username = `r${newId()}`;
    const renamed = await user.client.patchMe({ username: username.toUpperCase() });
    expect(renamed).toMatchObject({ username, notify_props: { mention_keys: "hello" } });
    expect((await bob.client.getUserByUsername(username)).id).toBe(user.id);
    expect((await failureOf(user.client.patchMe({ username: ada.username }))).server_error_id).toBe(
      "app.user.save.username_exists.app_error",
    );
  });

  it.each([
    [{ username: "A B" }, "model.user.is_valid.username.app_error"],
    [{ email: "x" }, "model.user.is_valid.email.app_error"],
    [{ first_name: "f".repeat(65) }, "model.user.is_valid.first_name.app_error"],
    [{ nickname: 5 }, "api.context.invalid_body_param.app_error"],
    [{ notify_props: { email: true } }, "api.context.invalid_body_param.app_error"],
    [{ props: [] }, "api.context.invalid_body_param.app_error"],
    [{ timezone: { manualTimezone: "m".repeat(300) } }, "model.user.is_valid.marshal.app_error"],
    [{ position: "a\0b" }, "api.context.invalid_body_param.app_error"],
  ])("refuses %j", async (body, id) => {
    expect(await bob.request("PUT", "users/me/patch", body)).toMatchObject({ status: 400, body: { id } });
  });
});

describe("passwords (semantics 14.14)", () => {
  it("change with the current one, and end other sessions", async () => {
    const user = await makeUser();
    const other = await loginAgain(user);
    const wrong = await failureOf(user.client.updateUserPassword(user.id, "wrong", "Another-pass-2"));
    expect(wrong).toMatchObject({
      status_code: 400,
      server_error_id: "api.user.update_password.incorrect.app_error",
    });
    expect((await failureOf(user.client.updateUserPassword(user.id, "", "Another-pass-2"))).status_code).toBe(
      400,
    );
    const short = await failureOf(user.client.updateUserPassword(user.id, user.password, "short"));
    expect(short.server_error_id).toBe("model.user.is_valid.pwd_min_length.app_error");
    const before = (await user.client.getMe()).last_password_update;
    await user.client.updateUserPassword(user.id, user.password, "Another-pass-2");
    expect((await user.client.getMe()).last_password_update).toBeGreaterThan(before);
    expect((await failureOf(other.client.getMe())).status_code).toBe(401);
    expect((await failureOf(client(node.url).login(user.username, user.password))).status_code).toBe(401);
    expect((await client(node.url).login(user.username, "Another-pass-2")).id).toBe(user.id);
  });

  it("are set by administrators", async () => {
    const user = await makeUser();
    await adminOf(node).client.updateUserPassword(user.id, "", "By-admin-pass-3");
    expect((await failureOf(user.client.getMe())).status_code).toBe(401);
    expect((await client(node.url).login(user.username, "By-admin-pass-3")).id).toBe(user.id);
  });

  it("are reset by a token, once", async () => {
    const user = await makeUser();
    // Without a mail server nothing can be sent, whoever has an account.
    for (const name of [user.username, newId()]) {
      const email = `${name}@example.com`;
      const send = await request(node, "", "POST", "users/password/reset/send", { email });
      expect(send).toMatchObject({ body: { id: "api.user.send_password_reset.send.app_error" } });
    }
    expect((await request(node, "", "POST", "users/password/reset/send", {})).status).toBe(400);
    const token = randomToken(64);
    const extra = JSON.stringify({ UserId: user.id, Email: `${user.username}@example.com` });
    await sql()`insert into tokens values (${token}, ${Date.now()}, 'password_recovery', ${extra})`;
    await sql()`update users set failedattempts = 10 where id = ${user.id}`;
    const reset = (value: string) =>
      request(node, "", "POST", "users/password/reset", { token: value, new_password: "Reset-pass-4" });
    expect((await reset(randomToken(64))).body.id).toBe("api.user.reset_password.invalid_link.app_error");
    const answers = await Promise.all([reset(token), reset(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await failureOf(user.client.getMe())).status_code).toBe(401);
    expect((await client(node.url).login(user.username, "Reset-pass-4")).failed_attempts).toBe(0);
  });

  it("are not reset by an old token", async () => {
    const user = await makeUser();
    const token = randomToken(64);
    const extra = JSON.stringify({ UserId: user.id, Email: `${user.username}@example.com` });
    await sql()`insert into tokens values (${token}, ${Date.now() - 25 * 3_600_000}, 'password_recovery', ${extra})`;
    const answer = await request(node, "", "POST", "users/password/reset", {
      token,
      new_password: "Reset-pass-4",
    });
    expect(answer.body.id).toBe("api.user.reset_password.link_expired.app_error");
  });
});

describe("e-mail addresses", () => {
  it("are verified by a token, once, or by an administrator", async () => {
    const user = await makeUser();
    expect(
      (await request(node, "", "POST", "users/email/verify/send", { email: `${user.username}@example.com` }))
        .status,
    ).toBe(200);
    expect(
      (await request(node, "", "POST", "users/email/verify/send", { email: "nobody@example.com" })).status,
    ).toBe(200);
    const [row] =
      await sql()`select token from tokens where type = 'verify_email' and extra like ${`%${user.id}%`}`;
    const verify = () => request(node, "", "POST", "users/email/verify", { token: row!.token });
    expect((await verify()).status).toBe(200);
    expect(((await user.client.getMe()) as any).email_verified).toBe(true);
    expect((await verify()).body.id).toBe("api.user.verify_email.bad_link.app_error");
    const other = await makeUser();
    expect((await adminOf(node).request("POST", `users/${other.id}/email/verify/member`)).body).toMatchObject(
      { id: other.id, email_verified: true },
    );
  });
});

describe("roles (semantics 14.9)", () => {
  it("change for the sessions, too, and are announced to their owner", async () => {
    const user = await makeUser();
    const socket = await user.ws();
    expect((await user.request("GET", "users/stats/filtered")).status).toBe(403);
    await admin.client.updateUserRoles(user.id, "system_user system_admin");
    const event = await socket.next("user_role_updated");
    expect(event.data).toEqual({ user_id: user.id, roles: "system_user system_admin" });
    expect((await user.request("GET", "users/stats/filtered")).status).toBe(200);
    expect((await user.client.getSessions(user.id))[0]!.roles).toBe("system_user system_admin");
    await admin.client.updateUserRoles(user.id, "system_user");
    expect((await user.request("GET", "users/stats/filtered")).status).toBe(403);
  });

  it.each([["nonsense"], [""], ["system_admin"], [`system_user ${"x".repeat(300)}`]])(
    "cannot be %j",
    async (roles) => {
      const user = await makeUser();
      expect((await adminOf(node).request("PUT", `users/${user.id}/roles`, { roles })).status).toBe(400);
    },
  );
});

describe("deactivation (semantics 14.8)", () => {
  it("ends sessions, silences sockets and takes the bots along", async () => {
    const [user, bot, watcher] = await Promise.all([makeUser(), makeUser(), makeUser()]);
    await sql()`insert into bots (userid, description, ownerid, createat, updateat, deleteat, lasticonupdate) values (${bot.id}, '', ${user.id}, 1, 1, 0, 0)`;
    await sql()`insert into oauthauthdata (clientid, userid, code) values (${newId()}, ${user.id}, ${newId()})`;
    const [socket, watching] = await Promise.all([user.ws(), watcher.ws()]);
    await admin.client.updateUserActive(user.id, false);
    await watching.next("user_activation_status_change");
    const event = await watching.next("user_updated", ({ data }) => data.user.id === user.id);
    expect(event.data.user.delete_at).toBeGreaterThan(0);
    expect((await failureOf(user.client.getMe())).status_code).toBe(401);
    await watcher.client.patchMe({ nickname: "w" });
    await socket.none("user_updated", ({ data }) => data.user.id === watcher.id);
    expect((await failureOf(bot.client.getMe())).status_code).toBe(401);
    expect((await admin.client.getUser(bot.id)).delete_at).toBeGreaterThan(0);
    expect(await sql()`select from oauthauthdata where userid = ${user.id}`).toHaveLength(0);
    // The hub may still be telling of the arrival.
    const status = async () => (await sql()`select status from status where userid = ${user.id}`)[0]!.status;
    await expect.poll(status, { timeout: 15_000 }).toBe("offline");
    await admin.client.updateUserActive(user.id, true);
    expect((await client(node.url).login(user.username, user.password)).delete_at).toBe(0);
  });

  it("of oneself is turned off", async () => {
    const user = await makeUser();
    expect(await failureOf(user.client.updateUserActive(user.id, false))).toMatchObject({
      status_code: 403,
      server_error_id: "api.user.update_active.not_enable.app_error",
    });
    expect((await user.request("DELETE", `users/${user.id}`)).status).toBe(403);
    expect((await user.client.getMe()).delete_at).toBe(0);
    expect((await adminOf(node).request("DELETE", `users/${user.id}`)).status).toBe(200);
    expect((await failureOf(user.client.getMe())).status_code).toBe(401);
  });
});
