import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { Crowd } from "../property/crowd.ts";
import { Random, SEED } from "../property/random.ts";
import { playRound, Story } from "../property/scenario.ts";
import { type EdgeNode, startEdge } from "./edge-node.ts";

const ROUNDS = Number(process.env.PROPERTY_ROUNDS ?? 3);

vi.setConfig({ hookTimeout: 180_000 });

let edge: EdgeNode;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(async () => {
  await edge?.stop();
});

it("what clients make of events is what the API tells, where worker, hubs and topics share nothing", async () => {
  const random = new Random(SEED);
  const story = new Story();
  const crowd = await Crowd.open(3, edge);
  for (let round = 0; round < ROUNDS; round++) {
    const problems = await playRound(crowd, random, story);
    expect(problems, `PROPERTY_SEED=${SEED}, round ${round}:\n${problems.join("\n")}`).toEqual([]);
  }
}, 300_000);
