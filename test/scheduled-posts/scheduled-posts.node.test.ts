import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendScheduledPosts } from "../../workers/actions/scheduled-posts/send.ts";
import type { Bundle } from "../../workers/events/envelope.ts";
import { newId } from "../../workers/model/id.ts";
import { uploadOne } from "../files/uploads.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { laterBy, type OwnContexts, ownContexts } from "../harness/own-context.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

// Of the test's own: all that is due on it is looked at.
let node: OwnNode;
let world: World;
let ada: Person;
let bob: Person;
let own: OwnContexts;
beforeAll(async () => {
  node = await ownNode();
  world = await makeWorld({ users: 2, node });
  [ada, bob] = world.users as [Person, Person];
  own = ownContexts(world.node);
});
afterAll(async () => {
  await own?.end();
  await node?.stop();
});

/** `lost`: deletes of sent posts do not get through. */
const contextHere = (published: Bundle[], lost = false) =>
  own.context(published, (text) => {
    if (lost && text.startsWith("DELETE FROM scheduledposts")) throw new Error("the node has died");
  });

/** Said by no other test. */
const MESSAGE = `later ${newId()}`;
const HOUR_MS = 3_600_000;
const later = () => Date.now() + HOUR_MS;
const schedule = (who: Person, fields: Record<string, unknown> = {}, connection = "") =>
  who.request(
    "POST",
    "posts/schedule",
    { channel_id: world.channel.id, message: MESSAGE, scheduled_at: later(), ...fields },
    { "connection-id": connection },
  );
const listOf = async (who: Person, direct = true) =>
  (await who.request("GET", `posts/scheduled/team/${world.team.id}?includeDirectChannels=${direct}`)).body;
const postsSaying = (message: string) =>
  database(world.node)`select * from posts where message = ${message} and deleteat = 0`;
const rowOf = async (id: string) =>
  (await database(world.node)`select * from scheduledposts where id = ${id}`)[0];

