import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** As Mattermost's. */
const MAX_BYTES = 100 * 1_048_576;
const KEPT = 3;
/** What may wait for the disk; beyond it lines are lost, never the chat held up. */
const MAX_WAITING = 4 * 1_048_576;
const RETRY_MS = 5_000;

/**
 * A file that lines are appended to, renamed to `.1`, `.2`, `.3` when it has grown. Whatever is wrong with the disk, nothing
 * is thrown: lines are lost until it works again.
 */
export class LogFile {
  /** Lines that were lost. */
  lost = 0;
  private readonly path: string;
  private readonly maxBytes: number;
  private waiting: string[] = [];
  private length = 0;
  private handle: FileHandle | null = null;
  private size = 0;
  private retryAt = 0;
  private writing: Promise<void> | null = null;

  constructor(path: string, maxBytes = MAX_BYTES) {
    this.path = path;
    this.maxBytes = maxBytes;
  }

  /** One line, with its line feed. */
  write(line: string): void {
    if (Date.now() < this.retryAt || this.length + line.length > MAX_WAITING) {
      this.lost++;
      return;
    }
    this.waiting.push(line);
    this.length += line.length;
    this.writing ??= this.drain();
  }

  /** Resolves once all that waits is written, or lost. */
  async close(): Promise<void> {
    await this.writing;
    await this.handle?.close().catch(() => {});
    this.handle = null;
  }

  private async drain(): Promise<void> {
    // What comes in the same turn goes out together.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const lines = this.waiting;
      this.waiting = [];
      this.length = 0;
      try {
        await this.append(lines);
      } catch {
        this.lost += lines.length;
        this.retryAt = Date.now() + RETRY_MS;
        await this.handle?.close().catch(() => {});
        this.handle = null;
      }
    }
    this.writing = null;
  }

  private async append(lines: string[]): Promise<void> {
    for (let from = 0; from < lines.length; ) {
      this.handle ??= await this.open();
      let to = from;
      let bytes = 0;
      while (to < lines.length && (to === from || this.size + bytes < this.maxBytes))
        bytes += Buffer.byteLength(lines[to++]!);
      await this.handle.appendFile(lines.slice(from, to).join(""));
      this.size += bytes;
      from = to;
      if (this.size >= this.maxBytes) await this.rotate();
    }
  }

  private async open(): Promise<FileHandle> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const handle = await open(this.path, "a", 0o600);
    this.size = (await handle.stat()).size;
    return handle;
  }

  private async rotate(): Promise<void> {
    await this.handle?.close();
    this.handle = null;
    await rm(`${this.path}.${KEPT}`, { force: true });
    for (let n = KEPT - 1; n >= 0; n--)
      await rename(n === 0 ? this.path : `${this.path}.${n}`, `${this.path}.${n + 1}`).catch(() => {});
  }
}
