/** Formats the header parser knows; every one but svg can be decoded. */
export type ImageFormat = "png" | "jpeg" | "gif" | "webp" | "bmp" | "tiff" | "svg";

/** EXIF orientation: 1 is upright, 5..8 swap width and height. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export type ImageInfo = {
  format: ImageFormat;
  /** Pixels, after the orientation is applied. 0 only for an svg that names no size. */
  width: number;
  height: number;
  orientation: Orientation;
  /** Frames of a gif, animated png or animated webp (as far as the bytes reach); otherwise 1. */
  frames: number;
  /** Pixels of the largest raster that a decoder allocates; above width * height where a header lies. */
  pixels: number;
};

export type Encoded = { bytes: Uint8Array; mime: string };

/** The original's default for FileSettings.MaxImageResolution (7680 x 4320). */
export const DEFAULT_MAX_PIXELS = 33_177_600;

/** 8 bits a channel, straight (not premultiplied) RGBA, rows top to bottom. */
export type Raster = {
  width: number;
  height: number;
  data: Uint8Array;
  /** Every alpha is 255: lets the resampler and encoders skip the fourth channel. */
  opaque: boolean;
  /** A window on wasm memory or otherwise not needed again: the first resize may overwrite it. */
  scratch?: true;
};
