import type { Context } from "../../../context.ts";
import { Reader } from "../../../zip.ts";
import { JobFailure } from "../../jobs/failure.ts";

/** Bytes asked of the store at a time: small files of the archive often share one. */
const BLOCK = 1024 * 1024;
/** Blocks kept; as many files may be read at the same time. */
const KEPT = 8;

/** Bytes of a stored file, by ranges: what is in memory is KEPT blocks. */
export class StoredBytes extends Reader<string> {
  private readonly ctx: Context;
  private readonly path: string;
  private readonly blocks = new Map<number, Promise<Uint8Array>>();

  constructor(ctx: Context, path: string, size: number) {
    super(path);
    this.ctx = ctx;
    this.path = path;
    this.size = size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const end = Math.min(index + length, this.size);
    if (index >= end) return new Uint8Array(0);
    // Such as the directory of a large archive, which is read once.
    if (end - index > 2 * BLOCK) return this.fetch(index, end - index);
    const bytes = new Uint8Array(end - index);
    for (let at = index; at < end; ) {
      const number = Math.floor(at / BLOCK);
      const block = await this.block(number);
      const from = at - number * BLOCK;
      const part = block.subarray(from, Math.min(block.length, from + end - at));
      bytes.set(part, at - index);
      at += part.length;
    }
    return bytes;
  }

  private block(number: number): Promise<Uint8Array> {
    const known = this.blocks.get(number);
    this.blocks.delete(number);
    const offset = number * BLOCK;
    const block = known ?? this.fetch(offset, Math.min(BLOCK, this.size - offset));
    this.blocks.set(number, block);
    if (this.blocks.size > KEPT) this.blocks.delete(this.blocks.keys().next().value!);
    if (!known) block.catch(() => this.blocks.delete(number));
    return block;
  }

  private async fetch(offset: number, length: number): Promise<Uint8Array> {
    const part = await this.ctx.files.read(this.path, { range: { offset, length } });
    if (!part) throw new JobFailure("the import file is gone");
    const bytes = new Uint8Array(await new Response(part.body).arrayBuffer());
    if (bytes.length !== length) throw new JobFailure("the import file has changed while it was read");
    return bytes;
  }
}
