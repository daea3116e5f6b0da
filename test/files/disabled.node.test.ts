import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { makeWorld, type World } from "../harness/people.ts";
import { upload } from "./uploads.ts";

let node: OwnNode;
let world: World;

beforeAll(async () => {
  node = await ownNode({ env: { MM_FILESETTINGS_ENABLEFILEATTACHMENTS: "false" } });
  world = await makeWorld({ node, users: 1 });
});
afterAll(() => node?.stop());

test("without file attachments an upload is 501", async () => {
  const { status, body } = await upload(world.users[0]!, world.channel.id, [{ name: "a.txt", bytes: "a" }]);
  expect([status, body.id]).toEqual([501, "api.file.attachments.disabled.app_error"]);
});
