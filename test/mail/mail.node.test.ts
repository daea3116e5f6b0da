import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { request } from "../harness/client.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { CERTIFICATE } from "./certificate.ts";
import { type MailServer, mailServer } from "./server.ts";

const SITE = "https://chat.example.com";
let server: MailServer;
let node: OwnNode;
let world: World;
let admin: Person;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "edgemost-mail-"));
  const certificates = join(folder, "authority.pem");
  writeFileSync(certificates, CERTIFICATE);
  server = await mailServer();
  node = await ownNode({
    env: {
      NODE_EXTRA_CA_CERTS: certificates,
      MM_SERVICESETTINGS_SITEURL: SITE,
      MM_SERVICESETTINGS_ENABLEEMAILINVITATIONS: "true",
      MM_SERVICESETTINGS_ENABLEUSERACCESSTOKENS: "true",
      MM_EMAILSETTINGS_SMTPSERVER: "127.0.0.1",
      MM_EMAILSETTINGS_SMTPPORT: String(server.port),
      MM_EMAILSETTINGS_FEEDBACKNAME: 'Zoë "Z" Post\r\nBcc: evil@example.com',
      MM_EMAILSETTINGS_FEEDBACKEMAIL: "chat@example.com",
      MM_EMAILSETTINGS_REPLYTOADDRESS: "help@example.com",
      MM_EMAILSETTINGS_FEEDBACKORGANIZATION: "Example <b>Ltd</b>",
      MM_EMAILSETTINGS_SENDEMAILNOTIFICATIONS: "true",
    },
  });
  world = await makeWorld({ node, users: 3 });
  admin = adminOf(node);
  await server.next((await admin.client.getMe()).email);
});

