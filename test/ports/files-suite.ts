// What every adapter of Files must do. Runs inside of workerd.

import assert from "node:assert/strict";
import { type FileBody, type Files, UnsatisfiableRange } from "../../workers/ports/files/files.ts";
import type { Meter } from "../../workers/ports/meter.ts";
import type { Cases } from "./cases.ts";

export interface FilesSubject {
  files: Files;
  meter: Meter;
}

const MIB = 1024 * 1024;
const encode = (text: string) => new TextEncoder().encode(text);
let made = 0;
/** A directory of the case's own. */
const fresh = () => `20261124/teams/noteam/${Date.now()}-${++made}`;

async function textOf(found: FileBody | null): Promise<string | null> {
  return found && new Response(found.body).text();
}

/** `total` bytes that tell their place, in chunks of `chunk`; fails with `error` instead of ending, where one is given. */
function stream(total: number, chunk: number, error?: Error): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent === total) return error ? controller.error(error) : controller.close();
      const bytes = pattern(sent, Math.min(chunk, total - sent));
      sent += bytes.length;
      controller.enqueue(bytes);
    },
  });
}

function pattern(offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = ((offset + i) * 31 + ((offset + i) >> 8)) & 255;
  return bytes;
}

async function rejection(work: Promise<unknown>): Promise<any> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("expected to fail");
}

