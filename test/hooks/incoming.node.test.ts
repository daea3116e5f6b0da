import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { failureOf } from "../harness/client.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
});

const make = async (fields: Record<string, unknown> = {}) =>
  (await ada.client.createIncomingWebhook({
    channel_id: world.channel.id,
    display_name: "CI",
    description: "builds",
    ...fields,
  } as never)) as any;

async function send(id: string, body: unknown, type = "application/json") {
  const text = typeof body === "string" || body instanceof FormData ? body : JSON.stringify(body);
  const headers: Record<string, string> = body instanceof FormData ? {} : { "content-type": type };
  const answer = await fetch(`${world.node.url}/hooks/${id}`, {
    method: "POST",
    body: text as never,
    headers,
  });
  const said = await answer.text();
  return { status: answer.status, text: said, type: answer.headers.get("content-type") };
}

/** Sends it, and answers the posts that it made in the channel. */
async function posted(
  hook: string,
  body: unknown,
  type?: string,
  channel = world.channel.id,
): Promise<any[]> {
  const before = new Set((await ada.client.getPosts(channel)).order);
  expect(await send(hook, body, type)).toEqual({ status: 200, text: "ok", type: "text/plain" });
  const { order, posts } = await ada.client.getPosts(channel);
  return order
    .filter((id) => !before.has(id))
    .map((id) => posts[id])
    .reverse();
}

