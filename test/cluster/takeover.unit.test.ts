// A connection that another node rebuilds from a checkpoint is the one that lived: same numbers, same events.

import { expect, test } from "vitest";
import { Audience } from "../../durable/hub/audience/audience.ts";
import { Connection, frame, SEND_QUEUE } from "../../durable/hub/connection/connection.ts";
import { deliver } from "../../durable/hub/connection/deliver.ts";
import { addMark, type Checkpoint, type Mark, markBefore } from "../../durable/hub/takeover/checkpoint.ts";
import { History } from "../../durable/hub/takeover/history.ts";
import { takeOver } from "../../durable/hub/takeover/takeover.ts";
import { comparePositions } from "../../durable/relay/stream/position.ts";
import type { Entry } from "../../durable/relay/stream/stream.ts";
import { type Bundle, type Effect, type Envelope, envelope } from "../../workers/events/envelope.ts";

const RUN = "run";
const USER = "u0";
const outlet = { exact: true, send: () => undefined, overflow: () => undefined, expired: () => undefined };

function random(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** What a cluster's stream may hold: joins and leaves of some users, events of every scope. */
function streamOf(seed: number, length: number): Entry[] {
  const pick = random(seed);
  const members = new Map<string, Set<string>>();
  const of = (user: string) => members.get(user) ?? members.set(user, new Set()).get(user)!;
  let ms = 1_000;
  return Array.from({ length }, (_, n) => {
    const channel = `c${pick(4)}`;
    const user = `u${pick(3)}`;
    const effects: Effect[] = [];
    const events: Envelope[] = [];
    const kind = pick(10);
    if (kind < 2) {
      const joined = of(user);
      const op = joined.has(channel) ? "remove" : "add";
      if (op === "add") joined.add(channel);
      else joined.delete(channel);
      effects.push({ kind: "channel_member", op, channel, user });
      events.push(envelope("user_added", { user, n }, { channel_id: channel }));
    } else if (kind < 3) events.push(envelope("preferences_changed", { n }, { user_id: user }));
    else if (kind < 4) events.push(envelope("config_changed", { n }, {}));
    else if (kind < 5) events.push({ ...envelope("status", { n }, {}), each: { [user]: `,"own":${n}` } });
    else {
      const event = envelope("posted", { n }, { channel_id: channel });
      events.push({ ...event, personal: { mentions: pick(2) ? [USER] : [], ack: "all", author: "u1" } });
    }
    ms += pick(400);
    const bundle: Bundle = { id: `b${n}`, topic: "system", events, effects };
    return { position: `${ms}-${n}`, bundle };
  });
}

interface Lived {
  audience: Audience;
  connection: Connection;
  history: History;
  /** Every frame ever, by its number. */
  frames: string[];
  /** Checkpoints as they would have been saved, and how many frames there were then. */
  saved: { checkpoint: Checkpoint; frames: number; entries: number }[];
}

/** A node that reads the stream with the user's connection open from the start. */
function live(entries: Entry[], saveEvery: number): Lived {
  const audience = new Audience();
  const member = audience.add(USER, [], [], false);
  const connection = new Connection(USER, "session", "token");
  connection.postedAck = true;
  member.connections.add(connection);
  // Always there: frames are written at once.
  connection.socket = { send: () => undefined } as unknown as WebSocket;
  const history = new History();
  history.add([], "0-0", "0-0", RUN);
  const hello = envelope("hello", {}, { user_id: USER });
  connection.push({ head: hello.head, tail: hello.tail });
  const frames = [frame(connection.items.at(-1)!, 0)];
  const saved: Lived["saved"] = [];
  let marks: Mark[] = [];
  let after = "0-0";
  for (const [n, entry] of entries.entries()) {
    history.add([entry], after, entry.position, RUN);
    after = entry.position;
    const before = connection.next;
    for (const effect of entry.bundle.effects) audience.apply(effect);
    for (const event of entry.bundle.events) deliver(event, audience, outlet);
    for (let seq = before; seq < connection.next; seq++)
      frames.push(frame(connection.items[connection.items.length - (connection.next - seq)]!, seq));
    connection.flush();
    if (n % saveEvery !== 0) continue;
    marks = addMark(marks, [history.position, connection.next, member.digest]);
    const checkpoint = { user: USER, session: "session", run: RUN, marks };
    saved.push({ checkpoint, frames: frames.length, entries: n + 1 });
  }
  return { audience, connection, history, frames, saved };
}

function taken(lived: Lived, checkpoint: Checkpoint, seq: number): Connection | undefined {
  // As the other node would have it: loaded from the database now, no connections.
  const other = new Audience();
  const { channels, teams } = lived.audience.members.get(USER)!;
  const member = other.add(USER, channels, teams, false);
  return takeOver({ id: "id", seq, postedAck: true }, checkpoint, member, lived.history);
}

test.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  "rebuilt from any checkpoint it equals the one that lived (%i)",
  (seed) => {
    const lived = live(streamOf(seed, 300), 1 + (seed % 7));
    const pick = random(seed * 31);
    for (let tries = 0; tries < 40; tries++) {
      const { checkpoint, frames } = lived.saved[pick(lived.saved.length)]!;
      // The client may have seen more than what was known at the checkpoint, or less.
      const seq = 1 + pick(lived.frames.length);
      const connection = taken(lived, checkpoint, seq);
      const mark = markBefore(checkpoint.marks, seq);
      if (!connection) {
        // Only where no mark is old enough, or too much has come since.
        expect(mark === undefined || lived.frames.length - seq > SEND_QUEUE).toBe(true);
        continue;
      }
      expect(connection.next).toBe(lived.frames.length);
      expect(seq <= frames || seq <= connection.next).toBe(true);
      const sent: string[] = [];
      expect(
        connection.resume({ send: (text: string) => sent.push(text) } as unknown as WebSocket, seq),
      ).toBe(true);
      connection.flush();
      expect(sent).toEqual(lived.frames.slice(seq));
    }
  },
);

