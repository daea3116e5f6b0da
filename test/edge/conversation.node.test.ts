import { afterAll, expect, it, vi } from "vitest";
import { describeConversation } from "../conversation/conversation.ts";
import { type EdgeNode, startEdge } from "./edge-node.ts";

// Everything starts here, once for each file: on a slow machine that takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

let edge: EdgeNode;
afterAll(async () => {
  await edge?.stop();
});

describeConversation("a conversation of three people on the edge", async () => {
  edge = await startEdge();
  return edge;
});

it("spoke to the database over HTTP and kept files in the bucket only", () => {
  expect(edge.neon.requests).toBeGreaterThan(100);
  expect(edge.s3.buckets.get("edgemost")!.size).toBeGreaterThan(3);
});