export const filesCases: Cases<FilesSubject> = {
  async "reads what was written, with size and time"({ files }) {
    const path = `${fresh()}/a.txt`;
    const before = Date.now();
    assert.equal(await files.write(path, encode("hello"), "text/plain"), 5);
    const found = await files.read(path);
    assert.equal(found?.size, 5);
    assert.equal(found?.range, undefined);
    assert.ok(Math.abs(found!.lastModified.getTime() - before) < 60_000, String(found?.lastModified));
    assert.equal(await textOf(found), "hello");
    const stat = await files.stat(path);
    assert.equal(stat?.size, 5);
    assert.ok(Math.abs(stat!.lastModified.getTime() - before) < 60_000);
    assert.equal(await files.exists(path), true);
  },
  async "knows what is not there"({ files }) {
    const path = `${fresh()}/none.txt`;
    assert.equal(await files.read(path), null);
    assert.equal(await files.read(path, { range: { offset: 1 } }), null);
    assert.equal(await files.stat(path), null);
    assert.equal(await files.exists(path), false);
    await files.remove(path);
    assert.equal(await files.move(path, `${path}.moved`), false);
    assert.equal(await files.exists(`${path}.moved`), false);
  },
  async "lists the files of a directory"({ files }) {
    const directory = fresh();
    assert.deepEqual(await files.list(directory), []);
    const names = ["a.zip", "b c.zip", "ü.zip"];
    for (const name of names) await files.write(`${directory}/${name}`, encode("x"));
    await files.write(`${directory}/inner/d.zip`, encode("x"));
    assert.deepEqual((await files.list(directory)).sort(), names);
    assert.deepEqual(await files.list(`${directory}/a.zip`), []);
    assert.deepEqual(await files.list("../.."), []);
  },
  async "replaces a file as a whole"({ files }) {
    const path = `${fresh()}/a.bin`;
    await files.write(path, pattern(0, 100_000));
    await files.write(path, encode("short"));
    assert.equal(await textOf(await files.read(path)), "short");
  },
  async "stores and reads empty files"({ files }) {
    const directory = fresh();
    assert.equal(await files.write(`${directory}/bytes`, new Uint8Array(0)), 0);
    assert.equal(await files.write(`${directory}/stream`, stream(0, 1)), 0);
    for (const name of ["bytes", "stream"]) {
      const found = await files.read(`${directory}/${name}`);
      assert.equal(found?.size, 0);
      assert.equal(await textOf(found), "");
    }
  },
  async "removes a file, and only that"({ files }) {
    const directory = fresh();
    await files.write(`${directory}/a`, encode("a"));
    await files.write(`${directory}/ab`, encode("b"));
    await files.remove(`${directory}/a`);
    assert.equal(await files.exists(`${directory}/a`), false);
    assert.equal(await files.exists(`${directory}/ab`), true);
  },
  async "takes a directory for no file, and does not remove it"({ files }) {
    const directory = fresh();
    await files.write(`${directory}/inner/a`, encode("a"));
    assert.equal(await files.read(`${directory}/inner`), null);
    assert.equal(await files.stat(`${directory}/inner`), null);
    assert.equal(await files.exists(directory), false);
    await files.remove(`${directory}/inner`);
    await files.remove(directory);
    assert.equal(await textOf(await files.read(`${directory}/inner/a`)), "a");
  },
  async "moves a file over another"({ files }) {
    const directory = fresh();
    await files.write(`${directory}/from ä+%.png`, encode("new"));
    await files.write(`${directory}/to`, encode("old"));
    assert.equal(await files.move(`${directory}/from ä+%.png`, `${directory}/to`), true);
    assert.equal(await files.exists(`${directory}/from ä+%.png`), false);
    assert.equal(await textOf(await files.read(`${directory}/to`)), "new");
  },
  async "reads ranges"({ files }) {
    const path = `${fresh()}/a.txt`;
    await files.write(path, encode("0123456789"));
    const cases = [
      [{ offset: 2, length: 3 }, "234", { offset: 2, length: 3 }],
      [{ offset: 7 }, "789", { offset: 7, length: 3 }],
      [{ offset: 0 }, "0123456789", { offset: 0, length: 10 }],
      [{ suffix: 4 }, "6789", { offset: 6, length: 4 }],
      [{ suffix: 400 }, "0123456789", { offset: 0, length: 10 }],
      [{ offset: 8, length: 100 }, "89", { offset: 8, length: 2 }],
    ] as const;
    for (const [range, text, part] of cases) {
      const found = await files.read(path, { range });
      assert.deepEqual(
        { size: found?.size, range: found?.range },
        { size: 10, range: part },
        JSON.stringify(range),
      );
      assert.equal(await textOf(found), text);
    }
  },
  async "tells the size when a range is outside"({ files }) {
    const path = `${fresh()}/a.txt`;
    await files.write(path, encode("0123456789"));
    for (const offset of [10, 11, 1_000_000]) {
      const error = await rejection(files.read(path, { range: { offset } }));
      assert.ok(error instanceof UnsatisfiableRange, String(error));
      assert.equal(error.size, 10);
    }
  },
  async "stores streams of any length"({ files }) {
    const sizes = [1, 65_536, 3 * MIB + 7, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 10 * MIB, 23 * MIB + 5];
    for (const [i, size] of sizes.entries()) {
      const path = `${fresh()}/${size}.bin`;
      assert.equal(
        await files.write(path, stream(size, [1_000, 65_536, 700_001][i % 3]! + (size === 1 ? 0 : 11))),
        size,
      );
      const found = await files.read(path);
      assert.equal(found?.size, size);
      const bytes = new Uint8Array(await new Response(found!.body).arrayBuffer());
      assert.equal(bytes.length, size);
      for (const at of [0, size >> 1, size - 1])
        assert.equal(bytes[at], pattern(at, 1)[0], `byte ${at} of ${size}`);
      const part = await files.read(path, { range: { suffix: 1 } });
      assert.equal(part?.size, size);
      await part?.body.cancel();
    }
  },
  async "stores nothing of a stream that fails, and throws its error"({ files }) {
    const cause = new Error("the client went away");
    for (const size of [0, 1_000, 6 * MIB, 12 * MIB]) {
      const path = `${fresh()}/broken.bin`;
      assert.equal(await rejection(files.write(path, stream(size, 100_000, cause))), cause);
      assert.equal(await files.stat(path), null, `after ${size} bytes`);
    }
  },
  async "keeps the old file when its replacement fails"({ files }) {
    const path = `${fresh()}/kept.bin`;
    await files.write(path, encode("old"));
    await rejection(files.write(path, stream(7 * MIB, 100_000, new Error("broken"))));
    assert.equal(await textOf(await files.read(path)), "old");
  },
  async "takes every name that a file may have"({ files }) {
    const directory = fresh();
    const names = [
      "with space.txt",
      "ünïcödé-文件-🙂.txt",
      "percent%20%2e%2e.txt",
      "a+b&c=d?e#f;g.txt",
      "quote\"'`.txt",
      "back\\slash",
      ".hidden",
      "...",
      "-rf",
      "*",
      "a:b|c<d>e",
      "~",
      "x".repeat(200),
      "%",
      "%zz",
      "CON",
      "trailing.",
      "tab\there",
      "é".repeat(100),
    ];
    for (const name of names)
      assert.equal(await files.write(`${directory}/${name}`, encode(name)), encode(name).length, name);
    for (const name of names) assert.equal(await textOf(await files.read(`${directory}/${name}`)), name);
    for (const name of names) await files.remove(`${directory}/${name}`);
    for (const name of names) assert.equal(await files.exists(`${directory}/${name}`), false, name);
  },
  async "refuses every path that leads out"({ files }) {
    const paths = [
      "",
      "/",
      "/etc/passwd",
      "..",
      "../secret",
      "a/../../secret",
      "a/./b",
      "a//b",
      "a/",
      "./a",
      "a/..",
      "a\0b",
      "a/\0",
    ];
    for (const path of paths) {
      assert.equal(await files.read(path), null, path);
      assert.equal(await files.stat(path), null, path);
      assert.equal(await files.exists(path), false, path);
      await files.remove(path);
      await rejection(files.write(path, encode("x")));
      await rejection(files.write(path, stream(10, 10)));
      assert.equal(await files.move(path, "20261124/x"), false, path);
    }
    const encoded = ["%2e%2e/secret", "..%2fsecret", "a/%2e%2e/%2e%2e/secret", "..\\secret"];
    for (const path of encoded) {
      await files.write(`20261124/${path}`, encode("inside"));
      assert.equal(await textOf(await files.read(`20261124/${path}`)), "inside", path);
      await files.remove(`20261124/${path}`);
    }
  },
  async "stays usable when a body is not read"({ files }) {
    const path = `${fresh()}/big.bin`;
    await files.write(path, stream(8 * MIB, MIB));
    for (let i = 0; i < 20; i++) await (await files.read(path))?.body.cancel();
    assert.equal((await files.stat(path))?.size, 8 * MIB);
  },
  async "serves many at once"({ files }) {
    const directory = fresh();
    const names = Array.from({ length: 30 }, (_, i) => `${directory}/${i}`);
    await Promise.all(names.map((name) => files.write(name, encode(name))));
    assert.deepEqual(await Promise.all(names.map(async (name) => textOf(await files.read(name)))), names);
  },
  async "counts its calls, and tells whether the store answers"({ files, meter }) {
    const path = `${fresh()}/a`;
    await files.write(path, encode("a"));
    assert.equal(meter.files, 1);
    await (await files.read(path))?.body.cancel();
    assert.equal(meter.files, 2);
    await files.exists(path);
    assert.equal(meter.files, 3);
    assert.equal(await files.reachable(), true);
  },
};

/** Of an adapter whose store does not answer. */
export const unreachableCases: Cases<FilesSubject> = {
  async "fails with 503, and says so in the same way everywhere"({ files }) {
    const calls = [
      () => files.read("20261124/a"),
      () => files.write("20261124/a", encode("a")),
      () => files.write("20261124/a", stream(100, 10)),
      () => files.write("20261124/a", stream(6 * MIB, MIB)),
      () => files.move("20261124/a", "20261124/b"),
    ];
    for (const call of calls) {
      const error = await rejection(call());
      assert.deepEqual([error.status, error.id], [503, "app.files.unavailable.app_error"], String(error));
    }
    assert.equal(await files.reachable(), false);
  },
  async "does not take silence for a file that is not there"({ files }) {
    for (const call of [() => files.stat("20261124/a"), () => files.exists("20261124/a")]) {
      assert.equal((await rejection(call())).status, 503);
    }
  },
};