test("a client that has seen more than this node has read is not taken over", () => {
  const lived = live(streamOf(5, 100), 1);
  const { checkpoint } = lived.saved.at(-1)!;
  expect(taken(lived, checkpoint, lived.frames.length)).toBeDefined();
  expect(taken(lived, checkpoint, lived.frames.length + 1)).toBeUndefined();
});

test("nor is one of another Redis process, of another user, or from before what is kept", () => {
  const lived = live(streamOf(6, 100), 1);
  const { checkpoint } = lived.saved.at(-1)!;
  expect(taken(lived, { ...checkpoint, run: "other" }, lived.frames.length)).toBeUndefined();
  expect(taken(lived, { ...checkpoint, user: "u1" }, lived.frames.length)).toBeUndefined();
  const later = new History();
  later.add([], lived.history.position, lived.history.position, RUN);
  lived.history = later;
  expect(taken(lived, lived.saved[10]!.checkpoint, lived.frames.length)).toBeUndefined();
});

test("nor is one whose node knew of a membership before the stream told", () => {
  const lived = live(streamOf(7, 50), 1);
  const { checkpoint } = lived.saved.at(-1)!;
  const marks = checkpoint.marks.map(([position, next, digest]): Mark => [position, next, digest ^ 1]);
  expect(taken(lived, { ...checkpoint, marks }, lived.frames.length)).toBeUndefined();
});

test("a client far behind the newest mark is taken over by an older one", () => {
  const lived = live(streamOf(8, 200), 1);
  const { checkpoint } = lived.saved.at(-1)!;
  const oldest = checkpoint.marks[0]!;
  expect(oldest[1]).toBeLessThan(lived.frames.length - 20);
  const connection = taken(lived, checkpoint, oldest[1])!;
  expect(connection.items.length).toBe(lived.frames.length - oldest[1]);
});

