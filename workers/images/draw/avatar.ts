import { fnv1a32 } from "../../text/fnv.ts";
import { encodePng } from "../formats/png.ts";
import { glyph } from "./glyphs.ts";

const SIZE = 128;
const CAP_HEIGHT = 58;
const STROKE = 8.5;

/** Backgrounds on which white text stays readable (contrast 3:1 or more). */
const PALETTE = [
  0xb5446e, 0x525b76, 0x2f7f79, 0x2d6cc0, 0x7a4fa3, 0xc2452d, 0x3f7d3a, 0x8a6d1b, 0x1f7a9c, 0xa03b8f,
  0x5a6acf, 0x9c4a3c, 0x4b7f52, 0x6d597a, 0x0f8a8a, 0xb3611e, 0x3b5998, 0x76448a, 0x2e8b57, 0xc0392b,
  0x5d7052, 0x8e5572, 0x34718c, 0x6b5b95,
];

/** 128x128 PNG: `letter` in white on the colour of `userId`. Same input, same bytes. */
export async function defaultAvatar(letter: string, userId: string): Promise<Uint8Array> {
  const color = PALETTE[fnv1a32(userId) % PALETTE.length]!;
  const strokes = glyph(letter);
  const scale = CAP_HEIGHT / 80;
  const data = new Uint8Array(SIZE * SIZE * 4);
  for (let y = 0, o = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++, o += 4) {
      const px = (x + 0.5 - SIZE / 2) / scale;
      const py = (y + 0.5 - SIZE / 2) / scale;
      let nearest = Infinity;
      for (const [x1, y1, x2, y2] of strokes) {
        const dx = x2 - x1;
        const dy = y2 - y1;
        const along = ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1);
        const t = Math.min(1, Math.max(0, along));
        nearest = Math.min(nearest, (px - x1 - t * dx) ** 2 + (py - y1 - t * dy) ** 2);
      }
      // Distance to the stroke's edge in pixels, over one pixel: the anti-aliasing.
      const cover = Math.min(1, Math.max(0, STROKE / 2 + 0.5 - Math.sqrt(nearest) * scale));
      data[o] = mix((color >> 16) & 255, cover);
      data[o + 1] = mix((color >> 8) & 255, cover);
      data[o + 2] = mix(color & 255, cover);
      data[o + 3] = 255;
    }
  }
  return encodePng({ width: SIZE, height: SIZE, data, opaque: true });
}

function mix(channel: number, cover: number): number {
  return Math.round(channel + (255 - channel) * cover);
}
