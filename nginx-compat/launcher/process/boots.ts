// Which starts of this node ended cleanly. An epoch that a hub or topic stored under one of them still holds.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../workerd/files.ts";

const KEEP = 20;
const ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769";

interface State {
  /** Consecutive boots that ended cleanly, oldest first. */
  clean: string[];
  /** Set while a boot runs: found at a start, it means that the boot did not end cleanly. */
  running: string | null;
}

export class Boots {
  private readonly file: string;
  private state: State;

  constructor(dataDir: string) {
    this.file = join(dataDir, "boots.json");
    this.state = read(this.file);
  }

  get clean(): string[] {
    return this.state.clean;
  }

  /** A new boot. Whatever boot is still running counts as crashed. On disk before the node may write anything. */
  begin(): string {
    const id = newId();
    this.state = { clean: this.state.running === null ? this.state.clean : [], running: id };
    this.write();
    return id;
  }

  endedCleanly(): void {
    const { clean, running } = this.state;
    if (running === null) return;
    this.state = { clean: [...clean, running].slice(-KEEP), running: null };
    this.write();
  }

  private write(): void {
    writeWhole(this.file, `${JSON.stringify(this.state)}\n`);
  }
}

function read(file: string): State {
  try {
    const { clean, running } = JSON.parse(readFileSync(file, "utf8")) as State;
    if (Array.isArray(clean)) return { clean: clean.map(String), running: running ?? null };
  } catch {}
  return { clean: [], running: null };
}

export function newId(): string {
  return Array.from(randomBytes(26), (byte) => ALPHABET[byte & 31]).join("");
}
