// DATA_DIR: one launcher at a time uses it, and what a killed one left running there is ended first.

import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { oneLine, StartError } from "./errors.ts";
import { commandLine, end } from "./process/processes.ts";
import { writeWhole } from "./workerd/files.ts";

/** What DATA_DIR/run/node.json tells about a running node; removed at a clean end. */
export interface NodeFile {
  url: string;
  port: number;
  /** Of the metrics, where they are enabled. */
  metricsUrl?: string;
  databaseUrl: string;
  bootId: string;
  pids: { launcher: number; workerd?: number; compute?: number; postgres?: number };
}

export class DataDir {
  readonly path: string;
  readonly run: string;
  private held: DatabaseSync | null = null;

  constructor(path: string) {
    this.path = path;
    this.run = join(path, "run");
  }

  get exists(): boolean {
    return existsSync(this.run);
  }

  get isOpen(): boolean {
    return this.held !== null;
  }

  /**
   * Creates and locks it; throws when another launcher holds it. The lock is SQLite's, a file lock of the kernel: it
   * is gone with its holder, however that ended, and also holds between containers that share a volume.
   */
  open(): void {
    if (this.held) return;
    this.create(this.run, 0o700);
    let lock: DatabaseSync | null = null;
    try {
      lock = new DatabaseSync(join(this.run, "lock"), { timeout: 0 });
      lock.exec("pragma journal_mode = off; begin exclusive");
    } catch (error) {
      lock?.close();
      if ((error as { errcode?: number }).errcode !== 5) throw this.unusable(error);
      throw new StartError(`${this.path} is in use by a running Edgemost${this.holder()}`);
    }
    this.held = lock;
  }

  close(): void {
    this.held?.close();
    this.held = null;
  }

  /** A directory that must be usable, made if missing. Only DATA_DIR itself may be entered by PostgreSQL's user. */
  create(path: string, mode: number): void {
    const inside = `${path}/`.startsWith(`${this.path}/`);
    try {
      if (inside) mkdirSync(this.path, { recursive: true });
      mkdirSync(path, { recursive: true, mode });
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw inside
        ? this.unusable(error)
        : new StartError(`Cannot use the directory ${path}: ${oneLine(error)}`);
    }
  }

  /** The path of a Unix socket; outside of DATA_DIR where that is too long for one (108 bytes, 104 on macOS). */
  socket(name: string): string {
    const path = join(this.run, name);
    if (Buffer.byteLength(path) < 100) return path;
    const hash = createHash("sha256").update(this.run).digest("hex").slice(0, 16);
    const directory = join(tmpdir(), `edgemost-${hash}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (statSync(directory).uid !== (process.getuid?.() ?? 0))
      throw new StartError(`${directory} belongs to another user`);
    return join(directory, name);
  }

  /** Ends the workerd processes of a launcher that was killed. Only under the lock. */
  async endOrphans(): Promise<void> {
    const pids = this.readNode()?.pids;
    for (const pid of [pids?.workerd, pids?.compute]) {
      if (pid && commandLine(pid).includes(`${this.run}/`)) await end(pid, [["SIGKILL", 5_000]]);
    }
  }

  readNode(): NodeFile | null {
    try {
      return JSON.parse(readFileSync(join(this.run, "node.json"), "utf8")) as NodeFile;
    } catch {
      return null;
    }
  }

  writeNode(node: NodeFile): void {
    writeWhole(join(this.run, "node.json"), `${JSON.stringify(node, null, 2)}\n`);
  }

  removeNode(): void {
    rmSync(join(this.run, "node.json"), { force: true });
  }

  private holder(): string {
    const node = this.readNode();
    return node ? ` (${node.url}, process ${node.pids.launcher})` : "";
  }

  private unusable(error: unknown): StartError {
    return new StartError(`Cannot use the data directory ${this.path}: ${oneLine(error)}`);
  }
}
