import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { makeChannel, makeUser, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import type { Page, Site } from "../outbound/site.ts";
import { type SiteWorld, startSiteWorld } from "../outbound/site-world.ts";
import { buttonOf, CONTEXT, integrationOf, withActions } from "./help.ts";

let given: SiteWorld;
let world: World;
let ada: Person;
let bob: Person;
let site: Site;

beforeAll(async () => {
  given = await startSiteWorld();
  ({ site, world } = given);
  [ada, bob] = world.users as [Person, Person];
});

afterAll(() => given?.stop());

const integration = (answer: unknown) => integrationOf(site, answer);
const button = (path: string, more = {}) => buttonOf(`${site.url}${path}`, more);
const say = (props: unknown, more = {}) =>
  ada.client.createPost({
    channel_id: world.channel.id,
    message: "press",
    props,
    ...more,
  } as never) as Promise<any>;
const press = (who: Person, postId: string, body: unknown = {}, action = "go") =>
  who.request("POST", `posts/${postId}/actions/${action}`, body);
const asked = async (path: string) => JSON.parse((await site.arrived((r) => r.path === path)).body);

describe("what clients get of an action (semantics 20.1, 20.2)", () => {
  it("is never its integration, however the post is read", async () => {
    const socket = await bob.ws();
    const made = await say(withActions(button("/none"), { name: "No id", integration: { url: "x" } }));
    const event = await socket.next("posted", (e) => e.parsed.post.id === made.id);
    const sql = database(given.node);
    const stored = async () => {
      const [row] = await sql`select props from posts where id = ${made.id}`;
      return row!.props.attachments[0].actions;
    };
    expect((await stored())[0].integration.context).toEqual(CONTEXT);
    const edited = socket.next("post_edited", (e) => e.parsed.post.id === made.id);
    // As the web client edits: with the props that it has.
    const patch = await ada.client.patchPost({ id: made.id, message: "pressed", props: made.props } as never);
    const read = await Promise.all([
      bob.client.getPost(made.id),
      bob.client.getPosts(world.channel.id),
      bob.client.getPostThread(made.id),
      bob.client.searchPosts(world.team.id, "pressed", false),
      bob.request("POST", "posts/ids", [made.id]),
      ada.request("GET", `posts/${made.id}/edit_history`),
    ]);
    for (const text of [made, event.data, (await edited).data, patch, read].map((part) =>
      JSON.stringify(part),
    )) {
      expect(text).toContain("go");
      expect(text).not.toMatch(/integration|s3cret/);
    }
    expect(read[1].posts[made.id]!.props).toEqual(read[0].props);
    const [first, second] = (read[0].props as any).attachments[0].actions;
    expect(first).toEqual({ id: "go", name: "Go", type: "button" });
    expect(second).toEqual({ id: expect.stringMatching(/^[a-z0-9]{26}$/), name: "No id" });
    // Nor is it lost by that edit.
    expect((await stored())[0].integration.context).toEqual(CONTEXT);
  });
});

it("is stripped of attachments of any make alike, in lists and alone", async () => {
  const hidden = { integration: { url: "x" } };
  const attachments = [
    null,
    "x",
    1,
    { actions: [null, "s", { ...hidden, id: "a" }, [1]] },
    { actions: hidden },
    hidden,
  ];
  const made = await say({ attachments, other: hidden });
  const [one, list] = [await bob.client.getPost(made.id), await bob.client.getPosts(world.channel.id)];
  expect(one.props).toEqual(made.props);
  expect(list.posts[made.id]!.props).toEqual(made.props);
  const kept = [null, "x", 1, { actions: [null, "s", { id: "a" }, [1]] }, { actions: hidden }, hidden];
  expect(made.props).toMatchObject({ attachments: kept, other: hidden });
  expect(made.props.attachments[3].actions[2]).toEqual({ id: "a" });
});

describe("pressing a button (semantics 20.3, 20.4)", () => {
  it("tells the integration who, where and what", async () => {
    const path = integration({});
    const menu = integration({});
    const post = await say(
      withActions(button(path), button(menu, { id: "menu", type: "select", data_source: "users" })),
    );
    const answer = await press(bob, post.id);
    expect(answer).toMatchObject({ status: 200, body: { status: "OK" } });
    expect(answer.body.trigger_id).toMatch(/^[a-z0-9]{26}$/);
    const facts = {
      user_id: bob.id,
      user_name: bob.username,
      channel_id: world.channel.id,
      channel_name: world.channel.name,
      team_id: world.team.id,
      team_domain: world.team.name,
      post_id: post.id,
      trigger_id: expect.any(String),
    };
    expect(await asked(path)).toEqual({ ...facts, type: "button", data_source: "", context: CONTEXT });
    expect((await press(bob, post.id, {}, "menu")).status).toBe(400);
    const chosen = await press(bob, post.id, { selected_option: ada.id }, "menu");
    expect(chosen.headers.get("x-edgemost-sql")).toBe("1");
    expect(await asked(menu)).toEqual({
      ...facts,
      type: "select",
      data_source: "users",
      context: { ...CONTEXT, selected_option: ada.id },
    });
  });

  it("changes the post, and tells the user", async () => {
    const next = integration({});
    const path = integration({
      update: {
        message: "done",
        props: { ...withActions(button(next, { id: "next" })), from_webhook: "forged", mine: 1 },
      },
      ephemeral_text: "see <https://example.com|this>",
    });
    const post = await say({ ...withActions(button(path)), override_username: "Bot" });
    await ada.client.pinPost(post.id);
    const socket = await bob.ws();
    expect((await press(bob, post.id)).status).toBe(200);
    const edited = (await socket.next("post_edited", (e) => e.parsed.post.id === post.id)).parsed.post;
    expect(edited).toMatchObject({
      message: "done",
      is_pinned: true,
      user_id: ada.id,
      props: { mine: 1, override_username: "Bot" },
    });
    expect(edited.props.from_webhook).toBeUndefined();
    expect(JSON.stringify(edited)).not.toContain("integration");
    const shown = (await socket.next("ephemeral_message")).parsed.post;
    expect(shown).toMatchObject({
      root_id: post.id,
      message: "see [this](https://example.com)",
      user_id: bob.id,
    });
    expect((await press(bob, post.id)).status).toBe(404);
    expect((await press(bob, post.id, {}, "next")).status).toBe(200);
    await asked(next);

    const keep = integration({ update: { message: "only text", props: null } });
    const second = await say(withActions(button(keep)));
    expect((await press(bob, second.id)).status).toBe(200);
    const after = await bob.client.getPost(second.id);
    expect([after.message, after.props]).toEqual(["only text", second.props]);
    expect((await press(bob, second.id)).status).toBe(200);
  });

  it("is for who may read the post, and has what is there", async () => {
    const path = integration({});
    const secret = await makeChannel(ada, world.team, { type: "P" });
    const hidden = await say(withActions(button(path)), { channel_id: secret.id });
    expect((await press(bob, hidden.id)).status).toBe(403);
    expect((await press(await makeUser({ node: given.node }), hidden.id)).status).toBe(403);
    expect((await press(ada, hidden.id, undefined)).status).toBe(200);
    expect((await press(ada, hidden.id, {}, "other")).status).toBe(404);
    expect((await press(ada, newId())).status).toBe(404);
    expect((await press(ada, hidden.id, { cookie: "AAAA" })).status).toBe(400);
  });

  it("says that the integration failed", async () => {
    const failing = integration(((_request, response) => response.writeHead(500).end()) as Page);
    const odd = integration({ update: { message: 5 } });
    const long = integration({ update: { message: "x".repeat(16_384) } });
    const inside = { id: "in", name: "x", type: "button", integration: { url: "http://127.0.0.2:9/" } };
    const plugin = { id: "pl", name: "x", type: "button", integration: { url: "/plugins/a/b" } };
    const post = await say(
      withActions(button(failing), button(odd, { id: "odd" }), button(long, { id: "long" }), inside, plugin),
    );
    const failed = "api.post.do_action.action_integration.app_error";
    for (const [action, id] of [
      ["go", failed],
      ["odd", failed],
      ["in", failed],
      ["pl", failed],
      ["long", "model.post.is_valid.message_length.app_error"],
    ]) {
      const { status, body } = await press(bob, post.id, {}, action);
      expect([action, status, body.id]).toEqual([action, 400, id]);
    }
    expect((await bob.client.getPost(post.id)).message).toBe("press");
  });
});

describe("actions of ephemeral posts (semantics 20.5)", () => {
  it("carry a cookie that only this server reads", async () => {
    const path = integration({
      update: { message: "again", props: withActions(button("/x", { id: "two" })) },
    });
    const socket = await bob.ws();
    const post = { channel_id: world.channel.id, message: "only you", props: withActions(button(path)) };
    const { status } = await world.admin.request("POST", "posts/ephemeral", { user_id: bob.id, post });
    expect(status).toBe(201);
    const shown = (await socket.next("ephemeral_message")).parsed.post;
    expect(shown.metadata.embeds).toEqual([{ type: "message_attachment" }]);
    const [action] = shown.props.attachments[0].actions;
    expect(action).toEqual({ id: "go", name: "Go", type: "button", cookie: expect.any(String) });
    expect(Buffer.from(action.cookie, "base64").toString()).not.toContain("s3cret");
    await bob.client.doPostActionWithCookie(shown.id, "go", action.cookie);
    expect(await asked(path)).toMatchObject({ post_id: shown.id, user_id: bob.id, context: CONTEXT });
    const edited = (await socket.next("post_edited", (e) => e.parsed.post.id === shown.id)).parsed.post;
    expect(edited).toMatchObject({ id: shown.id, type: "system_ephemeral", message: "again" });
    expect(edited.props.attachments[0].actions[0]).toMatchObject({ id: "two", cookie: expect.any(String) });

    const bytes = Buffer.from(action.cookie, "base64");
    bytes[20]! ^= 1;
    expect((await press(bob, shown.id, { cookie: bytes.toString("base64") })).status).toBe(400);
    expect((await press(bob, newId(), { cookie: action.cookie })).status).toBe(400);
    const stranger = await makeUser({ node: given.node });
    expect((await press(stranger, shown.id, { cookie: action.cookie })).status).toBe(403);
  });
});

describe("dialogs (semantics 20.6 to 20.8)", () => {
  const dialog = {
    callback_id: "c",
    title: "Ask",
    elements: [{ display_name: "A", name: "a", type: "text" }],
  };
  const open = (trigger_id: string) =>
    fetch(`${given.node.url}/api/v4/actions/dialogs/open`, {
      method: "POST",
      body: JSON.stringify({ trigger_id, url: `${site.url}/dialog`, dialog }),
    });

  it("open at who has pressed, for a short while", async () => {
    const path = integration({});
    const post = await say(withActions(button(path)));
    const socket = await bob.ws();
    const other = await ada.ws();
    const pressed = await press(bob, post.id);
    const { trigger_id } = await asked(path);
    expect((await open(trigger_id)).status).toBe(200);
    const event = await socket.next("open_dialog");
    expect(event.parsed.dialog).toEqual({
      trigger_id: pressed.body.trigger_id,
      url: `${site.url}/dialog`,
      dialog,
    });
    await other.none("open_dialog");
    const text = Buffer.from(trigger_id, "base64").toString();
    const forged = [
      text.replace(bob.id, ada.id),
      `${text.slice(0, -8)}AAAAAAA=`,
      text.replace(/:(\d{13}):/, (_: string, time: string) => `:${Number(time) + 1}:`),
    ].map((claim) => Buffer.from(claim).toString("base64"));
    const refusal = async (id: string) => {
      const answer = await open(id);
      return [answer.status, ((await answer.json()) as { id?: string }).id?.split(".").at(-1)];
    };
    for (const id of forged) expect(await refusal(id)).toEqual([400, "verify_signature_failed"]);
    for (const id of [pressed.body.trigger_id, "%"]) expect(await refusal(id)).toEqual([400, "missing_data"]);
    // As long as an integration has to answer, and no longer.
    const live = (OutgoingIntegrationRequestsTimeout: number) =>
      world.admin.client.patchConfig({ ServiceSettings: { OutgoingIntegrationRequestsTimeout } } as never);
    await live(1);
    await expect.poll(() => refusal(trigger_id), { interval: 200 }).toEqual([400, "expired"]);
    await live(30);
  });

  const sent = () => ({
    callback_id: "c",
    state: "st",
    submission: { a: "1" },
    channel_id: world.channel.id,
    team_id: world.team.id,
  });
  const submit = (who: Person, body: Record<string, unknown>, what = "submit") =>
    who.request("POST", `actions/dialogs/${what}`, { ...sent(), ...body });

  it("are handed in as whoever does it", async () => {
    const wrong = integration({ errors: { a: "no" }, error: "Wrong", more: 1 });
    const url = `${site.url}${wrong}`;
    expect(await submit(bob, { url, user_id: ada.id, cancelled: true })).toMatchObject({
      status: 200,
      body: { errors: { a: "no" }, error: "Wrong" },
    });
    expect(await asked(wrong)).toEqual({
      ...sent(),
      type: "dialog_submission",
      user_id: bob.id,
      cancelled: true,
    });
    const silent = integration(undefined);
    expect((await submit(bob, { url: `${site.url}${silent}` })).body).toEqual({});
    const form = integration({ type: "form", form: dialog });
    const next = await submit(bob, { url: `${site.url}${form}`, type: "refresh" });
    expect(next.body).toEqual({ type: "form", form: dialog });
    expect((await asked(form)).type).toBe("refresh");
    const items = integration({ items: [{ text: "A", value: "a" }] });
    const found = await submit(bob, { url: `${site.url}${items}` }, "lookup");
    expect(found.body).toEqual({ items: [{ text: "A", value: "a" }] });
    expect((await asked(items)).type).toBe("dialog_lookup");
  });

  it("need a channel and a team of one's own, and an integration that answers", async () => {
    const url = `${site.url}${integration({})}`;
    const stranger = await makeUser({ node: given.node });
    const secret = await makeChannel(ada, world.team, { type: "P" });
    for (const what of ["submit", "lookup"]) {
      expect((await submit(stranger, { url }, what)).status).toBe(403);
      expect((await submit(bob, { url, channel_id: secret.id }, what)).status).toBe(403);
      expect((await submit(bob, { url, team_id: newId() }, what)).status).toBe(403);
      expect((await submit(bob, { url: `${site.url}/nowhere` }, what)).status).toBe(400);
      expect((await submit(bob, { url: "http://127.0.0.2:9/" }, what)).status).toBe(400);
      expect((await submit(bob, { url: "" }, what)).status).toBe(400);
    }
  });
});
