import { request } from "node:http";
import { beforeAll, describe, expect, it } from "vitest";
import { makeWorld, type Person, type World } from "../harness/people.ts";

let world: World;
let alice: Person;
beforeAll(async () => {
  world = await makeWorld({ users: 1 });
  alice = world.users[0]!;
});

const LIMIT = 300_000 + 512;

/** POSTs `chunks` without telling their length, and does not end unless `end`. Resolves to what is answered. */
function send(path: string, chunks: (string | Uint8Array)[], end = true) {
  return new Promise<{ status: number; body: any }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${alice.token}`, "transfer-encoding": "chunked" };
    const asked = request(`${world.node.url}/api/v4/${path}`, { method: "POST", headers }, (answer) => {
      let text = "";
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => {
        resolve({ status: answer.statusCode!, body: JSON.parse(text) });
        asked.destroy();
      });
    });
    asked.on("error", reject);
    for (const chunk of chunks) asked.write(chunk);
    if (end) asked.end();
  });
}

const post = (message: string) => JSON.stringify({ channel_id: world.channel.id, message });
const tooLarge = { status: 413, body: { id: "api.context.request_body_too_large.app_error" } };

describe("a body of unknown length (http-conventions 4.4)", () => {
  it("is read whole within the limit", async () => {
    const bytes = Buffer.from(post("pêle-mêle"));
    const answer = await send("posts", [bytes.subarray(0, 50), bytes.subarray(50)]);
    expect(answer).toMatchObject({ status: 201, body: { message: "pêle-mêle" } });
    const read = JSON.stringify({ channel_id: world.channel.id });
    expect(await send("channels/members/me/view", [read])).toMatchObject({ status: 200 });
    const login = JSON.stringify({ login_id: alice.username, password: alice.password });
    expect(await send("users/login", [login])).toMatchObject({ status: 200, body: { id: alice.id } });
  });

  it("is measured in bytes", async () => {
    const empty = Buffer.byteLength(post(""));
    const fits = await send("posts", [post("x".repeat(LIMIT - empty))]);
    expect(fits).toMatchObject({ status: 400, body: { id: "model.post.is_valid.message_length.app_error" } });
    for (const path of ["posts", "users/login"]) {
      expect(await send(path, [post("x".repeat(LIMIT - empty + 1))]), path).toMatchObject(tooLarge);
      expect(await send(path, [post("é".repeat(LIMIT / 2))]), path).toMatchObject(tooLarge);
    }
  });

  it("is refused before it has ended", async () => {
    const chunk = new Uint8Array(65_536).fill(120);
    const answer = await send("users/login", Array(40).fill(chunk), false);
    expect(answer).toMatchObject(tooLarge);
  });
});

describe("Content-Encoding (http-conventions 1.1)", () => {
  const encodingOf = async (accepted: string) => {
    const { headers } = await alice.request("GET", "config/client", undefined, {
      "accept-encoding": accepted,
    });
    expect(headers.get("vary")).toContain("Accept-Encoding");
    return headers.get("content-encoding");
  };

  it("is gzip where that is accepted", async () => {
    for (const accepted of ["gzip", "br, gzip;q=0.5", "deflate,gzip"])
      expect(await encodingOf(accepted), accepted).toBe("gzip");
    for (const accepted of ["identity", "gzip;q=0", "br, gzip; q=0.0", "x-gzip"])
      expect(await encodingOf(accepted), accepted).toBeNull();
  });
});
