import { beforeAll, describe, expect, it } from "vitest";
import { makeWorld, type World } from "../harness/people.ts";
import { HOSTILE_FILE_NAMES } from "./hostile.ts";

let world: World;
beforeAll(async () => {
  world = await makeWorld({ users: 1 });
});

/** FormData would repair some names; this is what a hostile client writes. */
function multipart(channel: string, filename: string): { body: Uint8Array; type: string } {
  const boundary = "edgemost-boundary";
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="channel_id"\r\n\r\n${channel}\r\n--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${filename}"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--${boundary}--\r\n`;
  return { body: new TextEncoder().encode(head), type: `multipart/form-data; boundary=${boundary}` };
}

describe("hostile file names", () => {
  it.each(HOSTILE_FILE_NAMES.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    "%s",
    async (_, name) => {
      const { users, channel } = world;
      const { body, type } = multipart(channel.id, name);
      const query = new URLSearchParams({ channel_id: channel.id, filename: name });
      const answers = [
        await users[0]!.request("POST", "files", body, { "content-type": type }),
        await users[0]!.request("POST", `files?${query}`, new TextEncoder().encode("hello"), {
          "content-type": "text/plain",
        }),
      ];
      for (const answer of answers) {
        expect(answer.status, answer.text).toBeLessThan(500);
        if (answer.status >= 400) continue;
        const [info] = answer.body.file_infos;
        expect(info.name).not.toMatch(/[/\0\r\n]|^\.{0,2}$/);
        expect(info.name.length).toBeLessThanOrEqual(256);
        const content = await users[0]!.request("GET", `files/${info.id}`);
        expect([content.status, content.text]).toEqual([200, "hello"]);
        expect(content.headers.get("x-injected")).toBeNull();
        expect(content.headers.get("content-disposition")).toMatch(/^attachment;/);
      }
    },
  );
});

describe("broken uploads", () => {
  it.each([
    ["no parts", "--b--\r\n", "multipart/form-data; boundary=b"],
    [
      "an unfinished part",
      '--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhel',
      "multipart/form-data; boundary=b",
    ],
    ["no boundary", "hello", "multipart/form-data"],
    ["no body", "", "multipart/form-data; boundary=b"],
    [
      "parts of nothing known",
      '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n',
      "multipart/form-data; boundary=b",
    ],
  ])("%s", async (_, body, type) => {
    const answer = await world.users[0]!.request("POST", "files", body, { "content-type": type });
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
  });
});
