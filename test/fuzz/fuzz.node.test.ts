// Every operation of Mattermost 11.6 with generated requests, by people of all kinds: nothing fails, hangs, or answers
// other than api-v4.json says. A short run of one seed; `npm run fuzz` goes on for longer, with seeds of its own.

import { afterAll, beforeAll, expect, test } from "vitest";
import { setStage } from "../contract/stage.ts";
import { request } from "../harness/client.ts";
import { description, endpoints, type Operation } from "../harness/contract/api-description.ts";
import { ERRORS_WITH_500 } from "../harness/contract/exceptions.ts";
import { type OwnNode, ownNode } from "../harness/node.ts";
import { Random } from "../property/random.ts";
import { choices, type FuzzRequest, type FuzzStage, generate } from "./generate.ts";

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_127);
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 15);
const ONLY = process.env.FUZZ_OPERATION ?? "";
/** However slow the machine is, each operation is asked so often. */
const TURNS = 2;
const AT_ONCE = 6;
const HANGS_MS = 20_000;
/** Complaints that are shown of one operation. */
const SHOWN = 3;
/** What a fuzzer may not do to the node it runs on: other settings would be another node. */
const NOT_ASKED = new Set([
  "PUT /api/v4/config",
  "PUT /api/v4/config/patch",
  "POST /api/v4/database/recycle",
  "PUT /api/v4/roles/{role_id}/patch",
  "GET /api/v4/websocket",
]);
/** Who asks, and how often. */
const WHO = ["owner", "owner", "owner", "owner", "teammate", "teammate", "outsider", "nobody"] as const;

let node: OwnNode;
beforeAll(async () => {
  node = await ownNode();
});
afterAll(() => node?.stop());

const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
/** What a server that is marked busy refuses. */
const SHED = new Set(endpoints.filter(({ note }) => note.includes("[busy-503]")).map(nameOf));

const operations = description.operations.filter(({ method, path, operationId }) => {
  const name = nameOf({ method, path });
  return !NOT_ASKED.has(name) && (ONLY === "" || name.includes(ONLY) || operationId === ONLY);
});

if (operations.length === 0) throw new Error(`No operation is called ${ONLY}`);

test(
  "no operation fails, hangs or breaks the contract, whatever it is sent",
  async () => {
    const until = Date.now() + SECONDS * 1_000;
    const found = new Map<string, string[]>();
    const answered = new Set<string>();
    let sent = 0;
    let turn = 0;
    let queue: { operation: Operation; turn: number }[] = [];
    let stage = await setFuzzStage();
    const worker = async () => {
      while (Date.now() < until || sent < TURNS * operations.length) {
        if (queue.length === 0) {
          const now = turn++;
          const order = new Random(SEED + now).shuffled(operations);
          queue = order.map((operation) => ({ operation, turn: now }));
        }
        const { operation, turn: at } = queue.pop()!;
        const random = choices(SEED, operation, at);
        const who = random.of(WHO)!;
        const wanted = generate(operation, stage, random);
        const token = who === "nobody" ? "" : stage[who].token;
        const { status, complaint } = await ask(token, wanted, SHED.has(nameOf(operation)));
        sent++;
        if (status < 300) answered.add(nameOf(operation));
        if (complaint) {
          const complaints = found.get(nameOf(operation)) ?? [];
          found.set(nameOf(operation), complaints);
          if (complaints.length < SHOWN)
            complaints.push(`${complaint}\n  ${describe(wanted)} (by ${who}, turn ${at} of seed ${SEED})`);
        }
        // What is there wears out: channels are archived, people deactivated.
        if ((status === 401 && who !== "nobody") || sent % 200 === 0) stage = await setFuzzStage();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    console.info(
      `fuzz: ${sent} requests to ${operations.length} operations, of which ${answered.size} did what was asked; seed ${SEED}`,
    );
    expect([...found].flatMap(([name, complaints]) => complaints.map((one) => `${name}: ${one}`))).toEqual(
      [],
    );
    // Else what is generated is refused at the door.
    if (ONLY === "" && SECONDS >= 15) expect(answered.size).toBeGreaterThan(50);
  },
  (SECONDS + 180) * 1_000,
);

async function setFuzzStage(): Promise<FuzzStage> {
  const stage = await setStage(node);
  const upload = { channel_id: stage.channel.id, filename: "a.png", file_size: 70 };
  const begun = await Promise.all(
    Array.from({ length: 4 }, () => request(node, stage.owner.token, "POST", "uploads", upload)),
  );
  return { ...stage, uploads: begun.flatMap(({ body }) => body?.id ?? []) };
}

/** The answer's status (0: none), and what is wrong with it. */
async function ask(
  token: string,
  { method, path, body, headers }: FuzzRequest,
  sheds: boolean,
): Promise<{ status: number; complaint?: string }> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hangs = new Promise<"hangs">((resolve) => {
    timer = setTimeout(() => resolve("hangs"), HANGS_MS);
  });
  try {
    const answer = await Promise.race([request(node, token, method, path, body, headers), hangs]);
    if (answer === "hangs") return { status: 0, complaint: "no answer" };
    const { status } = answer;
    if (sheds && status === 503 && answer.body?.id === "api.context.server_busy.app_error") return { status };
    const failed = status >= 500 && status !== 501 && !(answer.body?.id in ERRORS_WITH_500);
    return failed ? { status, complaint: `${status} ${answer.text.slice(0, 300)}` } : { status };
  } catch (error) {
    return { status: 0, complaint: String(error).slice(0, 600) };
  } finally {
    clearTimeout(timer);
  }
}

const describe = ({ method, path, body, headers }: FuzzRequest): string =>
  `${method} ${path} ${JSON.stringify(headers)} ${typeof body === "object" ? `${body.length} bytes: ${Buffer.from(body).toString("latin1").slice(0, 500)}` : (body ?? "").slice(0, 500)}`;