describe("scheduled posts (semantics 17.3, 17.4)", () => {
  it("are made, listed, changed and deleted; the user's other connections hear of it", async () => {
    const [here, there, other] = await Promise.all([ada.ws(), ada.ws(), bob.ws()]);
    const direct = await ada.client.createDirectChannel([ada.id, bob.id]);
    await listOf(ada);
    const made = await schedule(ada, { priority: { priority: "urgent" } }, here.connectionId);
    expect(made.status).toBe(201);
    expect(Number(made.headers.get("x-edgemost-sql"))).toBe(1);
    expect(made.body).toMatchObject({
      user_id: ada.id,
      channel_id: world.channel.id,
      message: MESSAGE,
      processed_at: 0,
      error_code: "",
      priority: { priority: "urgent" },
      metadata: { priority: { priority: "urgent" } },
    });
    expect((await there.next("scheduled_post_created")).parsed.scheduledPost).toEqual(made.body);
    const toBob = await schedule(ada, { channel_id: direct.id });
    expect(await listOf(ada)).toEqual({ [world.team.id]: [made.body], directChannels: [toBob.body] });
    expect(await listOf(ada, false)).toEqual({ [world.team.id]: [made.body] });
    expect(await listOf(bob)).toEqual({ [world.team.id]: [], directChannels: [] });

    const path = `posts/schedule/${made.body.id}`;
    const at = later() + 1_000;
    const changes = { ...made.body, message: "much later", scheduled_at: at, channel_id: direct.id };
    const changed = await ada.request("PUT", path, changes, { "connection-id": here.connectionId });
    expect([changed.status, changed.body]).toMatchObject([
      201,
      { id: made.body.id, message: "much later", scheduled_at: at, channel_id: world.channel.id },
    ]);
    expect((await there.next("scheduled_post_updated")).parsed.scheduledPost).toEqual(changed.body);
    expect((await bob.request("PUT", path, changes)).status).toBe(403);
    expect((await bob.request("DELETE", path)).status).toBe(403);
    const gone = await ada.request("DELETE", path, undefined, { "connection-id": here.connectionId });
    expect([gone.status, gone.body]).toEqual([201, changed.body]);
    expect((await there.next("scheduled_post_deleted")).parsed.scheduledPost.id).toBe(made.body.id);
    expect((await ada.request("DELETE", path)).status).toBe(404);
    await here.none("scheduled_post_deleted");
    await other.none("scheduled_post_created");
    await ada.request("DELETE", `posts/schedule/${toBob.body.id}`);
  });

  it("refuse what no post may be", async () => {
    const archived = await makeChannel(ada, world.team);
    await ada.client.deleteChannel(archived.id);
    const outsider = await makeUser({ node });
    const cases: [Record<string, unknown>, number][] = [
      [{ message: "" }, 400],
      [{ message: "x".repeat(16_384) }, 400],
      [{ scheduled_at: Date.now() - 60_000 }, 400],
      [{ scheduled_at: "soon" }, 400],
      [{ props: { a: "x".repeat(8_000) } }, 400],
      [{ file_ids: ["x"] }, 400],
      [{ root_id: "x" }, 400],
      [{ type: "system_join_channel" }, 400],
      [{ priority: { priority: "grave" } }, 400],
      [{ channel_id: archived.id }, 400],
      [{ channel_id: newId() }, 404],
    ];
    const answers = await Promise.all(cases.map(([fields]) => schedule(ada, fields)));
    expect(answers.map(({ status }) => status)).toEqual(cases.map(([, status]) => status));
    expect((await schedule(outsider)).status).toBe(403);
    expect((await outsider.request("GET", `posts/scheduled/team/${world.team.id}`)).status).toBe(403);
  });

  it("are posted once when due, as their author, with their files, whatever happens to the leader", async () => {
    const message = `due ${newId()}`;
    const file = await uploadOne(ada, world.channel.id, "a.txt", "a");
    const scheduled_at = Date.now() + HOUR_MS / 2;
    const { id } = (await schedule(ada, { message, file_ids: [file.id], scheduled_at })).body;
    const waiting = await schedule(ada, { message: `not ${message}` });
    const published: Bundle[] = [];
    // The first leader dies between the post and the end of its work; two others then run at once.
    const run = (leaders: number, lost = false) =>
      laterBy((HOUR_MS * 3) / 4, () =>
        Promise.all(Array.from({ length: leaders }, () => sendScheduledPosts(contextHere(published, lost)))),
      );
    expect(await run(1, true)).toEqual([1]);
    expect(await rowOf(id)).toBeDefined();
    await run(2);
    expect(await postsSaying(message)).toMatchObject([{ userid: ada.id, channelid: world.channel.id }]);
    expect((await ada.client.getFileInfosForPost((await postsSaying(message))[0]!.id))[0]?.id).toBe(file.id);
    expect(await rowOf(id)).toBeUndefined();
    expect(await rowOf(waiting.body.id)).toMatchObject({ processedat: 0 });
    await ada.request("DELETE", `posts/schedule/${waiting.body.id}`);
    const mine = published.filter(({ events }) => JSON.stringify(events).includes(id));
    const told = mine.flatMap(({ events }) => events.map(({ event }) => event));
    expect(told.filter((event) => event !== "posted")).toEqual(["scheduled_post_deleted"]);
    const posted = published.filter(({ events }) => events.some(({ event }) => event === "posted"));
    // Announced again under the same id, which the topic knows.
    expect(new Set(posted.map((bundle) => bundle.id)).size).toBe(1);
  });

  it("are kept with the reason where they cannot be posted, and wait again once changed", async () => {
    const archived = await makeChannel(bob, world.team);
    const left = await makeChannel(ada, world.team, { members: [bob] });
    const root = await bob.client.createPost({ channel_id: world.channel.id, message: "root" } as never);
    const { body: inArchived } = await schedule(bob, { channel_id: archived.id });
    const { body: inLeft } = await schedule(bob, { channel_id: left.id });
    const { body: inThread } = await schedule(bob, { root_id: root.id });
    const { body: old } = await schedule(bob);
    const carol = await makeUser({ node });
    await ada.client.addUsersToTeam(world.team.id, [carol.id]);
    await ada.client.addToChannel(carol.id, world.channel.id);
    const { body: deactivated } = await schedule(carol);
    await bob.client.deleteChannel(archived.id);
    await ada.client.removeFromChannel(bob.id, left.id);
    await bob.client.deletePost(root.id);
    await world.admin.client.updateUserActive(carol.id, false);
    const ids = [inArchived, inLeft, inThread, old, deactivated].map(({ id }) => id);
    const run = () => laterBy(26 * HOUR_MS, () => sendScheduledPosts(contextHere(published)));
    const [now, dayAgo] = [Date.now() + 26 * HOUR_MS - 1_000, Date.now() + HOUR_MS];
    await database(world.node)`
      update scheduledposts set scheduledat = case when id = ${old.id} then ${dayAgo}::bigint else ${now}::bigint end
      where id in ${database(world.node)(ids)}`;
    const published: Bundle[] = [];
    await run();
    const reasons = [inArchived, inLeft, inThread, old, deactivated].map(
      async ({ id }) => (await rowOf(id))?.errorcode,
    );
    expect(await Promise.all(reasons)).toEqual([
      "channel_archived",
      "no_channel_member",
      "thread_deleted",
      "unable_to_send",
      "user_deleted",
    ]);
    expect(published.flatMap(({ events }) => events.map(({ event }) => event))).toEqual(
      Array.from({ length: 5 }, () => "scheduled_post_updated"),
    );
    expect(await postsSaying(MESSAGE)).toEqual([]);
    expect(await run()).toBe(0);
    const again = { ...old, scheduled_at: later() };
    const changed = await bob.request("PUT", `posts/schedule/${old.id}`, again);
    expect(changed.body).toMatchObject({ processed_at: 0, error_code: "" });
  });
});
