// POST /files (semantics 11.1 to 11.6).

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../workers/model/id.ts";
import { sharedNode } from "../harness/node.ts";
import { makeChannel, makeUser, makeWorld, type Person, type World } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { formOf, type Uploaded, upload, uploadOne } from "./uploads.ts";

let world: World;
let alice: Person;
let channel: string;

beforeAll(async () => {
  world = await makeWorld({ users: 2 });
  alice = world.users[0]!;
  channel = world.channel.id;
});

const stored = (path: string) => readFileSync(join(sharedNode().dataDir, "files", path));

describe("a multipart upload", () => {
  test("answers 201 with infos and client ids in the order of the files, and costs one write to the database", async () => {
    const files = [
      { name: "notes.txt", bytes: "some notes" },
      { name: "data.bin", bytes: new Uint8Array(200_000).fill(7) },
      { name: "empty.csv", bytes: "" },
    ];
    await upload(alice, channel, files);
    const before = Date.now();
    const { status, body, headers } = await upload(alice, channel, files, ["a", "b", "c"]);
    expect(status).toBe(201);
    expect(Object.keys(body).sort()).toEqual(["client_ids", "file_infos"]);
    expect(body.client_ids).toEqual(["a", "b", "c"]);
    const infos = (body as Uploaded).file_infos;
    expect(infos.map((info) => [info.name, info.extension, info.size, info.mime_type])).toEqual([
      ["notes.txt", "txt", 10, "text/plain; charset=utf-8"],
      ["data.bin", "bin", 200_000, ""],
      ["empty.csv", "csv", 0, "text/csv; charset=utf-8"],
    ]);
    const [info] = infos;
    expect(info).toMatchObject({
      user_id: alice.id,
      channel_id: channel,
      post_id: "",
      delete_at: 0,
      width: 0,
      height: 0,
      has_preview_image: false,
      mini_preview: null,
      archived: false,
    });
    expect(info!.create_at).toBeGreaterThanOrEqual(before);
    expect(info!.update_at).toBe(info!.create_at);
    expect(Object.keys(info!)).not.toContain("path");
    expect(infos.map((x) => x.create_at)).toEqual([...infos.map((x) => x.create_at)].sort());
    expect(headers.get("x-edgemost-sql")).toBe("1");
    expect(headers.get("x-edgemost-files")).toBe("3");
  });

  test("stores the bytes and the row as Mattermost does", async () => {
    const bytes = Buffer.from("line 1\r\n--boundary\r\n\r\nline 2\r\n");
    const info = await uploadOne(alice, channel, "Report (final).TXT", bytes);
    const [row] = await database()`select * from fileinfo where id = ${info.id}`;
    const day = new Date(info.create_at).toISOString().slice(0, 10).replaceAll("-", "");
    const path = `${day}/teams/noteam/channels/${channel}/users/${alice.id}/${info.id}/Report (final).TXT`;
    expect(row).toEqual({
      id: info.id,
      creatorid: alice.id,
      postid: "",
      channelid: channel,
      createat: info.create_at,
      updateat: info.create_at,
      deleteat: 0,
      path,
      thumbnailpath: "",
      previewpath: "",
      name: "Report (final).TXT",
      extension: "txt",
      size: bytes.length,
      mimetype: "text/plain; charset=utf-8",
      width: 0,
      height: 0,
      haspreviewimage: false,
      minipreview: null,
      content: expect.anything(),
      remoteid: "",
      archived: false,
    });
    expect(stored(path)).toEqual(bytes);
  });

  test("may come without client ids, and with the channel in the query or after the files", async () => {
    expect((await upload(alice, channel, [{ name: "a.txt", bytes: "a" }], [])).body.client_ids).toEqual([]);
    const form = new FormData();
    form.append("files", new Blob(["x"]), "x.txt");
    const byQuery = await alice.request("POST", `files?channel_id=${channel}`, form);
    expect([byQuery.status, byQuery.body.file_infos[0].channel_id]).toEqual([201, channel]);
    const late = new FormData();
    late.append("files", new Blob(["first"]), "1.txt");
    late.append("files", new Blob(["second"]), "2.txt");
    late.append("client_ids", "one");
    late.append("client_ids", "two");
    late.append("channel_id", channel);
    const { status, body } = await alice.request("POST", "files", late);
    expect([status, body.file_infos.map((info: any) => info.name), body.client_ids]).toEqual([
      201,
      ["1.txt", "2.txt"],
      ["one", "two"],
    ]);
  });

  test("works with the official client", async () => {
    const { file_infos } = await alice.client.uploadFile(formOf(channel, [{ name: "a.txt", bytes: "hi" }]));
    expect(file_infos[0]!.name).toBe("a.txt");
  });

  test("brings every byte of a large file through", async () => {
    const bytes = Buffer.alloc(30 * 1024 * 1024 + 13);
    for (let i = 0; i + 4 <= bytes.length; i += 4_096) bytes.writeUInt32LE((i * 2_654_435_761) % 2 ** 32, i);
    // Almost a delimiter, over and over.
    for (let i = 1_000; i < bytes.length - 100; i += 65_536 - 7) bytes.write("\r\n------", i);
    const info = await uploadOne(alice, channel, "large.bin", bytes);
    expect(info.size).toBe(bytes.length);
    const [row] = await database()`select path from fileinfo where id = ${info.id}`;
    expect(stored(row!.path).equals(bytes)).toBe(true);
  });
});

