// Images (semantics 11.3, 11.4).

import { beforeAll, describe, expect, test } from "vitest";
import { imageInfo } from "../../workers/images/formats/sniff.ts";
import { makeWorld, type Person } from "../harness/people.ts";
import { database } from "../harness/sql.ts";
import { animatedGif, jpeg, tiff, webp } from "../images/fixtures.ts";
import { makeBmp, makePng, rawPng, readPng, withOrientation } from "../images/make.ts";
import { download, upload, uploadOne } from "./uploads.ts";

let alice: Person;
let channel: string;

beforeAll(async () => {
  const world = await makeWorld({ users: 1 });
  alice = world.users[0]!;
  channel = world.channel.id;
});

const rendition = async (id: string, which: "thumbnail" | "preview") => {
  const { status, bytes, headers } = await download(alice, `files/${id}/${which}`);
  expect([status, headers.get("content-type")]).toEqual([200, "image/jpeg"]);
  return bytes;
};
const pathsOf = async (id: string) => {
  const [row] = await database()`select path, thumbnailpath, previewpath from fileinfo where id = ${id}`;
  return [row!.path, row!.thumbnailpath, row!.previewpath].map((path: string) => path.split("/").at(-1));
};

test("a png has png renditions, scaled to 120 or 100 and to 1920", async () => {
  const info = await uploadOne(
    alice,
    channel,
    "wide.png",
    makePng(2_400, 600, () => [200, 10, 10, 255]),
  );
  expect(info).toMatchObject({ width: 2_400, height: 600, has_preview_image: true, mime_type: "image/png" });
  expect(imageInfo(Buffer.from(info.mini_preview as unknown as string, "base64"))).toMatchObject({
    format: "jpeg",
    width: 16,
    height: 16,
  });
  expect(await pathsOf(info.id)).toEqual(["wide.png", "wide_thumb.png", "wide_preview.png"]);
  const thumbnail = readPng(await rendition(info.id, "thumbnail"));
  expect([thumbnail.width, thumbnail.height]).toEqual([120, 30]);
  const preview = readPng(await rendition(info.id, "preview"));
  expect([preview.width, preview.height]).toEqual([1_920, 480]);
});

test("any other image has jpeg renditions", async () => {
  for (const [name, bytes] of [
    ["a.jpg", jpeg],
    ["a.webp", webp],
    ["a.bmp", makeBmp(48, 32, [1, 2, 3, 255])],
    ["a.tiff", tiff],
  ] as const) {
    const info = await uploadOne(alice, channel, name, bytes);
    expect(info).toMatchObject({ width: 48, height: 32, has_preview_image: true });
    expect(await pathsOf(info.id)).toEqual([name, "a_thumb.jpg", "a_preview.jpg"]);
    expect(imageInfo(await rendition(info.id, "thumbnail"))).toMatchObject({
      format: "jpeg",
      width: 120,
      height: 80,
    });
    expect(imageInfo(await rendition(info.id, "preview"))).toMatchObject({
      format: "jpeg",
      width: 48,
      height: 32,
    });
  }
});

test("EXIF orientation is applied", async () => {
  const info = await uploadOne(alice, channel, "turned.jpg", withOrientation(jpeg, 6));
  expect(info).toMatchObject({ width: 32, height: 48 });
  expect(imageInfo(await rendition(info.id, "preview"))).toMatchObject({
    width: 32,
    height: 48,
    orientation: 1,
  });
  // The bytes themselves stay as they were sent.
  expect(
    (await download(alice, `files/${info.id}`)).bytes.equals(Buffer.from(withOrientation(jpeg, 6))),
  ).toBe(true);
});

test("a gif is shown itself: thumbnail, but no preview", async () => {
  const info = await uploadOne(alice, channel, "moving.gif", animatedGif);
  expect(info).toMatchObject({ width: 200, height: 100, has_preview_image: false });
  expect(info.mini_preview).not.toBeNull();
  await rendition(info.id, "thumbnail");
  const { status, body } = await alice.request("GET", `files/${info.id}/preview`);
  expect([status, body.id]).toEqual([400, "api.file.get_file_preview.no_preview.app_error"]);
});

