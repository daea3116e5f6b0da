import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImageResult } from "../../workers/images/compute.ts";
import { imageInfo } from "../../workers/images/formats/sniff.ts";
import type { Encoded } from "../../workers/images/types.ts";
import * as fixtures from "./fixtures.ts";
import { type Images, startImages } from "./harness.ts";
import { makeBmp, makePng, type Rgba, rawPng, readPng, withOrientation } from "./make.ts";

const RED: Rgba = [255, 0, 0, 255];
const BLUE: Rgba = [0, 0, 255, 255];

let images: Images;
beforeAll(async () => {
  images = await startImages();
});
afterAll(() => images?.dispose());

const upload = (bytes: Uint8Array, more = {}) => images.run({ op: "upload", bytes, ...more });

type Ok = Extract<ImageResult, { status: "ok" }>;
async function ok(result: Promise<ImageResult>): Promise<Ok> {
  const got = await result;
  expect(got.status).toBe("ok");
  return got as Ok;
}

/** Format and size of what was made, by the header parser that the unit tests cover. */
function shape(made: Encoded | undefined): unknown {
  if (!made) return undefined;
  const info = imageInfo(made.bytes)!;
  expect(made.mime).toBe(`image/${info.format}`);
  return [info.format, info.width, info.height, info.frames];
}

/** Colours in the middle of the four quadrants, each channel rounded to dark (0) or bright (1). */
async function quadrants(bytes: Uint8Array): Promise<string> {
  const { image } = await ok(images.run({ op: "square", bytes, size: 32 }));
  const png = readPng(image!.bytes);
  const spots = [
    [8, 8],
    [24, 8],
    [8, 24],
    [24, 24],
  ] as const;
  return spots
    .map(([x, y]) =>
      png
        .at(x, y)
        .slice(0, 3)
        .map((c) => (c > 127 ? 1 : 0))
        .join(""),
    )
    .join(" ");
}

describe("upload", () => {
  it("makes the renditions of every format", async () => {
    const png = makePng(48, 32, (x) => (x < 24 ? RED : BLUE));
    const cases: [Uint8Array, "png" | "jpeg"][] = [
      [png, "png"],
      [fixtures.jpeg, "jpeg"],
      [fixtures.progressiveJpeg, "jpeg"],
      [fixtures.cmykJpeg, "jpeg"],
      [fixtures.webp, "jpeg"],
      [fixtures.losslessWebp, "jpeg"],
      [fixtures.alphaWebp, "jpeg"],
      [fixtures.tiff, "jpeg"],
      [makeBmp(48, 32, RED), "jpeg"],
    ];
    for (const [bytes, format] of cases) {
      const made = await ok(upload(bytes));
      expect(made.info).toMatchObject({ width: 48, height: 32 });
      expect(shape(made.thumbnail)).toEqual([format, 120, 80, 1]);
      expect(shape(made.preview)).toEqual([format, 48, 32, 1]);
      expect(imageInfo(made.miniPreview!)).toMatchObject({ format: "jpeg", width: 16, height: 16 });
    }
  });

  it("scales by the rules", async () => {
    const wide = await ok(upload(makePng(2400, 300, () => RED)));
    expect(shape(wide.thumbnail)).toEqual(["png", 120, 15, 1]);
    expect(shape(wide.preview)).toEqual(["png", 1920, 240, 1]);
    const tall = await ok(upload(makePng(30, 2000, () => RED)));
    expect(shape(tall.thumbnail)).toEqual(["png", 2, 100, 1]);
    expect(shape(tall.preview)).toEqual(["png", 30, 2000, 1]);
    const square = await ok(upload(makePng(200, 200, () => RED)));
    expect(shape(square.thumbnail)).toEqual(["png", 100, 100, 1]);
    const line = await ok(upload(makePng(5000, 1, () => RED)));
    expect(shape(line.thumbnail)).toEqual(["png", 120, 1, 1]);
    expect(shape(line.preview)).toEqual(["png", 1920, 1, 1]);
  });

  it("keeps PNG pixels exact at the same size, with and without alpha", async () => {
    const noise = (x: number, y: number): Rgba => [(x * 37) & 255, (y * 91) & 255, (x * y * 13) & 255, 255];
    const opaque = readPng((await ok(upload(makePng(31, 17, noise)))).preview!.bytes);
    expect(opaque.channels).toBe(3);
    const glass = readPng((await ok(upload(makePng(31, 17, (x, y) => [x, y, 200, x * 8])))).preview!.bytes);
    expect(glass.channels).toBe(4);
    for (let y = 0; y < 17; y++) {
      for (let x = 0; x < 31; x++) {
        expect(opaque.at(x, y)).toEqual(noise(x, y).slice(0, 3));
        expect(glass.at(x, y)).toEqual([x, y, 200, x * 8]);
      }
    }
  });

  it("does not let transparent pixels bleed into scaled ones", async () => {
    const made = await ok(upload(makePng(4000, 40, (x) => (x % 2 ? RED : [0, 255, 0, 0]))));
    const [r, g, , a] = readPng(made.preview!.bytes).at(960, 9);
    expect([r! > 250, g! < 5, a! > 100 && a! < 155]).toEqual([true, true, true]);
  });

  it("turns pixels upright", async () => {
    // red green / blue white, as stored.
    const want: Record<number, string> = {
      1: "100 010 001 111",
      2: "010 100 111 001",
      3: "111 001 010 100",
      4: "001 111 100 010",
      5: "100 001 010 111",
      6: "001 100 111 010",
      7: "111 010 001 100",
      8: "010 111 100 001",
    };
    for (let orientation = 1; orientation <= 8; orientation++) {
      const bytes = withOrientation(fixtures.jpeg, orientation);
      expect(await quadrants(bytes)).toBe(want[orientation]);
      const made = await ok(upload(bytes));
      expect(shape(made.preview)).toEqual(["jpeg", ...(orientation >= 5 ? [32, 48] : [48, 32]), 1]);
      expect(await quadrants(made.preview!.bytes)).toBe(want[orientation]);
      expect(await quadrants(made.thumbnail!.bytes)).toBe(want[orientation]);
    }
    expect(await quadrants(fixtures.orientedWebp)).toBe(want[6]);
  });

  it("takes the first frame of a gif, without preview", async () => {
    const made = await ok(upload(fixtures.animatedGif));
    expect(made.info).toMatchObject({ frames: 3 });
    expect(made.preview).toBeUndefined();
    expect(shape(made.thumbnail)).toEqual(["jpeg", 120, 60, 1]);
    expect(await quadrants(made.thumbnail!.bytes)).toMatch(/^1/);
    expect(shape((await ok(upload(fixtures.animatedWebp))).preview)).toEqual(["jpeg", 200, 100, 1]);
  });

  it("makes nothing of svg", async () => {
    const svg = new TextEncoder().encode(`<svg width="7" height="9"/>`);
    expect(Object.keys(await ok(upload(svg))).sort()).toEqual(["info", "status"]);
  });
});

