import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sendScheduledPosts } from "../../workers/actions/scheduled-posts/send.ts";
import type { Bundle } from "../../workers/events/envelope.ts";
import { newId } from "../../workers/model/id.ts";
import { uploadOne } from "../files/uploads.ts";
import { type OwnContexts, ownContexts } from "../harness/own-context.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";

let world: World;
let ada: Person;
let bob: Person;
let own: OwnContexts;
beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  [ada, bob] = world.users as [Person, Person];
  own = ownContexts(world.node);
});
afterAll(() => own?.end());

/** `lost`: deletes of sent posts do not get through. */
const contextHere = (published: Bundle[], lost = false) =>
  own.context(published, (text) => {
    if (lost && text.startsWith("DELETE FROM scheduledposts")) throw new Error("the node has died");
  });

/** Said by no other test. */
const MESSAGE = `later ${newId()}`;
const later = () => Date.now() + 3_600_000;
const schedule = (who: Person, fields: Record<string, unknown> = {}, connection = "") =>
  who.request(
    "POST",
    "posts/schedule",
    { channel_id: world.channel.id, message: MESSAGE, scheduled_at: later(), ...fields },
    { "connection-id": connection },
  );
const listOf = async (who: Person, direct = true) =>
  (await who.request("GET", `posts/scheduled/team/${world.team.id}?includeDirectChannels=${direct}`)).body;
/** Scheduled, and due now. */
async function due(who: Person, fields: Record<string, unknown> = {}, at = Date.now() - 1_000) {
  const { body } = await schedule(who, fields);
  await database(world.node)`update scheduledposts set scheduledat = ${at} where id = ${body.id}`;
  return body;
}
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
    const outsider = await makeUser();
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
    const { id } = await due(ada, { message, file_ids: [file.id] });
    const waiting = await schedule(ada, { message: `not ${message}` });
    const published: Bundle[] = [];
    // The first leader dies between the post and the end of its work; two others then run at once.
    expect(await sendScheduledPosts(contextHere(published, true))).toBeGreaterThan(0);
    expect(await rowOf(id)).toBeDefined();
    await Promise.all([1, 2].map(() => sendScheduledPosts(contextHere(published))));
    expect(await postsSaying(message)).toMatchObject([{ userid: ada.id, channelid: world.channel.id }]);
    expect((await ada.client.getFileInfosForPost((await postsSaying(message))[0]!.id))[0]?.id).toBe(file.id);
    expect(await rowOf(id)).toBeUndefined();
    expect(await rowOf(waiting.body.id)).toMatchObject({ processedat: 0 });
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
    const carol = await makeUser();
    await ada.client.addUsersToTeam(world.team.id, [carol.id]);
    await ada.client.addToChannel(carol.id, world.channel.id);
    const { body: deactivated } = await schedule(carol);
    await bob.client.deleteChannel(archived.id);
    await ada.client.removeFromChannel(bob.id, left.id);
    await bob.client.deletePost(root.id);
    await world.admin.client.updateUserActive(carol.id, false);
    // Due only now that they cannot be posted: the node itself sends what is due once a minute.
    const ids = [inArchived, inLeft, inThread, old, deactivated].map(({ id }) => id);
    const [now, dayAgo] = [Date.now() - 1_000, Date.now() - 25 * 60 * 60 * 1_000];
    await database(world.node)`
      update scheduledposts set scheduledat = case when id = ${old.id} then ${dayAgo}::bigint else ${now}::bigint end
      where id in ${database(world.node)(ids)}`;
    const published: Bundle[] = [];
    await sendScheduledPosts(contextHere(published));
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
    expect(await sendScheduledPosts(contextHere(published))).toBe(0);
    const again = { ...old, scheduled_at: later() };
    const changed = await bob.request("PUT", `posts/schedule/${old.id}`, again);
    expect(changed.body).toMatchObject({ processed_at: 0, error_code: "" });
  });
});
