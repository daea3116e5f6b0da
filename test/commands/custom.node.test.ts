import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import type { Seen, Site } from "../outbound/site.ts";
import { type SiteWorld, startSiteWorld } from "../outbound/site-world.ts";

let given: SiteWorld;
let world: World;
let ada: Person;
let bob: Person;
let site: Site;

beforeAll(async () => {
  given = await startSiteWorld({
    MM_SERVICESETTINGS_ENABLEPOSTUSERNAMEOVERRIDE: "true",
    MM_SERVICESETTINGS_ENABLEPOSTICONOVERRIDE: "true",
  });
  ({ site, world } = given);
  [ada, bob] = world.users as [Person, Person];
});

afterAll(() => given?.stop());

/** Within which an integration must answer; long, but where one does not. */
const waitAtMost = (OutgoingIntegrationRequestsTimeout: number) =>
  world.admin.client.patchConfig({ ServiceSettings: { OutgoingIntegrationRequestsTimeout } } as never);

async function make(fields: Record<string, unknown> = {}) {
  const trigger = `c${newId().slice(0, 10)}`;
  const answer = await ada.request("POST", "commands", {
    team_id: world.team.id,
    trigger,
    method: "P",
    url: `${site.url}/${trigger}`,
    ...fields,
  });
  return { status: answer.status, command: answer.body, trigger };
}

/** A command whose integration answers that. */
async function answering(response: unknown, fields: Record<string, unknown> = {}) {
  const made = await make(fields);
  site.page(`/${made.trigger}`, (_request, answer) => {
    if (typeof response === "string") answer.setHeader("Content-Type", "text/plain").end(response);
    else answer.setHeader("Content-Type", "application/json").end(JSON.stringify(response));
  });
  return made;
}

const run = (who: Person, command: string, channel_id = world.channel.id, root_id = "") =>
  who.client.executeCommand(command, { channel_id, team_id: world.team.id, root_id }) as Promise<any>;
const to = (trigger: string) => (request: Seen) => request.path.startsWith(`/${trigger}`);

