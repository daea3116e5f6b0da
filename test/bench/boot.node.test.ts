// The boot scenario on a real node: its preparation, and a whole boot without an error.

import { afterAll, expect, test } from "vitest";
import { runScenario } from "../../bench/measure/runner.ts";
import { parseOptions } from "../../bench/options.ts";
import { boot } from "../../bench/scenarios/boot.ts";
import { prepare } from "../../bench/server/prepare.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";

// Its caches are forgotten by nobody else's doing: round trips are counted.
let node: OwnNode | undefined;
afterAll(() => node?.stop());

test("the boot scenario prepares what it needs, and boots without an error", async () => {
  node = await ownNode();
  const { url, admin } = node;
  const options = parseOptions(
    [
      "--users",
      "3",
      "--seconds",
      "0.5",
      "--warm",
      "0",
      "--rounds",
      "1",
      "--seed-posts",
      "1",
      "--page-channels",
      "1",
    ],
    ["boot"],
  );
  const target = await prepare("ours", url, admin, options, () => {});
  const { results } = await runScenario(boot, [target], { ...options, concurrency: 2 });
  const [meter] = results[0]!.all();
  expect(Object.fromEntries([...meter!.errors, ...meter!.notes])).toEqual({});
  expect(meter!.count).toBeGreaterThan(0);
  expect(meter!.sql.mean).toBeGreaterThan(1);
  expect(meter!.sql.mean).toBeLessThanOrEqual(25);
}, 120_000);
