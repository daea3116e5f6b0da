import { describe, expect, it } from "vitest";
import { imageInfo } from "../../workers/images/formats/sniff.ts";
import * as fixtures from "./fixtures.ts";
import { exif, exifChunk, makeBmp, makePng, rawPng, withOrientation } from "./make.ts";

const text = (s: string) => new TextEncoder().encode(s);
const svg = (s: string) => {
  const info = imageInfo(text(s));
  return info && [info.format, info.width, info.height];
};

describe("imageInfo", () => {
  it("reads the size of every format", () => {
    const size = { width: 48, height: 32, orientation: 1, frames: 1, pixels: 48 * 32 };
    expect(imageInfo(fixtures.jpeg)).toEqual({ format: "jpeg", ...size });
    expect(imageInfo(fixtures.progressiveJpeg)).toEqual({ format: "jpeg", ...size });
    expect(imageInfo(fixtures.cmykJpeg)).toEqual({ format: "jpeg", ...size });
    expect(imageInfo(fixtures.gif)).toEqual({ format: "gif", ...size });
    expect(imageInfo(fixtures.webp)).toEqual({ format: "webp", ...size });
    expect(imageInfo(fixtures.losslessWebp)).toEqual({ format: "webp", ...size });
    expect(imageInfo(fixtures.alphaWebp)).toEqual({ format: "webp", ...size });
    expect(imageInfo(fixtures.tiff)).toEqual({ format: "tiff", ...size });
    expect(imageInfo(makePng(48, 32, () => [1, 2, 3, 4]))).toEqual({ format: "png", ...size });
    expect(imageInfo(makeBmp(48, 32, [1, 2, 3, 255]))).toEqual({ format: "bmp", ...size });
    expect(imageInfo(makeBmp(48, -32, [1, 2, 3, 255]))).toEqual({ format: "bmp", ...size });
  });

  it("counts frames", () => {
    expect(imageInfo(fixtures.animatedGif)).toMatchObject({ width: 200, height: 100, frames: 3 });
    expect(imageInfo(fixtures.animatedWebp)).toMatchObject({ width: 200, height: 100, frames: 3 });
  });

  it("applies the orientation of JPEG, PNG and WebP", () => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const [width, height] = orientation >= 5 ? [32, 48] : [48, 32];
      const want = { width, height, orientation };
      expect(imageInfo(withOrientation(fixtures.jpeg, orientation))).toMatchObject(want);
      expect(imageInfo(withOrientation(fixtures.jpeg, orientation, false))).toMatchObject(want);
      expect(imageInfo(makePng(48, 32, () => [0, 0, 0, 255], [exifChunk(orientation)]))).toMatchObject(want);
    }
    expect(imageInfo(fixtures.orientedWebp)).toMatchObject({ width: 32, height: 48, orientation: 6 });
    expect(imageInfo(withOrientation(fixtures.jpeg, 9))).toMatchObject({ orientation: 1 });
  });

  it("reads svg sizes", () => {
    expect(svg(`<svg width="10" height='20.4'/>`)).toEqual(["svg", 10, 20]);
    expect(svg(`\ufeff<?xml version="1.0"?>\n<!-- > <svg> -->\n<svg\n viewBox="0 0 30 40">`)).toEqual([
      "svg",
      30,
      40,
    ]);
    const doctype = `<!DOCTYPE svg PUBLIC "-//W3C" "x" [ <!ENTITY a "b"> ]>`;
    expect(svg(`${doctype}<s:svg xmlns:s="x" width="1in" height="3pt"/>`)).toEqual(["svg", 96, 4]);
    expect(svg(`<svg width="100%" height="50" viewBox="0,0,4,2"/>`)).toEqual(["svg", 100, 50]);
    expect(svg(`<svg xmlns="http://www.w3.org/2000/svg"><rect width="5"/></svg>`)).toEqual(["svg", 0, 0]);
    expect(svg(`<html><svg width="1" height="1"/></html>`)).toBeNull();
    expect(svg(`<svgx width="1" height="1"/>`)).toBeNull();
  });

  it("is null for what is no image", () => {
    for (const s of ["", "GIF89a", "BM", "hello", "\x89PNG", "II*\0", "<", "<!--", "<?xml", "RIFF1234WEBP"]) {
      expect(imageInfo(text(s))).toBeNull();
    }
    expect(imageInfo(rawPng(0, 10, new Uint8Array(1)))).toBeNull();
    expect(imageInfo(new Uint8Array([0xff, 0xd8, 0xff, 0xda, 0, 4, 0, 0]))).toBeNull();
  });

  it("sees the size behind a lying container", () => {
    const gif = fixtures.gif.slice();
    gif.set([1, 0, 1, 0], 6);
    expect(imageInfo(gif)).toMatchObject({ width: 1, height: 1, pixels: 48 * 32 });
    const webp = fixtures.alphaWebp.slice();
    webp.set([0, 0, 0, 0, 0, 0], 24);
    expect(imageInfo(webp)).toMatchObject({ width: 1, height: 1, pixels: 48 * 32 });
  });

  it("never throws: truncated at every length, and with any byte changed", () => {
    let seed = 1;
    const random = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed / 2 ** 32;
    };
    for (const good of Object.values(fixtures)) {
      for (let n = 0; n < good.length; n++) {
        imageInfo(good.subarray(0, n));
        const bad = good.slice();
        bad[n] = random() * 256;
        imageInfo(bad);
      }
    }
    expect(imageInfo(fixtures.jpeg.subarray(0, -20))).toMatchObject({ width: 48 });
  });

  it("takes time linear in hostile input", () => {
    const big = 20_000_000;
    const png = new Uint8Array(big);
    png.set(makePng(1, 1, () => [0, 0, 0, 0]).subarray(0, 33));
    const gif = new Uint8Array(big).fill(1);
    gif.set(text("GIF89a"));
    gif.set([1, 0, 1, 0, 0, 0, 0, 0x21, 0xff], 6);
    const jpeg = new Uint8Array(big).fill(0xff);
    jpeg[1] = 0xd8;
    const tiff = new Uint8Array(exif(1));
    const hostile: Uint8Array[] = [png, gif, jpeg, tiff];
    for (const s of [
      "<!--",
      "<!DOCTYPE [",
      "<?x?>",
      " ",
      "<svg ",
      "<svg a='",
      "<!DOCTYPE>",
      "<svg a = 'b' ",
    ]) {
      hostile.push(text(s.repeat(500_000)), text(`<svg ${s.repeat(500_000)}`));
    }
    const start = process.threadCpuUsage();
    for (const bytes of hostile) imageInfo(bytes);
    const { user, system } = process.threadCpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(5_000);
  });
});