describe("a raw upload", () => {
  test("names file and channel in the query", async () => {
    const path = `files?channel_id=${channel}&filename=${encodeURIComponent("räw file.txt")}&client_id=mine`;
    const { status, body } = await alice.request("POST", path, "raw bytes", { "content-type": "text/plain" });
    expect(status).toBe(201);
    expect(body.client_ids).toEqual(["mine"]);
    expect(body.file_infos[0]).toMatchObject({ name: "räw file.txt", size: 9, extension: "txt" });
  });

  test.each([["filename=a.txt"], [`channel_id=${"x".repeat(25)}&filename=a`], ["channel_id=&filename=a"]])(
    "is refused without both (%s)",
    async (query) => {
      const { status } = await alice.request("POST", `files?${query}`, "x", { "content-type": "text/plain" });
      expect(status).toBe(400);
    },
  );

  test("is refused without a file name", async () => {
    const { status, body } = await alice.request("POST", `files?channel_id=${channel}`, "x", {
      "content-type": "text/plain",
    });
    expect([status, body.id]).toEqual([400, "api.context.invalid_url_param.app_error"]);
  });
});

describe("refusals", () => {
  const multipart = (body: string, type = "multipart/form-data; boundary=B") =>
    alice.request("POST", "files", new TextEncoder().encode(body), { "content-type": type });
  const field = (name: string, value: string) =>
    `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = (name: string, value: string) =>
    `--B\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\n\r\n${value}\r\n`;

  test("malformed bodies are 400", async () => {
    const cases = [
      "",
      "nothing like it",
      "--B",
      "--B--\r\n",
      "--B\r\n",
      field("channel_id", channel).slice(0, -2),
      `${field("channel_id", channel)}${file("a", "x")}`,
      `${field("channel_id", channel)}${file("a", "x")}--B`,
      `${field("channel_id", channel)}--B--\r\n`,
      `${file("a", "x")}--B--\r\n`,
      `${field("channel_id", "nonsense")}${file("a", "x")}--B--\r\n`,
      `${field("channel_id", channel)}${field("channel_id", newId())}${file("a", "x")}--B--\r\n`,
      `${field("channel_id", channel)}${field("client_ids", "x".repeat(10_000))}${file("a", "x")}--B--\r\n`,
      `--B\r\nX-Long: ${"x".repeat(40_000)}\r\n\r\nx\r\n--B--\r\n`,
    ];
    for (const body of cases) {
      const { status, text } = await multipart(body);
      expect(status, `${JSON.stringify(body.slice(0, 80))}: ${text}`).toBe(400);
    }
    expect((await multipart("x", "multipart/form-data")).status).toBe(400);
    expect((await alice.request("POST", `files?channel_id=${channel}`)).status).toBe(400);
  });

  test("a body without its last line end or with a preamble is as good", async () => {
    const body = `preamble\r\n${field("channel_id", channel)}${file("a.txt", "x")}--B--`;
    expect((await multipart(body)).body.file_infos[0].size).toBe(1);
    const padded = `--B  \r\nContent-Disposition: form-data; name=channel_id\r\n\r\n${channel}\r\n${file("a.txt", "yy")}--B--\r\nepilogue`;
    expect((await multipart(padded)).body.file_infos[0].size).toBe(2);
  });

  test("client ids must be as many as files", async () => {
    for (const ids of [["one"], ["one", "two", "three"]]) {
      const { status, body } = await upload(
        alice,
        channel,
        [
          { name: "a", bytes: "a" },
          { name: "b", bytes: "b" },
        ],
        ids,
      );
      expect([status, body.id]).toEqual([
        400,
        "api.file.upload_file.incorrect_number_of_client_ids.app_error",
      ]);
    }
  });

  test("a refused upload leaves nothing in the store", async () => {
    const { id } = await makeChannel(alice, world.team);
    await upload(
      alice,
      id,
      [
        { name: "a.txt", bytes: "a" },
        { name: "b.txt", bytes: "b" },
      ],
      ["one"],
    );
    const names = readdirSync(join(sharedNode().dataDir, "files"), { recursive: true }) as string[];
    expect(names.filter((name) => name.includes(id) && name.endsWith(".txt"))).toEqual([]);
    expect(await database()`select id from fileinfo where channelid = ${id}`).toEqual([]);
  });

  test("only who may upload to the channel", async () => {
    const stranger = await makeUser();
    const secret = await makeChannel(alice, world.team, { type: "P" });
    for (const [who, to] of [
      [stranger, channel],
      [world.users[1]!, secret.id],
    ] as const) {
      const { status, body } = await upload(who, to, [{ name: "a.txt", bytes: "a" }]);
      expect([status, body.id]).toEqual([403, "api.context.permissions.app_error"]);
    }
    expect((await upload(alice, newId(), [{ name: "a.txt", bytes: "a" }])).status).toBe(404);
    expect(
      (await upload({ ...alice, request: makeNobody(alice) }, channel, [{ name: "a", bytes: "a" }])).status,
    ).toBe(401);
  });

  test("a large upload that may not be is still answered", async () => {
    const stranger = await makeUser();
    const { status } = await upload(stranger, channel, [
      { name: "a.bin", bytes: new Uint8Array(20_000_000) },
    ]);
    expect(status).toBe(403);
  });
});

function makeNobody(who: Person): Person["request"] {
  return (method, path, body, headers) => who.request(method, path, body, { authorization: "", ...headers });
}

describe("names", () => {
  test.each([
    ["../../etc/passwd", "passwd", ""],
    ["C:\\Users\\me\\photo.JPG", "photo.JPG", "jpg"],
    ["a/b/../c.txt", "c.txt", "txt"],
    ["..", "file", ""],
    [".", "file", ""],
    ["dir/", "file", ""],
    [".htaccess", ".htaccess", "htaccess"],
    ["no-extension", "no-extension", ""],
    ["dot.", "dot.", ""],
    ["archive.tar.gz", "archive.tar.gz", "gz"],
    ["null\0byte.txt", "nullbyte.txt", "txt"],
    ["line\nfeed.txt", "linefeed.txt", "txt"],
    ['quote".txt', 'quote".txt', "txt"],
    ["percent%2e%2e%2fslash.txt", "percent%2e%2e%2fslash.txt", "txt"],
    ["ünïcode 文件 🙂.png.exe", "ünïcode 文件 🙂.png.exe", "exe"],
    ["%", "%", ""],
  ])("%j becomes %j", async (sent, name, extension) => {
    const info = await uploadOne(alice, channel, sent, "content");
    expect([info.name, info.extension]).toEqual([name, extension]);
    const [row] = await database()`select path from fileinfo where id = ${info.id}`;
    expect(row!.path.split("/").at(-1)).toBe(name);
    expect(stored(row!.path).toString()).toBe("content");
    expect((await alice.request("GET", `files/${info.id}`)).text).toBe("content");
  });

  test("of any length are stored", async () => {
    for (const sent of [
      `${"x".repeat(300)}.txt`,
      `${"文".repeat(250)}.txt`,
      `a.${"e".repeat(300)}`,
      "🙂".repeat(300),
    ]) {
      const info = await uploadOne(alice, channel, sent, "content");
      expect([...info.name].length).toBeLessThanOrEqual(256);
      expect(info.extension.length).toBeLessThanOrEqual(64);
      if (sent.endsWith(".txt")) expect(info.name).toMatch(/\.txt$/);
      expect((await alice.request("GET", `files/${info.id}`)).text).toBe("content");
    }
  });

  test("in other forms of the header are understood", async () => {
    const body = [
      `--B\r\nContent-Disposition: form-data; name="channel_id"\r\n\r\n${channel}\r\n`,
      `--B\r\ncontent-disposition:form-data;filename="fallback.txt";filename*=UTF-8''n%C3%A4me.txt;name=files\r\n\r\n1\r\n`,
      `--B\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name="files"; filename="back\\\\slash\\".txt"\r\n\r\n2\r\n`,
      `--B\r\nContent-Disposition: form-data; name="files"; filename=bare.txt\r\n\r\n3\r\n--B--\r\n`,
    ].join("");
    const answer = await alice.request("POST", "files", new TextEncoder().encode(body), {
      "content-type": 'multipart/form-data; charset=x; boundary="B"',
    });
    expect(answer.body.file_infos.map((info: any) => info.name)).toEqual([
      "näme.txt",
      'slash".txt',
      "bare.txt",
    ]);
  });
});
