import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, type Person, type World } from "../harness/people.ts";
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

/** Of a channel of its own, so that no other test's posts set it off. */
async function make(fields: Record<string, unknown> = {}, by = ada) {
  const answer = await by.request("POST", "hooks/outgoing", {
    team_id: world.team.id,
    channel_id: world.channel.id,
    display_name: "CI",
    trigger_words: [],
    callback_urls: [`${site.url}/hook`],
    ...fields,
  });
  return { status: answer.status, hook: answer.body };
}

const open = () => makeChannel(ada, world.team, { members: [bob] });
const say = (channel_id: string, message: string, more = {}) =>
  bob.client.createPost({ channel_id, message, ...more } as never);
const about = (postId: string) => (request: Seen) => request.body.includes(postId);

describe("what sets them off (semantics 18.8, 18.9)", () => {
  it("sends a form by default, JSON where that is its type", async () => {
    const channel = await open();
    const words = { channel_id: channel.id, trigger_words: ["build", "ship"] };
    const { hook } = await make({ ...words, callback_urls: [`${site.url}/form`] });
    await make({ ...words, callback_urls: [`${site.url}/json`], content_type: "application/json" });
    const post = await say(channel.id, "ship it & go");
    const facts = {
      token: hook.token,
      team_id: world.team.id,
      team_domain: world.team.name,
      channel_id: channel.id,
      channel_name: channel.name,
      timestamp: `${Math.trunc(post.create_at / 1_000)}`,
      user_id: bob.id,
      user_name: bob.username,
      post_id: post.id,
      text: "ship it & go",
      trigger_word: "ship",
      file_ids: "",
    };
    const form = await site.arrived(({ path }) => path === "/form");
    expect(form).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    });
    expect(Object.fromEntries(new URLSearchParams(form.body))).toEqual(facts);
    const json = await site.arrived(({ path }) => path === "/json");
    expect(json.headers["content-type"]).toBe("application/json");
    const { token } = JSON.parse(json.body);
    expect(JSON.parse(json.body)).toEqual({ ...facts, token, timestamp: post.create_at });
  });

  it("is the first word, whole or its beginning, or in its channel anything", async () => {
    const channel = await open();
    const elsewhere = await open();
    const secret = await makeChannel(ada, world.team, { type: "P", members: [bob] });
    const tag = `w${newId()}`;
    const wide = { channel_id: "", trigger_words: [tag] };
    await make({ ...wide, callback_urls: [`${site.url}/whole`] });
    await make({ ...wide, callback_urls: [`${site.url}/begin`], trigger_when: 1 });
    await make({ channel_id: channel.id, callback_urls: [`${site.url}/any`] });
    const paths = (postId: string) =>
      site.seen
        .filter(about(postId))
        .map(({ path }) => path.slice(1))
        .sort();
    const heard: [string, string, string[]][] = [
      [channel.id, `  ${tag}\tnow`, ["any", "begin", "whole"]],
      [channel.id, `${tag}ing`, ["any", "begin"]],
      [channel.id, `not ${tag}`, ["any"]],
      [channel.id, tag.toUpperCase(), ["any"]],
      [elsewhere.id, tag, ["begin", "whole"]],
      [elsewhere.id, `no ${tag}`, []],
      [secret.id, tag, []],
    ];
    const posts: { id: string }[] = [];
    for (const [channelId, message] of heard) posts.push(await say(channelId, message));
    // What comes last in the channel of the hook that hears all says that nothing else is still on its way.
    for (const [i, [, , expected]] of heard.entries())
      if (expected.length > 0) await expect.poll(() => paths(posts[i]!.id)).toEqual(expected);
    const last = await say(channel.id, "the last");
    await site.arrived(about(last.id));
    for (const [i, [, message, expected]] of heard.entries())
      expect(paths(posts[i]!.id), message).toEqual(expected);
  });

  it("stops with the hook, with its channel, and goes by a changed one", async () => {
    const channel = await open();
    const path = `/${newId()}`;
    const { hook } = await make({ channel_id: channel.id, callback_urls: [site.url + path] });
    const first = await say(channel.id, "one");
    await site.arrived(about(first.id));
    await ada.client.updateOutgoingWebhook({ ...hook, callback_urls: [`${site.url}/moved`] });
    const second = await say(channel.id, "two");
    expect((await site.arrived(about(second.id))).path).toBe("/moved");
    await ada.client.removeOutgoingWebhook(hook.id);
    const third = await say(channel.id, "three");
    const { hook: later } = await make({ channel_id: channel.id });
    await site.arrived(about((await say(channel.id, "four")).id));
    expect(site.seen.filter(about(third.id))).toEqual([]);
    await ada.client.deleteChannel(channel.id);
    expect((await failureOf(ada.client.getOutgoingWebhook(later.id))).status_code).toBe(404);
    await ada.client.unarchiveChannel(channel.id);
    const fifth = await say(channel.id, "five");
    await make({ channel_id: channel.id, callback_urls: [`${site.url}/again`] });
    await site.arrived(about((await say(channel.id, "six")).id));
    expect(site.seen.filter(about(fifth.id))).toEqual([]);
  });

  it("is a command's post, too, but no webhook's", async () => {
    const channel = await open();
    await make({ channel_id: channel.id });
    await bob.client.executeCommand("/shrug well", {
      channel_id: channel.id,
      team_id: world.team.id,
    } as never);
    expect((await site.arrived(({ body }) => body.includes(channel.id))).body).toContain("well");
    const incoming = await ada.client.createIncomingWebhook({ channel_id: channel.id } as never);
    const said = newId();
    await fetch(`${given.node.url}/hooks/${incoming.id}`, {
      method: "POST",
      body: JSON.stringify({ text: said }),
    });
    await site.arrived(about((await say(channel.id, "after")).id));
    expect(site.seen.filter(({ body }) => body.includes(said))).toEqual([]);
  });

  it("costs a post nothing, however slow they are", async () => {
    const channel = await open();
    site.page("/stuck", () => {});
    await make({ channel_id: channel.id, callback_urls: [`${site.url}/stuck`] });
    await site.arrived(about((await say(channel.id, "first")).id));
    const began = Date.now();
    const answer = await bob.request("POST", "posts", { channel_id: channel.id, message: "second" });
    // Waiting for it would take the thirty seconds that it has.
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(answer.headers.get("x-edgemost-sql")).toBe("1");
    await site.arrived(about(answer.body.id));
  });
});

