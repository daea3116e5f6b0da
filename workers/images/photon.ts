/**
 * Decoding and JPEG encoding by the WebAssembly module of @cf-wasm/photon, without that package's JavaScript.
 *
 * Why an own loader: the package's glue instantiates once per isolate and for ever, at import time. A Rust
 * panic is a trap that leaves that instance's heap in an unknown state, and wasm memory never shrinks. Here
 * an instance is thrown away after a trap, and after a job that grew it much.
 *
 * Bundling: Cloudflare forbids compiling wasm from bytes, so the import below must stay an import of a module
 * of type WebAssembly.Module. wrangler does that by itself (its default CompiledWasm rule). esbuild needs
 * `loader: {".wasm": "copy"}, assetNames: "[name]"`; the copied photon_rs_bg.wasm is then given to workerd as
 * a `wasm` module of the same name. The specifier is a plain entry of the package's `exports`, so no
 * `conditions` are needed for it.
 */
import wasmModule from "@cf-wasm/photon/photon.wasm";
import type { Raster } from "./types.ts";

type Exports = {
  memory: WebAssembly.Memory;
  __wbindgen_externrefs: WebAssembly.Table;
  __wbindgen_start(): void;
  __wbindgen_malloc(size: number, align: number): number;
  __wbindgen_free(ptr: number, size: number, align: number): void;
  photonimage_new(ptr: number, len: number, width: number, height: number): number;
  photonimage_new_from_byteslice(ptr: number, len: number): number;
  photonimage_get_width(image: number): number;
  photonimage_get_height(image: number): number;
  photonimage_get_raw_pixels(image: number): [ptr: number, len: number];
  photonimage_get_bytes_jpeg(image: number, quality: number): [ptr: number, len: number];
  __wbg_photonimage_free(image: number, unused: number): void;
};

/**
 * An idle instance above this is dropped, so that its memory can be collected. Not lower: the collector is
 * slow to notice, and a few dropped instances weigh more than one kept. 12 Mpx take about 170 MB, 33 Mpx 390
 * MB.
 */
const KEEP_BYTES = 192 * 1024 * 1024;

let cached: Exports | null = null;

function instantiate(): Exports {
  let wasm: Exports;
  const imports: Record<string, (...args: any[]) => unknown> = {};
  // The names end in a hash of the wasm-bindgen version, so they are matched by prefix. All but these two are
  // DOM calls and console output (of panics), which nothing here reaches or wants.
  for (const { name } of WebAssembly.Module.imports(wasmModule)) {
    if (name.startsWith("__wbg___wbindgen_throw")) {
      imports[name] = () => {
        throw new Error("photon threw");
      };
    } else if (name.startsWith("__wbindgen_init_externref_table")) {
      imports[name] = () => {
        const table = wasm.__wbindgen_externrefs;
        const first = table.grow(4);
        table.set(0, undefined);
        [undefined, null, true, false].forEach((value, i) => {
          table.set(first + i, value);
        });
      };
    } else {
      imports[name] = () => 0;
    }
  }
  const instance = new WebAssembly.Instance(wasmModule, { "./photon_rs_bg.js": imports as any });
  wasm = instance.exports as unknown as Exports;
  wasm.__wbindgen_start();
  return wasm;
}

/** Runs `work` on the shared instance; whatever throws (trap, out of memory) costs that instance. */
function withPhoton<T>(work: (wasm: Exports) => T): T {
  const wasm = cached ?? instantiate();
  cached = null;
  const result = work(wasm);
  if (wasm.memory.buffer.byteLength <= KEEP_BYTES) cached = wasm;
  return result;
}

function copyIn(wasm: Exports, bytes: Uint8Array): number {
  const ptr = wasm.__wbindgen_malloc(bytes.length, 1) >>> 0;
  new Uint8Array(wasm.memory.buffer).set(bytes, ptr);
  return ptr;
}

/**
 * Address of the image's RGBA bytes. They are read in place: the official accessor clones them, which for a
 * 12 Mpx photo is 48 MB on top of the decoder's peak. The struct is {borrow, cap, ptr, len, width, height};
 * every word but the pointer is checked, and the accessor is used when one differs.
 */
function pixelsAt(wasm: Exports, image: number, width: number, height: number): number {
  const size = width * height * 4;
  const words = new Uint32Array(wasm.memory.buffer, image, 6);
  const ptr = words[2]!;
  const known = words[1] === size && words[3] === size && words[4] === width && words[5] === height;
  if (known && ptr + size <= wasm.memory.buffer.byteLength) return ptr;
  return wasm.photonimage_get_raw_pixels(image)[0] >>> 0;
}

/**
 * Decodes the first frame and hands `use` a raster that is a window on wasm memory: valid only inside `use`.
 * Throws on anything that does not decode. The caller has checked the header's pixels.
 */
export function decode<T>(bytes: Uint8Array, use: (raster: Raster) => T): T {
  return withPhoton((wasm) => {
    // new_from_byteslice owns and frees the input copy.
    const image = wasm.photonimage_new_from_byteslice(copyIn(wasm, bytes), bytes.length) >>> 0;
    const width = wasm.photonimage_get_width(image) >>> 0;
    const height = wasm.photonimage_get_height(image) >>> 0;
    const size = width * height * 4;
    const ptr = pixelsAt(wasm, image, width, height);
    const data = new Uint8Array(wasm.memory.buffer, ptr, size);
    const result = use({ width, height, data, opaque: isOpaque(data), scratch: true });
    wasm.__wbg_photonimage_free(image, 0);
    return result;
  });
}

/** Baseline JPEG; alpha is ignored, so flatten first. Throws above 65535 pixels a side. */
export function encodeJpeg(raster: Raster, quality: number): Uint8Array {
  return withPhoton((wasm) => {
    const { width, height, data } = raster;
    const image = wasm.photonimage_new(copyIn(wasm, data), data.length, width, height) >>> 0;
    const [ptr, len] = wasm.photonimage_get_bytes_jpeg(image, quality);
    const out = new Uint8Array(wasm.memory.buffer, ptr >>> 0, len).slice();
    wasm.__wbindgen_free(ptr, len, 1);
    wasm.__wbg_photonimage_free(image, 0);
    return out;
  });
}

function isOpaque(data: Uint8Array): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}