describe("limits and broken images", () => {
  const good = () => upload(fixtures.jpeg);

  it("refuses by the header alone", async () => {
    const bomb = await upload(rawPng(50_000, 50_000, new Uint8Array(100)));
    expect(bomb).toMatchObject({ status: "too_large", info: { width: 50_000, height: 50_000 } });
    expect(await upload(fixtures.jpeg, { maxPixels: 48 * 32 - 1 })).toMatchObject({ status: "too_large" });
    expect(await upload(fixtures.jpeg, { maxPixels: 48 * 32 })).toMatchObject({ status: "ok" });
    expect(await upload(fixtures.jpeg, { maxDecodePixels: 99 })).toMatchObject({ status: "undecoded" });
  });

  it("survives data that does not match its header", async () => {
    const huge = rawPng(10, 10, new Uint8Array(300_000_000));
    expect(["ok", "broken"]).toContain((await upload(huge)).status);
    // The largest allowed header with next to nothing behind it.
    expect(await upload(rawPng(7680, 4320, new Uint8Array(100)))).toMatchObject({ status: "broken" });
    const gif = fixtures.gif.slice();
    gif.set([0xff, 0xff, 0xff, 0xff], gif.indexOf(0x2c, 13 + 12) + 5);
    expect(["broken", "too_large"]).toContain((await upload(gif)).status);
    const webp = fixtures.alphaWebp.slice();
    webp.set([0, 0, 0, 0, 0, 0], 24);
    expect((await upload(webp)).status).toBe("broken");
    expect(await good()).toMatchObject({ status: "ok" });
  });

  it("does not decode a JPEG of endless scans", async () => {
    const jpeg = Buffer.from(fixtures.progressiveJpeg);
    const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
    const scans = (n: number) =>
      new Uint8Array(Buffer.concat([jpeg.subarray(0, -2), ...Array(n).fill(scan), jpeg.subarray(-2)]));
    expect(await upload(scans(200))).toMatchObject({ status: "broken" });
    expect(imageInfo(scans(200))).toMatchObject({ width: 48 });
  });

  it("stays usable after broken images of every format", async () => {
    const all = { ...fixtures, png: makePng(48, 32, (x, y) => [x * 5, y * 7, x ^ y, 255]) };
    let broken = 0;
    for (const bytes of Object.values(all)) {
      const hurt = bytes.slice();
      hurt.fill(0x55, Math.floor(bytes.length * 0.6));
      for (const bad of [bytes.subarray(0, Math.floor(bytes.length / 2)), bytes.subarray(0, 40), hurt]) {
        const { status } = await upload(bad);
        expect(["ok", "broken", "not_image"]).toContain(status);
        if (status === "broken") broken++;
        expect(await good()).toMatchObject({ status: "ok" });
      }
    }
    expect(broken).toBeGreaterThan(10);
  });

  it("is not worn down by many broken images", async () => {
    // A trap does not unwind the wasm stack pointer: an instance that lived on runs out of stack after about 4400.
    const bytes = fixtures.webp.subarray(0, 60);
    expect((await images.run({ op: "upload", bytes }, 5000)).status).toBe("broken");
    expect(await quadrants(fixtures.jpeg)).toBe("100 010 001 111");
    expect(await quadrants(fixtures.webp)).toBe("100 010 001 111");
  });

  it("calls garbage no image", async () => {
    for (const s of ["", "hello", "<html></html>", "\x00".repeat(1000), "%PDF-1.7"]) {
      expect(await upload(new TextEncoder().encode(s))).toEqual({ status: "not_image" });
    }
  });
});