afterAll(async () => {
  await node?.stop();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const addressOf = (user: Person) => `${user.username}@example.com`;

/** POST /email/test with these settings. */
function tryMail(settings: Record<string, unknown>) {
  const email = {
    SMTPServer: "127.0.0.1",
    SMTPPort: String(server.port),
    SMTPServerTimeout: 15,
    ...settings,
  };
  return admin.request("POST", "email/test", { EmailSettings: email });
}

/** What the administrator is told of a failure. */
async function failure(settings: Record<string, unknown>): Promise<string> {
  const { status, body } = await tryMail(settings);
  expect(body.id).toBe("api.admin.test_email.send.app_error");
  expect(status).toBe(500);
  return body.message;
}

describe("the connection", () => {
  it("is plain, upgraded or secure, with a certificate that NODE_EXTRA_CA_CERTS vouches for", async () => {
    const tls = await mailServer({ secure: true });
    try {
      const { email } = await admin.client.getMe();
      expect((await tryMail({ ConnectionSecurity: "" })).body).toEqual({ status: "OK" });
      expect((await server.next(email)).secure).toBe(false);
      expect((await tryMail({ ConnectionSecurity: "STARTTLS", SMTPServer: "localhost" })).body).toEqual({
        status: "OK",
      });
      expect((await server.next(email)).secure).toBe(true);
      const settings = { ConnectionSecurity: "TLS", SMTPServer: "localhost", SMTPPort: String(tls.port) };
      expect((await tryMail(settings)).body).toEqual({ status: "OK" });
      expect((await tls.next(email)).secure).toBe(true);
    } finally {
      await tls.stop();
    }
  });

  it("never falls back from STARTTLS", async () => {
    const old = await mailServer({ hideSTARTTLS: true });
    try {
      const message = await failure({ ConnectionSecurity: "STARTTLS", SMTPPort: String(old.port) });
      expect(message).toContain("tls");
      expect(old.deliveries).toEqual([]);
    } finally {
      await old.stop();
    }
  });

  it("trusts no other certificate, whatever the setting says", async () => {
    const stranger = await mailServer({ cert: undefined, key: undefined } as never);
    try {
      const settings = {
        SMTPServer: "localhost",
        SMTPPort: String(stranger.port),
        ConnectionSecurity: "STARTTLS",
      };
      expect(await failure(settings)).toContain("(tls)");
      const skipped = await failure({ ...settings, SkipServerCertificateVerification: true });
      expect(skipped).toContain("always verified");
      expect(stranger.deliveries).toEqual([]);
    } finally {
      await stranger.stop();
    }
  });

  it("logs in where it is told to", async () => {
    const { email } = await admin.client.getMe();
    const secure = { ConnectionSecurity: "STARTTLS", SMTPServer: "localhost", EnableSMTPAuth: true };
    expect((await tryMail({ ...secure, SMTPUsername: "üser", SMTPPassword: "right" })).status).toBe(200);
    expect((await server.next(email)).user).toBe("üser");
    expect(await failure({ ...secure, SMTPUsername: "user", SMTPPassword: "wrong" })).toContain("auth");
    const login = await mailServer({ authMethods: ["LOGIN"], allowInsecureAuth: true });
    const settings = { SMTPPort: String(login.port), EnableSMTPAuth: true, SMTPUsername: "u" };
    expect((await tryMail({ ...settings, SMTPPassword: "right" })).status).toBe(200);
    expect((await login.next(email)).user).toBe("u");
    await login.stop();
  });

  it("says why it failed", async () => {
    // No system gives this port to a server of another test, as it might one that has just been let go.
    expect(await failure({ SMTPPort: "1" })).toContain("unreachable");
    // One that hangs up at once, and one that says nothing.
    const servers: Server[] = [];
    const serve = (handle: Parameters<typeof createServer>[1] & ((socket: any) => void)) =>
      new Promise<string>((done) => {
        const started: Server = createServer(handle).listen(0, "127.0.0.1", () =>
          done(String((started.address() as { port: number }).port)),
        );
        servers.push(started);
      });
    expect(await failure({ SMTPPort: await serve((socket) => socket.end()) })).toContain("unreachable");
    const silent = await serve((socket) => socket.on("error", () => {}));
    expect(await failure({ SMTPPort: silent, SMTPServerTimeout: 1 })).toContain("timeout");
    for (const each of servers) each.close();
    expect((await tryMail({ SMTPServer: "" })).body.id).toBe("api.admin.test_email.missing_server");
  });

  it("keeps the stored password from other servers, and from who may not test", async () => {
    const masked = "*".repeat(32);
    const settings = { SMTPServer: "localhost", EnableSMTPAuth: true, SMTPPassword: masked };
    expect((await tryMail(settings)).body.id).toBe("api.admin.test_email.reenter_password");
    const answer = await world.users[0]!.request("POST", "email/test", {});
    expect(answer.status).toBe(403);
  });
});

describe("mails about an account", () => {
  it("are proper MIME, and nothing gets into their headers", async () => {
    const user = await makeUser({ node });
    const { mail, raw, from, to } = await server.next(addressOf(user));
    expect([from, to]).toEqual(["chat@example.com", [addressOf(user)]]);
    expect(mail.subject).toContain("You joined");
    expect(mail.from?.value).toEqual([
      { address: "chat@example.com", name: expect.stringContaining('Zoë "Z" Post') },
    ]);
    expect(mail.replyTo?.value[0]?.address).toBe("help@example.com");
    expect(mail.bcc).toBeUndefined();
    expect(raw).not.toMatch(/^bcc:/im);
    expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
    expect(mail.headers.get("precedence")).toBe("bulk");
    expect(mail.messageId).toMatch(/^<.+@.+>$/);
    expect(mail.date).toBeInstanceOf(Date);
    expect(mail.text).toContain("Example <b>Ltd</b>");
    expect(mail.html).toContain("Example &lt;b&gt;Ltd&lt;/b&gt;");
    // RFC 5322: 7-bit lines that end properly.
    expect(raw).toMatch(/^[\x00-\x7f]*$/);
    expect(raw.replace(/\r\n/g, "")).not.toMatch(/[\r\n]/);
  });

  it("tell what has changed, the old address where the address did", async () => {
    const user = await makeUser({ node });
    const old = addressOf(user);
    await server.next(old);
    await user.client.updateUserPassword(user.id, user.password, "Secret-pass-2");
    expect((await server.next(old)).mail.subject).toContain("password");
    const renamed = `renamed${newId()}`;
    await user.client.patchMe({ username: renamed });
    expect((await server.next(old)).mail.text).toContain(renamed);
    const email = `new-${old}`;
    expect((await user.request("PUT", "users/me/patch", { email, password: "Secret-pass-2" })).status).toBe(
      200,
    );
    expect((await server.next(old)).mail.text).toContain(email);
    await admin.client.updateUserRoles(user.id, "system_user system_user_access_token");
    await user.client.createUserAccessToken(user.id, "x");
    expect((await server.next(email)).mail.subject).toContain("access token");
    await admin.client.updateUserActive(user.id, false);
    expect((await server.next(email)).mail.subject).toContain("deactivated");
  });

  it("lead to a new password and to a verified address", async () => {
    const user = await makeUser({ node });
    const address = addressOf(user);
    await server.next(address);
    await user.client.sendPasswordResetEmail(address);
    const reset = linkOf((await server.next(address)).mail.text!);
    expect(reset.origin + reset.pathname).toBe(`${SITE}/reset_password_complete`);
    await user.client.resetUserPassword(reset.searchParams.get("token")!, "Secret-pass-3");
    expect((await server.next(address)).mail.subject).toContain("password has changed");
    await user.client.sendVerificationEmail(address);
    const verify = linkOf((await server.next(address)).mail.text!);
    expect(verify.pathname).toBe("/do_verify_email");
    expect(verify.searchParams.get("email")).toBe(address);
    await user.client.verifyUserEmail(verify.searchParams.get("token")!);
    expect(await admin.client.getUser(user.id)).toMatchObject({ email_verified: true });
    const nobody = await request(node, "", "POST", "users/password/reset/send", { email: "no@example.com" });
    expect(nobody.status).toBe(200);
  });
});

describe("with RequireEmailVerification", () => {
  const require = (on: boolean) =>
    admin.request("PUT", "config/patch", { EmailSettings: { RequireEmailVerification: on } });

  it("a new account and a new address need the link", async () => {
    expect((await require(true)).status).toBe(200);
    const [username, password] = [`v${newId()}`, "Secret-pass-1"];
    const email = `${username}@example.com`;
    const { body: user } = await admin.request("POST", "users", { username, password, email });
    const login = () => request(node, "", "POST", "users/login", { login_id: username, password });
    expect((await login()).body.id).toBe("api.user.login.not_verified.app_error");
    const verify = async (address: string) => {
      const token = linkOf((await server.next(address)).mail.text!).searchParams.get("token");
      return request(node, "", "POST", "users/email/verify", { token });
    };
    expect((await verify(email)).status).toBe(200);
    const token = (await login()).headers.get("token")!;
    const change = { email: `new-${email}`, password };
    expect((await request(node, token, "PUT", "users/me/patch", change)).body.email).toBe(email);
    expect((await verify(change.email)).status).toBe(200);
    expect((await admin.client.getUser(user.id)).email).toBe(change.email);
    expect((await server.next(email)).mail.text).toContain(change.email);
    expect((await require(false)).status).toBe(200);
  });
});

const linkOf = (text: string) => new URL(/https:\S+/.exec(text)![0]);

describe("invitations", () => {
  it("are sent by one connection, answered one by one, and let in once", async () => {
    const [owner] = world.users as [Person];
    const path = `teams/${world.team.id}/invite/email`;
    const [good, bad] = [`in-${newId()}@example.com`, `refused-${newId()}@example.com`];
    const { body } = await owner.request("POST", `${path}?graceful=true`, [good, bad, "nonsense"]);
    expect(body.map(({ email, error }: any) => [email, error?.id ?? null])).toEqual([
      [good, null],
      [bad, "api.team.invite_members.unable_to_send_email_with_defaults.app_error"],
      ["nonsense", "api.team.invite_members.invalid_email.app_error"],
    ]);
    expect(server.connections(good).size).toBe(1);
    expect(server.connections(bad)).toEqual(server.connections(good));
    const { mail } = await server.next(good);
    const link = linkOf(mail.text!);
    expect(link.pathname).toBe("/signup_user_complete/");
    const d = JSON.parse(link.searchParams.get("d")!);
    expect(d).toEqual({ display_name: world.team.display_name, email: good, name: world.team.name });
    const rows = await database(node)`select extra from tokens where type = 'team_invitation'`;
    expect(rows.map((row) => JSON.parse(row.extra).email)).toEqual([good]);
    const t = link.searchParams.get("t")!;
    const account = { username: `in${newId()}`, password: "Secret-pass-1", email: "other@example.com" };
    const created = await request(node, "", "POST", `users?t=${t}`, account);
    expect(created.body).toMatchObject({ email: good, email_verified: true });
    expect(await admin.client.getTeamMember(world.team.id, created.body.id)).toMatchObject({ delete_at: 0 });
    const again = await request(node, "", "POST", `users?t=${t}`, { ...account, username: `in${newId()}` });
    expect(again.body.id).toBe("api.user.create_user.signup_link_invalid.app_error");
  });

  it("are limited", async () => {
    const [owner, other] = world.users as [Person, Person];
    const path = `teams/${world.team.id}/invite/email`;
    const many = Array.from({ length: 21 }, (_, i) => `many${i}-${newId()}@example.com`);
    const answer = await owner.request("POST", path, many);
    expect(answer.body).toMatchObject({ id: "app.email.rate_limit_exceeded.app_error", status_code: 413 });
    expect((await other.request("POST", path, [many[0]!])).body).toEqual({ status: "OK" });
    await server.next(many[0]!);
  });
});

describe("/invite_people (semantics 19.6)", () => {
  it("invites to the team of the channel, and says to whom it could not", async () => {
    const [, , carol] = world.users as [Person, Person, Person];
    const say = (command: string, channel_id = world.channel.id) =>
      carol.request("POST", "commands/execute", { command, channel_id });
    const good = `people-${newId()}@example.com`;
    const asked = await say(`/invite_people ${good}, not@an@address`);
    expect(asked.body).toMatchObject({ response_type: "ephemeral" });
    expect(asked.body.text).toContain("not@an@address");
    expect(asked.body.text).not.toContain(good);
    const { mail } = await server.next(good);
    expect(JSON.parse(linkOf(mail.text!).searchParams.get("d")!)).toMatchObject({ name: world.team.name });
    const other = `people-${newId()}@example.com`;
    expect((await say(`/invite_people ${other}`)).body.text).toBe("The invitations have been sent.");
    await server.next(other);
    expect((await say("/invite_people somebody")).body.text).toContain("Say whom");
    const direct = await carol.client.createDirectChannel([carol.id, carol.id]);
    expect((await say(`/invite_people ${good}`, direct.id)).body.text).toContain("channel of the team");
  });
});

describe("mails about posts", () => {
  it("go to who is mentioned and away, as one conversation", async () => {
    const [ada, bob, carol] = world.users as [Person, Person, Person];
    const socket = await carol.ws();
    await socket.next("status_change", ({ data }) => data.status === "online");
    for (const user of [bob, carol]) await server.next(addressOf(user));
    const message = `@${bob.username} @${carol.username} <script>ünï</script>\n.\nend`;
    const root = await ada.client.createPost({ channel_id: world.channel.id, message } as never);
    const first = await server.next(addressOf(bob));
    expect(first.mail.messageId).toBe(`<${root.id}@chat.example.com>`);
    expect(first.mail.inReplyTo).toBeUndefined();
    expect(first.mail.text).toContain("<script>ünï</script>\n> .\n> end");
    expect(first.mail.html).toContain("&lt;script&gt;ünï&lt;/script&gt;");
    expect(first.mail.text).toContain(`${SITE}/_redirect/pl/${root.id}`);
    const reply = { channel_id: world.channel.id, root_id: root.id, message: "again" };
    await ada.client.createPost(reply as never);
    const second = await server.next(addressOf(bob));
    expect(second.mail.inReplyTo).toBe(`<${root.id}@chat.example.com>`);
    expect(second.mail.references).toBe(`<${root.id}@chat.example.com>`);
    // Who is online hears by the socket; the later mail tells that no earlier one is still to come.
    expect(server.deliveries.filter(({ to }) => to.includes(addressOf(carol)))).toHaveLength(1);
    await bob.request("PUT", `channels/${world.channel.id}/members/${bob.id}/notify_props`, {
      channel_id: world.channel.id,
      user_id: bob.id,
      mark_unread: "mention",
    });
    const toBob = () => server.deliveries.filter(({ to }) => to.includes(addressOf(bob)));
    const sent = toBob().length;
    await ada.client.createPost({ channel_id: world.channel.id, message: `@${bob.username} muted` } as never);
    const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
    await ada.client.createPost({ channel_id: direct.id, message: "direct" } as never);
    expect((await server.next(addressOf(bob))).mail.text).toContain("direct");
    expect(toBob()).toHaveLength(sent + 1);
    socket.close();
  });

  it("cost the post no round trip, and lose nothing where the server is away", async () => {
    const [ada, bob] = world.users as [Person, Person];
    const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
    const post = (message: string) =>
      ada.request("POST", "posts", { channel_id: direct.id, message, pending_post_id: newId() });
    await post("warm");
    await server.next(addressOf(bob));
    await server.stop();
    const answer = await post("while it is away");
    expect(answer.status).toBe(201);
    expect(answer.headers.get("x-edgemost-sql")).toBe("1");
    const user = await makeUser({ node });
    expect((await ada.client.getUser(user.id)).username).toBe(user.username);
    // Nobody learns from it who has an account.
    for (const email of [addressOf(user), "no@example.com"])
      expect((await ada.request("POST", "users/password/reset/send", { email })).status).toBe(200);
  });
});
