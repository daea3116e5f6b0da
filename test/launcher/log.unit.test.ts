// What the launcher makes of its processes' output: the shape of lines, levels, the file and its rotation.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { entryOf, written } from "../../nginx-compat/launcher/log/entry.ts";
import { Log } from "../../nginx-compat/launcher/log/log.ts";
import { LogFile } from "../../nginx-compat/launcher/log/log-file.ts";
import { ConfigReader } from "../../nginx-compat/launcher/settings/config-reader.ts";
import { readLogSettings } from "../../nginx-compat/launcher/settings/log.ts";

const dir = mkdtempSync(join(tmpdir(), "edgemost-log-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const AT = new Date("2026-01-02T03:04:05.678Z");
const line = (entry: string, json = true) => written(entryOf(entry, "workerd", "error", AT), { json });
const read = (values: object) =>
  readLogSettings(new ConfigReader({}, JSON.stringify({ LogSettings: values })), "/data", "/here");

describe("a line", () => {
  test("has Mattermost's fields first, then its own", () => {
    expect(line('{"level":"warn","msg":"m","user_id":"u"}')).toBe(
      '{"timestamp":"2026-01-02 03:04:05.678 Z","level":"warn","msg":"m","caller":"workerd","user_id":"u"}\n',
    );
  });

  test("of the runtime has the runtime's level, else the stream's", () => {
    const level = (text: string) => JSON.parse(line(text)).level;
    expect(level("workerd/io/worker.c++:21: warning: something")).toBe("warn");
    expect(level("workerd/io/worker.c++:21: info: something")).toBe("info");
    expect(JSON.parse(line("{broken"))).toMatchObject({ level: "error", msg: "{broken" });
    expect(level('{"level":"loud","msg":"m"}')).toBe("error");
  });

  test("is text where JSON is not wanted", () => {
    expect(line('{"level":"warn","msg":"a\\nb","n":1}', false)).toBe(
      'warn [2026-01-02 03:04:05.678 Z] a\\nb caller="workerd" n=1\n',
    );
  });
});

describe("LogSettings", () => {
  test("are Mattermost's unless set, with the file in DATA_DIR", () => {
    expect(read({})).toEqual({
      console: { level: "debug", json: true },
      file: { level: "info", json: true, path: "/data/logs/mattermost.log" },
    });
  });

  test("are honoured", () => {
    const values = { EnableConsole: false, FileLevel: "ERROR", FileJson: false, FileLocation: "log" };
    expect(read(values)).toEqual({
      console: null,
      file: { level: "error", json: false, path: "/here/log/mattermost.log" },
    });
    expect(read({ EnableFile: false }).file).toBeNull();
    expect(() => read({ FileLevel: "LOUD" })).toThrow("LogSettings.FileLevel must be one of");
  });
});

test("console and file each have their own level", async () => {
  const path = join(dir, "levels/mattermost.log");
  const log = new Log({
    console: { level: "warn", json: true },
    file: { level: "error", json: true, path },
  });
  const [input, output] = [new PassThrough(), new PassThrough()];
  log.follow(input, "info", output as unknown as NodeJS.WriteStream);
  const levels = ["debug", "info", "warn", "error"];
  input.write(levels.map((level) => `${JSON.stringify({ level, msg: level })}\n`).join(""));
  await expect.poll(() => existsSync(path)).toBe(true);
  await log.close();
  const messages = (text: string) => text.match(/"msg":"\w+"/g);
  expect(messages(String(output.read()))).toEqual(['"msg":"warn"', '"msg":"error"']);
  expect(messages(readFileSync(path, "utf8"))).toEqual(['"msg":"error"']);
});

test("the file is rotated by its size and three are kept", async () => {
  const path = join(dir, "rotated.log");
  const file = new LogFile(path, 20);
  for (let n = 0; n < 11; n++) file.write(`line ${String(n).padStart(4, "0")}\n`);
  await file.close();
  const lines = (suffix: string) =>
    readFileSync(path + suffix, "utf8")
      .match(/\d{4}/g)
      ?.map(Number);
  expect([lines(""), lines(".1"), lines(".2"), lines(".3")]).toEqual([[10], [8, 9], [6, 7], [4, 5]]);
  expect(existsSync(`${path}.4`)).toBe(false);
  expect(file.lost).toBe(0);
});

test("a file that cannot be written loses lines and throws nothing", async () => {
  writeFileSync(join(dir, "blocked"), "");
  const file = new LogFile(join(dir, "blocked/mattermost.log"));
  file.write("lost\n");
  await file.close();
  file.write("lost, too\n");
  await file.close();
  expect(file.lost).toBe(2);
  mkdirSync(join(dir, "directory.log"));
  const other = new LogFile(join(dir, "directory.log"));
  other.write("lost\n");
  await other.close();
  expect(other.lost).toBe(1);
});