describe("running them (semantics 19.2, 19.3)", () => {
  it("sends a form, or a query", async () => {
    const secret = await makeChannel(ada, world.team, { type: "P" });
    for (const method of ["P", "G"]) {
      const made = await make({ method });
      site.page(`/${made.trigger}`, (_request, answer) => answer.end());
      const url = method === "G" ? `${site.url}/${made.trigger}?fixed=1` : `${site.url}/${made.trigger}`;
      const changed = await ada.client.editCommand({ ...made.command, url });
      const text = `hello @${ada.username} in ~${world.channel.name} ~${secret.name} & go`;
      await run(bob, `/${made.trigger.toUpperCase()}  ${text}`);
      const request = await site.arrived(to(made.trigger));
      expect(request).toMatchObject({
        method: method === "G" ? "GET" : "POST",
        headers: { authorization: `Token ${changed.token}`, accept: "application/json" },
      });
      const query = method === "G" ? request.path.split("?")[1]! : request.body;
      const { trigger_id, response_url, fixed, ...facts } = Object.fromEntries(new URLSearchParams(query));
      expect(fixed).toBe(method === "G" ? "1" : undefined);
      expect(facts).toEqual({
        token: changed.token,
        team_id: world.team.id,
        team_domain: world.team.name,
        channel_id: world.channel.id,
        channel_name: world.channel.name,
        user_id: bob.id,
        user_name: bob.username,
        command: `/${made.trigger}`,
        text,
        user_mentions: ada.username,
        user_mentions_ids: ada.id,
        channel_mentions: world.channel.name,
        channel_mentions_ids: world.channel.id,
      });
      expect(response_url).toMatch(/\/hooks\/commands\/[a-z0-9]{26}$/);
      expect(Buffer.from(trigger_id!, "base64").toString()).toMatch(
        new RegExp(`^[a-z0-9]{26}:${bob.id}:\\d{13}:[A-Za-z0-9+/=]+$`),
      );
    }
  });

  it("posts in the channel as the user", async () => {
    const root = await ada.client.createPost({ channel_id: world.channel.id, message: "root" } as never);
    const { trigger } = await answering({
      response_type: "in_channel",
      text: "see <https://example.com|this> and\u2028more",
      username: "Deployer",
      icon_url: "https://example.com/i.png",
      goto_location: "https://example.com/go",
      props: { mine: 1, from_webhook: "false" },
      attachments: [
        { text: "<@U1> ok", actions: [{ name: "Go", type: "button", integration: { url: "https://x" } }] },
      ],
      extra_responses: [
        {
          response_type: "in_channel",
          text: "and this",
          skip_slack_parsing: true,
          attachments: [{ actions: [{ name: "Too", type: "button", integration: { url: "https://x" } }] }],
        },
      ],
    });
    const socket = await ada.ws();
    const answer = await run(bob, `/${trigger}`, world.channel.id, root.id);
    expect(answer).toMatchObject({ response_type: "in_channel", goto_location: "https://example.com/go" });
    expect(answer.trigger_id).toMatch(/^[a-z0-9]{26}$/);
    expect(answer.attachments[0].actions[0]).toMatchObject({ name: "Go", type: "button" });
    expect(JSON.stringify(answer), "semantics 20.1").not.toContain("integration");
    const { post } = (await socket.next("posted", (e) => e.parsed.post.message.startsWith("see"))).parsed;
    expect(post).toMatchObject({
      user_id: bob.id,
      root_id: root.id,
      type: "slack_attachment",
      message: "see [this](https://example.com) and\u2028more",
      props: {
        from_webhook: "true",
        mine: 1,
        override_username: "Deployer",
        override_icon_url: "https://example.com/i.png",
      },
    });
    expect(JSON.stringify(post)).not.toContain("integration");
    expect(post.props.attachments[0].actions[0].id).toMatch(/^[a-z0-9]{26}$/);
    const extra = await socket.next("posted", (e) => e.parsed.post.message === "and this");
    expect(extra.parsed.post).toMatchObject({ user_id: bob.id, props: { from_webhook: "true" } });
  });

  it("leaves the user's place in the channel, and says nothing that only the server says (1.9, 1.20)", async () => {
    const channel = await makeChannel(ada, world.team, { members: [bob] });
    const props = { add_channel_member: {}, from_bot: "true" };
    const { trigger } = await answering({ response_type: "in_channel", text: "done", props });
    const before = await bob.client.getMyChannelMember(channel.id);
    await run(bob, `/${trigger}`, channel.id);
    const { msg_count, last_viewed_at } = await bob.client.getMyChannelMember(channel.id);
    expect([msg_count, last_viewed_at]).toEqual([before.msg_count, before.last_viewed_at]);
    const [row] = await database(
      world.node,
    )`select props from posts where channelid = ${channel.id} and message = 'done'`;
    expect(row!.props).toEqual({ from_webhook: "true" });
  });

  it("shows the user alone what is not for the channel, text as it is", async () => {
    const { trigger } = await answering("just *text*");
    const socket = await bob.ws();
    expect(await run(bob, `/${trigger}`)).toMatchObject({ response_type: "ephemeral", text: "just *text*" });
    const { post } = (await socket.next("ephemeral_message")).parsed;
    expect(post).toMatchObject({
      type: "system_ephemeral",
      channel_id: world.channel.id,
      message: "just *text*",
      props: { from_webhook: "true" },
    });
    const silent = await answering({ goto_location: "/x" });
    const call = { command: `/${silent.trigger}`, channel_id: world.channel.id, team_id: world.team.id };
    const { headers } = await bob.request("POST", "commands/execute", call);
    expect(headers.get("x-edgemost-sql")).toBe("1");
    expect(await run(bob, `/${silent.trigger}`)).toMatchObject({ goto_location: "/x" });
    await socket.none("ephemeral_message");
  });

  it("answers in another channel only where the user is", async () => {
    const theirs = await makeChannel(ada, world.team, { members: [bob] });
    const secret = await makeChannel(ada, world.team, { type: "P" });
    const fields = { response_type: "in_channel", text: "elsewhere" };
    const good = await answering({ ...fields, channel_id: theirs.id });
    await run(bob, `/${good.trigger}`);
    const { posts } = await bob.client.getPosts(theirs.id);
    expect(Object.values(posts).map(({ message }) => message)).toContain("elsewhere");
    const bad = await answering({ ...fields, channel_id: secret.id });
    expect(await failureOf(run(bob, `/${bad.trigger}`))).toMatchObject({
      status_code: 403,
      server_error_id: "api.command.command_post.forbidden.app_error",
    });
  });

  it("says what went wrong", async () => {
    const broken = await make();
    site.page(`/${broken.trigger}`, (_request, answer) => answer.writeHead(503).end());
    const odd = await make();
    site.page(`/${odd.trigger}`, (_request, answer) =>
      answer.setHeader("Content-Type", "application/json").end('{"text": 5'),
    );
    const slow = await make();
    site.page(`/${slow.trigger}`, () => undefined);
    const inside = await make({ url: "http://127.0.0.2:9/" });
    const nothing = await answering(null);
    const cases = [
      [broken, "failed_resp"],
      [odd, "failed"],
      [inside, "failed"],
      [nothing, "failed_empty"],
    ] as const;
    for (const [{ trigger }, id] of cases)
      expect(await failureOf(run(bob, `/${trigger}`)), trigger).toMatchObject({
        status_code: 400,
        server_error_id: `api.command.execute_command.${id}.app_error`,
      });
    await waitAtMost(1);
    expect(await failureOf(run(bob, `/${slow.trigger}`))).toMatchObject({
      status_code: 400,
      server_error_id: "api.command.execute_command.failed.app_error",
    });
    await waitAtMost(30);
    await ada.client.deleteCommand(broken.command.id);
    expect((await failureOf(run(bob, `/${broken.trigger}`))).status_code).toBe(404);
  });
});