describe("incoming webhooks (semantics 18.1 to 18.6)", () => {
  it("post as their owner, in every form that is sent", async () => {
    const { id } = await make();
    const socket = await bob.ws();
    const [post] = await posted(id, { text: `<!here> <https://example.com|link> <@${bob.id}>` });
    expect(post).toMatchObject({
      user_id: ada.id,
      message: `@here [link](https://example.com) @${bob.username}`,
      type: "",
      props: { from_webhook: "true", webhook_display_name: "CI" },
    });
    const event = await socket.next("posted", (e) => e.parsed.post.id === post.id);
    expect(event.data.mentions).toContain(bob.id);
    const form = new URLSearchParams({ payload: JSON.stringify({ text: "by form" }) }).toString();
    expect((await posted(id, form, "application/x-www-form-urlencoded"))[0].message).toBe("by form");
    const multipart = new FormData();
    multipart.append("text", "by parts");
    expect((await posted(id, multipart))[0].message).toBe("by parts");
    expect((await posted(id, '{"text": "two\nlines"}'))[0].message).toBe("two\nlines");
    const attachments = [null, { pretext: "<!all>", text: "<http://a.b|c>", actions: [{ name: "go" }] }];
    const [attached] = await posted(id, { attachments, props: { from_webhook: "no", own: 1 } });
    expect(attached).toMatchObject({ type: "slack_attachment", message: "" });
    expect(attached.props).toMatchObject({ from_webhook: "true", own: 1 });
    expect(attached.props.attachments).toMatchObject([{ pretext: "@all", text: "[c](http://a.b)" }]);
    const pieces = await posted(id, { text: "x".repeat(16_383 + 5), attachments: [{ text: "a" }] });
    expect(pieces.map(({ message }) => message.length)).toEqual([16_383, 5]);
    expect(pieces.map(({ props }) => Boolean(props.attachments))).toEqual([false, true]);
    expect(pieces[0].props.override_username).toBeUndefined();
  });

  it("find other channels, unless they are locked", async () => {
    const { id } = await make();
    const other = await makeChannel(ada, world.team);
    const secret = await makeChannel(bob, world.team, { type: "P" });
    expect(await posted(id, { text: "there", channel: `#${other.name}` }, undefined, other.id)).toHaveLength(
      1,
    );
    expect((await send(id, { text: "d", channel: `@${bob.username}` })).status).toBe(200);
    const direct = await bob.client.createDirectChannel([ada.id, bob.id]);
    expect(Object.values((await bob.client.getPosts(direct.id)).posts).map((post) => post.message)).toContain(
      "d",
    );
    expect((await send(id, { text: "x", channel: secret.name })).status).toBe(403);
    expect((await send(id, { text: "x", channel: "no-such" })).status).toBe(404);
    expect((await send(id, { text: "x", channel: "@no-such" })).status).toBe(404);
    const locked = await make({ channel_locked: true });
    expect((await send(locked.id, { text: "x", channel: other.name })).status).toBe(403);
    expect((await send(locked.id, { text: "x", channel: world.channel.name })).status).toBe(200);
  });

  it("refuse what they do not take, under one id", async () => {
    const { id } = await make();
    for (const body of [
      "",
      "no json",
      "[]",
      {},
      { text: "" },
      { text: 1 },
      { text: "a", type: "system_join" },
      { text: "a", type: "odd" },
      { text: "\u0000" },
      { text: "a", props: { a: "\u0000" } },
      { text: "a", priority: { priority: "huge" } },
      { attachments: ["x"] },
    ]) {
      const answer = await send(id, body);
      expect(answer.status, JSON.stringify(body)).toBe(400);
      expect(JSON.parse(answer.text).id).toBe("web.incoming_webhook.general.app_error");
    }
    expect((await send(newId(), { text: "a" })).status).toBe(400);
    expect((await send("x", { text: "a" })).status).toBe(400);
    await ada.client.removeIncomingWebhook(id);
    expect((await send(id, { text: "a" })).status).toBe(400);
  });

  it("stop with their owner", async () => {
    const owner = await makeUser();
    await ada.client.addUsersToTeam(world.team.id, [owner.id]);
    const { id } = await make({ user_id: owner.id });
    expect((await send(id, { text: "a" })).status).toBe(200);
    await world.admin.client.updateUserActive(owner.id, false);
    expect((await send(id, { text: "a" })).status).toBe(403);
  });

  it("are managed by those who may (18.7)", async () => {
    const hook = await make();
    expect(hook).toMatchObject({
      user_id: ada.id,
      team_id: world.team.id,
      channel_locked: false,
      delete_at: 0,
    });
    expect(await ada.client.getIncomingWebhook(hook.id)).toEqual(hook);
    const list = await ada.request("GET", `hooks/incoming?team_id=${world.team.id}&include_total_count=true`);
    expect(list.body.incoming_webhooks).toContainEqual(hook);
    expect(list.body.total_count).toBe(list.body.incoming_webhooks.length);
    const changed = await ada.client.updateIncomingWebhook({ ...hook, display_name: "CD" });
    expect(changed).toMatchObject({ id: hook.id, display_name: "CD" });
    for (const [method, path, body] of [
      ["GET", `hooks/incoming?team_id=${world.team.id}`, undefined],
      ["GET", "hooks/incoming", undefined],
      ["POST", "hooks/incoming", { channel_id: world.channel.id }],
      ["GET", `hooks/incoming/${hook.id}`, undefined],
      ["PUT", `hooks/incoming/${hook.id}`, { id: hook.id, channel_id: world.channel.id }],
      ["DELETE", `hooks/incoming/${hook.id}`, undefined],
    ] as const)
      expect((await bob.request(method, path, body)).status, `${method} ${path}`).toBe(403);
    const secret = await makeChannel(bob, world.team, { type: "P" });
    expect((await failureOf(ada.client.getIncomingWebhook(newId()))).status_code).toBe(404);
    for (const fields of [
      { channel_id: "x" },
      { display_name: "x".repeat(65) },
      { description: "x".repeat(501) },
      { username: "x".repeat(65) },
      { icon_url: "x".repeat(1_025) },
      { user_id: newId() },
    ])
      expect((await failureOf(make(fields))).status_code, JSON.stringify(fields).slice(0, 40)).toBe(400);
    expect((await bob.request("POST", "hooks/incoming", { channel_id: secret.id })).status).toBe(403);
  });
});
