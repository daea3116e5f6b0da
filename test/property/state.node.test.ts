import { expect, it } from "vitest";
import { type Actor, Crowd, isElsewhere } from "./crowd.ts";
import { Model } from "./model.ts";
import { Random, SEED } from "./random.ts";
import { playRound, Story } from "./scenario.ts";

// A seed repeats a failure as far as it does not depend on timing; PROPERTY_ROUNDS makes it look longer.
const ROUNDS = Number(process.env.PROPERTY_ROUNDS ?? 8);

it("what clients make of events is what the API tells", async () => {
  const random = new Random(SEED);
  const story = new Story();
  const crowd = await Crowd.open(4);
  for (let round = 0; round < ROUNDS; round++) {
    const problems = await playRound(crowd, random, story);
    expect(problems, `PROPERTY_SEED=${SEED}, round ${round}:\n${problems.join("\n")}`).toEqual([]);
  }
  const done = [...story.done.values()].reduce((sum, count) => sum + count, 0);
  const resumes = crowd.actors.reduce((sum, actor) => sum + actor.resumes, 0);
  if (process.env.VERBOSE) console.log(SEED, story.tried, resumes, Object.fromEntries(story.done));
  // Most of what was tried must have been possible, or nothing was shown.
  expect(done).toBeGreaterThan(story.tried * 0.7);
  expect(resumes).toBeGreaterThan(ROUNDS);
}, 300_000);

it("a lost or repeated event shows", async () => {
  const crowd = await Crowd.open(2);
  const [ann, bob] = crowd.actors as [Actor, Actor];
  const { channel, team } = crowd.world;
  const before = await crowd.fetch(bob);
  const start = bob.applied;
  const say = (message: string, root_id = "") =>
    ann.person.client.createPost({ channel_id: channel.id, message, root_id });
  const [first, second, third] = [
    await say("one"),
    await say("two"),
    await say(`three @${bob.person.username}`),
  ];
  await say(`reply @${bob.person.username}`, first.id);
  await ann.person.client.patchPost({ id: first.id, message: "edited" });
  await ann.person.client.deletePost(second.id);
  await ann.person.client.addReaction(ann.person.id, third.id, "rocket");
  await bob.person.client.markPostAsUnread(bob.person.id, first.id);
  await bob.person.client.savePreferences(bob.person.id, [
    { user_id: bob.person.id, category: "property", name: "one", value: "1" },
  ]);
  await ann.person.client.patchMe({ nickname: "Annie" });
  await ann.person.client.patchTeam({ id: team.id, description: "changed" });
  await ann.person.client.removeFromChannel(ann.person.id, channel.id).catch(() => {});
  await bob.person.client.updateStatus({ user_id: bob.person.id, status: "dnd", dnd_end_time: 0 } as never);
  await bob.socket.next("status_change", ({ data }) => data.status === "dnd");
  await bob.socket.settled();
  const fresh = await crowd.fetch(bob);
  // Not what everyone is sent of the users of other tests on the node.
  const ours = new Set(crowd.actors.map(({ person }) => person.id));
  const events = bob.socket.events.slice(start).filter((event) => !isElsewhere(event, ours));
  const outcome = (change: (index: number) => number) => {
    const model = new Model(bob.person.id, before);
    for (const [i, event] of events.entries())
      for (let times = change(i); times > 0; times--) model.apply(event);
    return [...model.surprises, ...model.compare(fresh)];
  };
  expect(outcome(() => 1)).toEqual([]);
  const losses = events.map((_, lost) => outcome((i) => (i === lost ? 0 : 1)).length > 0);
  const unnoticed = events.filter((_, i) => !losses[i]).map(({ event }) => event);
  // A status that another follows, and an event without a rule, cannot show.
  expect(unnoticed.filter((name) => !["status_change", "sidebar_category_updated"].includes(name))).toEqual(
    [],
  );
  const posts = events.flatMap(({ parsed }, i) =>
    parsed.post?.type === "" && events[i]!.event === "posted" ? [i] : [],
  );
  expect(posts.length).toBeGreaterThan(3);
  for (const twice of posts) expect(outcome((i) => (i === twice ? 2 : 1))).not.toEqual([]);
}, 60_000);