test("an svg has a size and nothing else", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><script>alert(1)</script></svg>`;
  const info = await uploadOne(alice, channel, "a.svg", svg);
  expect(info).toMatchObject({
    width: 30,
    height: 20,
    has_preview_image: false,
    mini_preview: null,
    mime_type: "image/svg+xml",
  });
  const { status, body } = await alice.request("GET", `files/${info.id}/thumbnail`);
  expect([status, body.id]).toEqual([400, "api.file.get_file_thumbnail.no_thumbnail.app_error"]);
});

describe("what is no image, or lies", () => {
  test("is stored as a plain file", async () => {
    const truncated = jpeg.slice(0, 200);
    const cases = {
      "text.png": "not an image",
      "empty.jpg": "",
      "torso.jpg": truncated,
      "lies.gif": "GIF89a\x01\0\x01\0",
      "mixed.png": jpeg.slice(0, 10),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      const info = await uploadOne(alice, channel, name, bytes);
      expect(info, name).toMatchObject({ has_preview_image: false, mini_preview: null });
      expect((await download(alice, `files/${info.id}`)).bytes.equals(Buffer.from(bytes as string))).toBe(
        true,
      );
      expect((await alice.request("GET", `files/${info.id}/thumbnail`)).status).toBe(400);
    }
  });

  test("is treated by its name, not by its content", async () => {
    const info = await uploadOne(
      alice,
      channel,
      "picture.txt",
      makePng(10, 10, () => [0, 0, 0, 255]),
    );
    expect(info).toMatchObject({
      mime_type: "text/plain; charset=utf-8",
      width: 0,
      has_preview_image: false,
    });
  });

  test("a decompression bomb is refused by its header, and one with a lying header does no harm", async () => {
    const bomb = rawPng(60_000, 60_000, new Uint8Array(1_000));
    const { status, body } = await upload(alice, channel, [{ name: "bomb.png", bytes: bomb }]);
    expect([status, body.id]).toEqual([400, "api.file.upload_file.large_image_detailed.app_error"]);
    const lying = rawPng(10, 10, new Uint8Array(100_000_000));
    expect(lying.length).toBeLessThan(200_000);
    expect(await uploadOne(alice, channel, "lying.png", lying)).toMatchObject({ size: lying.length });
  });

  test("one image too large refuses the whole upload", async () => {
    const files = [
      { name: "fine.txt", bytes: "fine" },
      { name: "bomb.png", bytes: rawPng(50_000, 50_000, new Uint8Array(10)) },
    ];
    expect((await upload(alice, channel, files)).status).toBe(400);
    const [row] =
      await database()`select count(*)::int as n from fileinfo where creatorid = ${alice.id} and name = 'fine.txt'`;
    expect(row!.n).toBe(0);
  });
});

test("many images at once all get their renditions", async () => {
  const png = makePng(800, 600, (x, y) => [x & 255, y & 255, 0, 255]);
  const infos = await Promise.all(
    Array.from({ length: 12 }, (_, i) => uploadOne(alice, channel, `${i}.png`, png)),
  );
  expect(infos.every((info) => info.has_preview_image && info.width === 800)).toBe(true);
});

test("an image beyond what is scaled streams into the store, with its size", async () => {
  const noise = Buffer.alloc(3_000 * (4_000 * 4 + 1));
  for (let i = 0; i < noise.length; i += 4)
    noise.writeUInt32LE((i * 2_654_435_761) >>> 0, Math.min(i, noise.length - 4));
  for (let y = 0; y < 3_000; y++) noise[y * (4_000 * 4 + 1)] = 0;
  const png = rawPng(4_000, 3_000, noise);
  expect(png.length).toBeGreaterThan(33 * 1024 * 1024);
  const info = await uploadOne(alice, channel, "huge.png", png);
  expect(info).toMatchObject({ width: 4_000, height: 3_000, size: png.length, has_preview_image: false });
}, 180_000);
