import { afterAll, beforeAll, expect, it } from "vitest";
import { download } from "../files/uploads.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { adminOf, type Person } from "../harness/people.ts";
import { Random, SEED } from "../property/random.ts";
import { converse } from "./conversation.ts";
import { dump } from "./dump.ts";
import { archiveOf, ended, startImport, tables, uploadImport, VERSION } from "./support.ts";

let from: OwnNode;
let to: OwnNode;
beforeAll(async () => {
  [from, to] = await Promise.all([ownNode(), ownNode()]);
});
afterAll(() => Promise.all([from?.stop(), to?.stop()]));

/** The archive of everything; the import of nothing wakes who runs jobs. */
async function exported(): Promise<Uint8Array> {
  const admin = adminOf(from);
  const data = {
    include_attachments: "true",
    include_archived_channels: "true",
    include_profile_pictures: "true",
    include_roles_and_schemes: "true",
  };
  const { body } = await admin.request("POST", "jobs", { type: "export_process", data });
  await startImport(admin, await uploadImport(admin, await archiveOf([VERSION])));
  expect(await ended(admin, body.id)).toMatchObject({ status: "success" });
  return (await download(admin, `exports/${body.id}_export.zip`)).bytes;
}

it("what is exported and imported elsewhere looks the same there", async () => {
  await converse(from, new Random(SEED), 100);
  const [here, there] = [adminOf(from), adminOf(to)];
  const bytes = await exported();
  const run = async (admin: Person) =>
    ended(admin, await startImport(admin, await uploadImport(admin, bytes)));
  const job = await run(there);
  expect([job.status, job.data.error]).toEqual(["success", undefined]);
  const seen = await dump(here);
  for (const part of [
    "favorite_channel|",
    "direct_channel_show|",
    "ünder way",
    "a b.txt",
    '"party"',
    '"unread_replies":',
    " edited",
  ])
    expect(JSON.stringify(seen)).toContain(part);
  expect(await dump(there), `PROPERTY_SEED=${SEED}`).toEqual(seen);
  for (const [node, admin] of [
    [to, there],
    [from, here],
  ] as const) {
    const before = await tables(node);
    expect(await run(admin)).toMatchObject({ status: "success" });
    expect(await tables(node), `PROPERTY_SEED=${SEED}`).toEqual(before);
  }
}, 240_000);