test("memberships: what the audience did not expect is counted, and the digest follows", () => {
  const audience = new Audience();
  const member = audience.add(USER, ["a"], ["t"], false);
  const before = member.digest;
  audience.apply({ kind: "channel_member", op: "add", channel: "b", user: USER });
  expect([member.surprises, member.digest === before]).toEqual([0, false]);
  audience.apply({ kind: "channel_member", op: "remove", channel: "b", user: USER });
  expect([member.surprises, member.digest === before]).toEqual([0, true]);
  audience.apply({ kind: "channel_member", op: "add", channel: "a", user: USER });
  audience.apply({ kind: "channel_member", op: "remove", channel: "z", user: USER });
  expect([member.surprises, member.digest === before]).toEqual([2, true]);
  audience.reload(member, ["a"], ["t"], false);
  expect(member.surprises).toBe(2);
  audience.reload(member, ["a", "c"], ["t"], false);
  expect(member.surprises).toBe(3);
  const same = new Audience().add("other", ["c", "a"], ["t"], false);
  expect(same.digest).toBe(member.digest);
});

test("marks are thinned to one or two for each doubling of age, and stay in order", () => {
  let marks: Mark[] = [];
  for (let second = 0; second <= 600; second++)
    marks = addMark(marks, [`${second * 1_000}-0`, second * 10, 0]);
  expect(marks.length).toBeLessThanOrEqual(24);
  expect(marks.slice(-4).map(([, next]) => next)).toEqual([5_970, 5_980, 5_990, 6_000]);
  for (let i = 1; i < marks.length; i++)
    expect(comparePositions(marks[i - 1]![0], marks[i]![0])).toBeLessThan(0);
  // For every age up to some minutes there is a mark not much older.
  for (const seconds of [5, 10, 30, 60, 120]) {
    const [, next] = markBefore(marks, 6_000 - seconds * 10)!;
    expect(6_000 - next).toBeLessThanOrEqual(seconds * 10 * 3 + 50);
  }
});

test("a mark at the same place takes the older one's, and the mark of an event is the newest not after it", () => {
  const marks = addMark(addMark(addMark([], ["1-0", 1, 0]), ["2-0", 5, 0]), ["2-0", 7, 0]);
  expect(marks).toEqual([
    ["1-0", 1, 0],
    ["2-0", 7, 0],
  ]);
  expect(markBefore(marks, 7)?.[1]).toBe(7);
  expect(markBefore(marks, 6)?.[1]).toBe(1);
  expect(markBefore(marks, 0)).toBeUndefined();
});

test("history gives what came after a place, or says that it does not know", () => {
  const history = new History();
  const entry = (n: number): Entry => ({
    position: `${n}-0`,
    bundle: { id: `${n}`, topic: "", events: [], effects: [] },
  });
  history.add([entry(10), entry(11)], "9-0", "11-0", RUN);
  // Read, and left out: a bundle that had come before.
  history.add([entry(13)], "11-0", "14-0", RUN);
  expect(history.position).toBe("14-0");
  expect(history.after("8-9")).toBeUndefined();
  expect(history.after("9-0")?.map(({ position }) => position)).toEqual(["10-0", "11-0", "13-0"]);
  expect(history.after("11-0")?.map(({ position }) => position)).toEqual(["13-0"]);
  expect(history.after("14-0")).toEqual([]);
  history.add([entry(20)], "19-0", "20-0", "another run");
  expect(history.after("14-0")).toBeUndefined();
  expect(history.after("19-0")?.length).toBe(1);
});

test("history keeps ten minutes, and at least what is newest", () => {
  const history = new History();
  const at = (n: number) => `${n * 100}-0`;
  for (let n = 1; n <= 12_000; n++)
    history.add(
      [{ position: at(n), bundle: { id: `${n}`, topic: "", events: [], effects: [] } }],
      at(n - 1),
      at(n),
      RUN,
    );
  expect(history.after(at(12_000 - 5_999))?.length).toBe(5_999);
  expect(history.after(at(1_000))).toBeUndefined();
});