describe("square, fit and mini", () => {
  it("crops to the middle", async () => {
    const bytes = makePng(300, 100, (x) => (x >= 100 && x < 200 ? RED : BLUE));
    const { image } = await ok(images.run({ op: "square", bytes, size: 128 }));
    expect(shape(image)).toEqual(["png", 128, 128, 1]);
    const png = readPng(image!.bytes);
    for (const [x, y] of [
      [3, 3],
      [124, 3],
      [64, 64],
      [3, 124],
    ] as const) {
      expect(png.at(x, y)).toEqual([255, 0, 0]);
    }
    const tiny = await ok(images.run({ op: "square", bytes: makePng(1, 3, () => BLUE), size: 128 }));
    expect(readPng(tiny.image!.bytes).at(127, 127)).toEqual([0, 0, 255]);
    const svg = new TextEncoder().encode("<svg/>");
    expect(await images.run({ op: "square", bytes: svg, size: 128 })).toMatchObject({ status: "broken" });
  });

  it("fits, keeps what fits, and keeps gifs moving", async () => {
    const emoji = async (bytes: Uint8Array) => (await ok(images.run({ op: "fit", bytes, max: 128 }))).image!;
    expect(shape(await emoji(makePng(256, 64, () => RED)))).toEqual(["png", 128, 32, 1]);
    expect((await emoji(fixtures.jpeg)).bytes).toEqual(fixtures.jpeg);
    expect(shape(await emoji(withOrientation(fixtures.jpeg, 6)))).toEqual(["png", 32, 48, 1]);
    expect((await emoji(fixtures.gif)).bytes).toEqual(fixtures.gif);
    const moving = await emoji(fixtures.animatedGif);
    expect(shape(moving)).toEqual(["gif", 128, 64, 3]);
    // Red with a white bar: what was encoded decodes again, in both decoders.
    const first = readPng(
      (await ok(images.run({ op: "square", bytes: moving.bytes, size: 64 }))).image!.bytes,
    );
    expect(first.at(2, 30).map((c) => c > 127)).toEqual([true, false, false]);
    expect(first.at(32, 30).map((c) => c > 127)).toEqual([true, true, true]);
    const again = await ok(images.run({ op: "fit", bytes: moving.bytes, max: 50 }));
    expect(shape(again.image)).toEqual(["gif", 50, 25, 3]);
  });

  it("makes the mini preview alone", async () => {
    const { miniPreview } = await ok(images.run({ op: "mini", bytes: fixtures.jpeg }));
    expect(imageInfo(miniPreview!)).toMatchObject({ format: "jpeg", width: 16, height: 16 });
  });
});

describe("avatar", () => {
  it("is a 128x128 PNG, the same for the same user, in a colour by id", async () => {
    const draw = async (letter: string, userId: string) => {
      const { image } = await ok(images.run({ op: "avatar", letter, userId }));
      return image!.bytes;
    };
    const one = await draw("a", "user1");
    expect(imageInfo(one)).toMatchObject({ format: "png", width: 128, height: 128 });
    expect(await draw("a", "user1")).toEqual(one);
    expect(await draw("A", "user1")).toEqual(one);
    expect(await draw("", "user1")).toEqual(await draw("ß", "user1"));
    const colors = new Set<string>();
    for (let i = 0; i < 12; i++)
      colors.add(
        readPng(await draw("a", `user${i}`))
          .at(0, 0)
          .join(),
      );
    expect(colors.size).toBeGreaterThan(5);
    const shapes = new Set<string>();
    for (const letter of "abcdefghijklmnopqrstuvwxyz0123456789_-.") {
      const bytes = await draw(letter, "user1");
      const png = readPng(bytes);
      let white = 0;
      for (let i = 0; i < 128 * 128; i++) if (png.at(i % 128, i >> 7).every((c) => c === 255)) white++;
      expect(white).toBeGreaterThan(30);
      shapes.add(Buffer.from(bytes).toString("base64"));
    }
    expect(shapes.size).toBe(39);
  });
});