describe("answering later (semantics 19.4)", () => {
  const post = (url: string, body: unknown, type = "application/json") =>
    fetch(url, { method: "POST", headers: { "Content-Type": type }, body: body as string });

  async function hook(): Promise<string> {
    const { trigger } = await answering("");
    await run(bob, `/${trigger}`);
    const request = await site.arrived(to(trigger));
    const id = new URLSearchParams(request.body).get("response_url")!.split("/").at(-1)!;
    return `${given.node.url}/hooks/commands/${id}`;
  }

  it("takes five answers", async () => {
    const url = await hook();
    const socket = await bob.ws();
    const answer = await post(url, JSON.stringify({ response_type: "in_channel", text: "later" }));
    expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
    const event = await socket.next("posted", (e) => e.parsed.post.message === "later");
    expect(event.parsed.post).toMatchObject({ user_id: bob.id, channel_id: world.channel.id });
    expect((await post(url, "plain", "text/plain")).status).toBe(200);
    expect((await socket.next("ephemeral_message")).parsed.post.message).toBe("plain");
    expect((await post(url, "{")).status).toBe(400);
    for (let use = 3; use <= 5; use++) expect((await post(url, "{}")).status).toBe(200);
    const refused = await post(url, "{}");
    expect([refused.status, ((await refused.json()) as any).id]).toEqual([
      400,
      "app.command_webhook.try_use.invalid",
    ]);
  });

  it("takes none after half an hour, from nobody, or for who has left", async () => {
    const [late, left] = [await hook(), await hook()];
    const sql = database(given.node);
    const idOf = (url: string) => url.split("/").at(-1)!;
    await sql`update commandwebhooks set createat = createat - 1800000 where id = ${idOf(late)}`;
    expect((await post(late, "{}")).status).toBe(404);
    expect((await post(`${given.node.url}/hooks/commands/${newId()}`, "{}")).status).toBe(404);
    const channel = await makeChannel(ada, world.team, { type: "P" });
    await sql`update commandwebhooks set channelid = ${channel.id} where id = ${idOf(left)}`;
    expect((await post(left, JSON.stringify({ text: "hm" }))).status).toBe(403);
    await hook();
    expect(await sql`select id from commandwebhooks where id = ${idOf(late)}`).toHaveLength(0);
  });
});

it("are not there where they are turned off (EnableCommands)", async () => {
  const { command, trigger } = await answering("hm", { auto_complete: true });
  const turn = (EnableCommands: boolean) =>
    world.admin.request("PUT", "config/patch", { ServiceSettings: { EnableCommands } });
  expect((await turn(false)).status).toBe(200);
  const disabled = [
    ada.request("GET", `commands/${command.id}`),
    ada.request("GET", `commands?team_id=${world.team.id}`),
    make(),
  ];
  for (const answer of await Promise.all(disabled)) expect(answer.status).toBe(501);
  expect((await failureOf(run(bob, `/${trigger}`))).status_code).toBe(404);
  const offered = await bob.client.getAutocompleteCommandsList(world.team.id, 0, 200);
  expect(offered.some(({ id }) => id === command.id)).toBe(false);
  expect((await turn(true)).status).toBe(200);
  expect(await run(bob, `/${trigger}`)).toMatchObject({ text: "hm" });
});