describe("what they answer (semantics 18.10)", () => {
  async function answered(reply: unknown, hookFields: Record<string, unknown> = {}) {
    const channel = await open();
    const path = `/${newId()}`;
    site.page(path, (_, response) => response.end(typeof reply === "string" ? reply : JSON.stringify(reply)));
    await make({ channel_id: channel.id, callback_urls: [site.url + path], ...hookFields });
    const socket = await bob.ws();
    const post = await say(channel.id, "question");
    const { parsed } = await socket.next("posted", (event) => {
      const { channel_id, id, props } = event.parsed.post;
      return channel_id === channel.id && id !== post.id && props.from_webhook === "true";
    });
    return { asked: post, got: parsed.post };
  }

  it("is posted in the name of the hook's creator", async () => {
    const { got } = await answered({
      text: `<https://example.com|see> <@${bob.id}>`,
      username: "robot",
      icon_url: "http://x.y/i.png",
      props: { mine: 1, from_webhook: "no" },
    });
    expect(got).toMatchObject({
      user_id: ada.id,
      root_id: "",
      message: `[see](https://example.com) @${bob.username}`,
      props: {
        from_webhook: "true",
        webhook_display_name: "CI",
        override_username: "robot",
        override_icon_url: "http://x.y/i.png",
        mine: 1,
      },
    });
  });

  it("goes into the thread as a comment, and may be attachments only", async () => {
    const attachments = [{ text: "<!here> done" }];
    const { asked, got } = await answered({ response_type: "comment", attachments, username: null });
    expect(got).toMatchObject({ root_id: asked.id, message: "", type: "slack_attachment" });
    expect(got.props.attachments).toMatchObject([{ text: "@here done" }]);
    expect(got.props.override_username).toBe("webhook");
  });

  it("is nothing where it says nothing, is no JSON, too large, too late or not to be reached", async () => {
    const channel = await open();
    const replies: Record<string, string> = {
      "/empty": "",
      "/none": "{}",
      "/odd": "<html>",
      "/list": "[1]",
      "/null": "null",
      "/large": JSON.stringify({ text: "x".repeat(1_100_000) }),
      "/good": JSON.stringify({ text: "good" }),
    };
    for (const [path, text] of Object.entries(replies)) site.page(path, (_, response) => response.end(text));
    site.page("/late", () => {});
    site.page("/private", (_, response) =>
      response.writeHead(302, { location: `http://localhost:${site.port}/good` }).end(),
    );
    const bad = [...Object.keys(replies).filter((path) => path !== "/good"), "/late", "/private"];
    for (const path of bad) await make({ channel_id: channel.id, callback_urls: [site.url + path] });
    await waitAtMost(1);
    const asked = await say(channel.id, "question");
    const failures = () => given.node.logs().match(/outgoing webhook failed/g)?.length ?? 0;
    const heard = () => site.seen.filter(about(asked.id)).length;
    await expect.poll(heard).toBe(bad.length);
    await expect.poll(failures).toBeGreaterThanOrEqual(6);
    await waitAtMost(30);
    const { order, posts } = await bob.client.getPosts(channel.id);
    expect(order.map((id) => posts[id]!).filter(({ type }) => type === "")).toHaveLength(1);
  });
});

it("are off where the configuration says so", async () => {
  const off = await ada.request("GET", "hooks/outgoing");
  expect(off.status).toBe(403);
  await world.admin.client.patchConfig({ ServiceSettings: { EnableOutgoingWebhooks: false } } as never);
  for (const [method, path] of [
    ["GET", "hooks/outgoing"],
    ["POST", "hooks/outgoing"],
    ["GET", `hooks/outgoing/${newId()}`],
  ] as const) {
    const body = method === "POST" ? { team_id: world.team.id } : undefined;
    const answer = await ada.request(method, path, body);
    expect(answer.status).toBe(501);
    expect(answer.body.id).toBe("api.outgoing_webhook.disabled.app_error");
  }
  const channel = await open();
  const post = await say(channel.id, "quiet");
  await world.admin.client.patchConfig({ ServiceSettings: { EnableOutgoingWebhooks: true } } as never);
  await make({ channel_id: channel.id });
  await site.arrived(about((await say(channel.id, "loud")).id));
  expect(site.seen.filter(about(post.id))).toEqual([]);
});
